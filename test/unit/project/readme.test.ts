import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { errorCodes } from '../../../src/base/errors.js';
import { catalogue } from '../../../src/model/catalogue.js';
import { projectRoot } from '../../support/paths.js';

const readme = readFileSync(join(projectRoot, 'README.md'), 'utf8');

/** Rows of the table between the two marks, as lists of cells without code marks and blanks. */
function table(mark: string): readonly string[][] {
  const part = readme.slice(readme.indexOf(`<!-- ${mark}:`), readme.indexOf(`<!-- /${mark} -->`));
  const rows = part.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replace(/^`|`$/g, '')),
  );
}

describe('The README', () => {
  it('lists every error code with its domain, and none that the code does not have', () => {
    expect(table('error codes').map(([code, domain]) => [code, domain])).to.deep.equal(Object.entries(errorCodes));
  });

  it('gives each error code a meaning', () => {
    expect(table('error codes').filter(([, , meaning]) => meaning === '')).to.deep.equal([]);
  });

  it('lists every event as the catalogue has it', () => {
    const expected = Object.entries(catalogue).map(([id, { level, title, mend }]) => [id, level, title, mend]);
    expect(table('events')).to.deep.equal(expected);
  });
});
