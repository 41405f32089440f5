// mocha's "spec" reporter that also keeps the numbers in a file, up to date after every test: a run that is cut off still
// counts. The file's name is in the environment variable PATHMANAGER_COUNTS.
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import Mocha from 'mocha';
import { printFailureLogs } from '../lab/inside/failure-logs.js';

/** What a test run came to. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** What failed and why, one text each, to be said again at the end of all runs. */
  readonly failures: readonly string[];
  /** False while the run goes on. */
  readonly finished: boolean;
}

export default class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const file = process.env['PATHMANAGER_COUNTS'];
    if (file === undefined) return;
    const counts = { passed: 0, failed: 0, skipped: 0 };
    const failures: string[] = [];
    const count = (kind: keyof typeof counts): void => {
      counts[kind]++;
      keep(file, { ...counts, failures, finished: false });
    };
    runner.on('pass', () => count('passed'));
    // A hook that fails is a failure, too, and mocha reports it here.
    runner.on('fail', (runnable: Mocha.Test | Mocha.Hook, error: Error) => {
      failures.push(`${runnable.titlePath().join(' > ')}\n${error.stack ?? error.message}`);
      count('failed');
      if (runnable.type === 'hook' && process.env['PATHMANAGER_LAB'] === '1') printFailureLogs();
    });
    runner.on('pending', () => count('skipped'));
    runner.on('end', () => keep(file, { ...counts, failures, finished: true }));
  }
}

function keep(file: string, counts: Counts): void {
  const handle = openSync(file, 'w');
  writeSync(handle, JSON.stringify(counts));
  // In the lab the file is on the host: it must be there even if the lab dies with the next test.
  fsyncSync(handle);
  closeSync(handle);
}
