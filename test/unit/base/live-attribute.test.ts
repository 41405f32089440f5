import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { LiveAttribute } from '../../../src/base/live-attribute.js';

describe('An attribute that stays open', () => {
  let folder: string;
  let file: string;
  const descriptors = (): number => readdirSync('/proc/self/fd').length;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'live-attribute-'));
    file = join(folder, 'busy');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('gives at each reading what stands there now, by one descriptor', () => {
    const attribute = new LiveAttribute(file);
    writeFileSync(file, '17\n');
    const before = descriptors();
    expect([attribute.text(), attribute.count()]).to.deep.equal(['17', 17]);
    writeFileSync(file, 'running\n');
    expect([attribute.text(), attribute.count()]).to.deep.equal(['running', 0]);
    expect(descriptors()).to.equal(before + 1);
    attribute.close();
    attribute.close();
    expect(descriptors()).to.equal(before);
    expect(attribute.text()).to.equal('running');
    attribute.close();
  });

  it('is null while there is none, and is found when it comes', () => {
    const attribute = new LiveAttribute(file);
    expect([attribute.text(), attribute.count()]).to.deep.equal([null, 0]);
    writeFileSync(file, '1\n');
    expect(attribute.count()).to.equal(1);
    attribute.close();
  });

  it('is null, and keeps nothing open, when what it tells of has gone', async () => {
    // A file of proc behaves as one of sysfs does: the descriptor outlives its subject, and a read fails.
    const child = spawn('sleep', ['60']);
    const attribute = new LiveAttribute(`/proc/${String(child.pid)}/stat`);
    const before = descriptors();
    expect(attribute.text()).to.contain('(sleep)');
    child.kill();
    await once(child, 'exit');
    expect(attribute.text()).to.equal(null);
    expect(descriptors()).to.be.at.most(before);
  });
});
