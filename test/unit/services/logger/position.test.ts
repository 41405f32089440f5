import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { isDone, loadPosition, savePosition } from '../../../../src/services/logger/position.js';

describe('The position file', () => {
  let folder = '';
  let file = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'position-'));
    file = join(folder, 'state/ispmlogger.position');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('gives back what was saved, and leaves nothing beside it', () => {
    const position = { log: 'run1.5', journal: 'run1.7', ended: true };
    savePosition(file, { ...position, ended: false });
    savePosition(file, position);
    expect(loadPosition(file)).to.deep.equal({ position, damaged: false });
    expect(readdirSync(join(folder, 'state'))).to.deep.equal(['ispmlogger.position']);
  });

  it('is no damage where it is missing', () => {
    expect(loadPosition(file)).to.deep.equal({ position: null, damaged: false });
  });

  for (const text of ['', '{', 'null', '7', '{"log":"run1.5"}', '{"log":"a b.1","journal":"a.1","ended":true}']) {
    it(`is damaged where it holds ${JSON.stringify(text)}`, () => {
      savePosition(file, { log: 'a.1', journal: 'a.1', ended: false });
      writeFileSync(file, text);
      expect(loadPosition(file)).to.deep.equal({ position: null, damaged: true });
    });
  }

  it('compares events of one run by number, and knows nothing of another', () => {
    expect([isDone('a.9', 'a.10'), isDone('a.10', 'a.10'), isDone('a.11', 'a.10')]).to.deep.equal([true, true, false]);
    expect([isDone('b.1', 'a.10'), isDone('', ''), isDone('a', 'a')]).to.deep.equal([false, false, false]);
  });
});
