// The tests on the lab's kernel: one boot for all of them, mocha runs inside.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from '../lab/host/kernel-process.js';
import { bootUml } from '../lab/uml/boot.js';
import type { Counts } from './counting-reporter.js';
import { compiled, mochaCommand, readCounts } from './mocha-command.js';

/** The whole lab run may take this long; a single test has mocha's own limit. */
const limitMs = 20 * 60_000;
const testTimeoutMs = 60_000;

/** `args` are mocha's: `--grep x`, or files instead of all. A lab that does not start counts as a failure. */
export async function runLabTests(args: readonly string[]): Promise<Counts> {
  const results = join(compiled, '../lab-results');
  const file = join(results, 'counts.json');
  mkdirSync(results, { recursive: true });
  rmSync(file, { force: true });
  const ownFiles = args.some((arg) => arg.endsWith('.js'));
  const files = ownFiles ? [] : ['lab/tests', 'contract'].map((folder) => join(compiled, folder, '**/*.test.js'));
  try {
    const run = await bootUml({
      // Daemons and I/O processes that a failed test left behind must not keep the lab from its end.
      command: mochaCommand(testTimeoutMs, [
        '--exit',
        ...['--require', join(compiled, 'lab/inside/hooks.js')],
        ...args,
        ...files,
      ]),
      env: { ...ownSettings(), PATHMANAGER_LAB: '1', PATHMANAGER_COUNTS: '/run/lab/results/counts.json' },
      results,
      timeoutMs: limitMs,
      onConsole: (text) => process.stdout.write(text),
    });
    const seconds = (ms: number): string => (ms / 1000).toFixed(1);
    process.stdout.write(`lab: up in ${seconds(run.bootMs)} s, ${seconds(run.totalMs)} s in all\n`);
    return readCounts(file, true);
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    process.stdout.write(`${error.message}\n`);
    return readCounts(file, false);
  }
}

/** The environment variables of this project that the caller set. */
function ownSettings(): Record<string, string> {
  const own = Object.entries(process.env).filter(([name]) => name.startsWith('PATHMANAGER_'));
  return Object.fromEntries(own.map(([name, value]) => [name, value ?? '']));
}
