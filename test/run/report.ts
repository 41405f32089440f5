import type { Counts } from './counting-reporter.js';

/** Prints the one closing line of the runs together and sets the exit status: 0 only when all ended and nothing failed. */
export function report(runs: readonly Counts[]): void {
  const sum = (kind: 'passed' | 'failed' | 'skipped'): number => runs.reduce((total, run) => total + run[kind], 0);
  process.stdout.write(`\n${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped\n`);
  process.exitCode = sum('failed') === 0 ? 0 : 1;
}
