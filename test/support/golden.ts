import { readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { fixture } from './paths.js';

/**
 * Expects `actual` to be the text of fixtures/<name>. With UPDATE_GOLDENS=1 the file is written instead: read the
 * difference before you commit it.
 */
export function expectGolden(actual: string, name: string): void {
  if (process.env['UPDATE_GOLDENS'] === '1') writeFileSync(fixture(name), actual);
  expect(actual).to.equal(readFileSync(fixture(name), 'utf8'));
}
