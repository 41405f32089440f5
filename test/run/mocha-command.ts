// How mocha is run, on the host and in the lab.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../support/paths.js';
import type { Counts } from './counting-reporter.js';

/** The folder that the tests were compiled to, from wherever this file is. */
export const compiled = join(import.meta.dirname, '..');

/** The command that runs test files (globs) with our reporter; the numbers go to the file in PATHMANAGER_COUNTS. */
export function mochaCommand(timeoutMs: number, args: readonly string[]): string[] {
  return [
    process.execPath,
    '--enable-source-maps',
    join(projectRoot, 'node_modules/mocha/bin/mocha.js'),
    // The options of package.json have one for Node, for which mocha would start a second Node: all of them are given here.
    '--no-package',
    '--require',
    join(projectRoot, '.config/test-environment.cjs'),
    '--forbid-only',
    '--timeout',
    String(timeoutMs),
    '--reporter',
    join(compiled, 'run/counting-reporter.js'),
    ...args,
  ];
}

/**
 * The numbers of a run. A run that was cut off, or that mocha could not begin, counts as one failure more: `ended` tells
 * whether its process came to its end.
 */
export function readCounts(file: string, ended: boolean): Counts {
  const none: Counts = { passed: 0, failed: 0, skipped: 0, failures: [], finished: false };
  const counts = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Counts) : none;
  if (ended && counts.finished) return counts;
  const cut = `a run was cut off after ${counts.passed} passed tests`;
  return { ...counts, failed: counts.failed + 1, failures: [...counts.failures, cut], finished: false };
}
