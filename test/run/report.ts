import type { Counts } from './counting-reporter.js';

/**
 * Prints what failed in the runs, which may stand thousands of lines above, and the one closing line of all; sets the exit
 * status: 0 only when all ended and nothing failed.
 */
export function report(runs: readonly Counts[]): void {
  const sum = (kind: 'passed' | 'failed' | 'skipped'): number => runs.reduce((total, run) => total + run[kind], 0);
  for (const failure of runs.flatMap(({ failures }) => failures)) process.stdout.write(`\nFAILED: ${failure}\n`);
  process.stdout.write(`\n${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped\n`);
  process.exitCode = sum('failed') === 0 ? 0 : 1;
}
