// The tests on a lab's kernel: one boot for all of them, mocha runs inside.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bootFc } from '../lab/fc/boot.js';
import { LabError } from '../lab/host/kernel-process.js';
import { bootUml } from '../lab/uml/boot.js';
import type { Counts } from './counting-reporter.js';
import { compiled, mochaCommand, readCounts } from './mocha-command.js';

interface Lab {
  readonly boot: typeof bootFc;
  /** Folders of what was compiled, with its tests. */
  readonly folders: readonly string[];
  /** Folder beside what was compiled, for what it leaves. */
  readonly results: string;
  /** The whole run may take so long, and a single test. */
  readonly limitMs: number;
  readonly testTimeoutMs: number;
}

const LONG_MS = 90 * 60_000;

const labs = {
  uml: {
    boot: bootUml,
    folders: ['lab/tests', 'contract'],
    results: 'lab-results',
    limitMs: 20 * 60_000,
    testTimeoutMs: 60_000,
  },
  fc: {
    boot: bootFc,
    folders: ['lab/fc/tests'],
    results: 'fc-results',
    limitMs: 15 * 60_000,
    testTimeoutMs: 120_000,
  },
} satisfies Record<string, Lab>;

/** `args` are mocha's: `--grep x`, or files instead of all. A lab that does not start counts as a failure. */
export async function runLabTests(kind: keyof typeof labs, args: readonly string[]): Promise<Counts> {
  const lab: Lab = labs[kind];
  // More rounds than usual of the stories at random take as long as they take.
  const limitMs = process.env['PATHMANAGER_ROUNDS'] === undefined ? lab.limitMs : LONG_MS;
  const results = join(compiled, '..', lab.results);
  const file = join(results, 'counts.json');
  mkdirSync(results, { recursive: true });
  rmSync(file, { force: true });
  const ownFiles = args.some((arg) => arg.endsWith('.js'));
  const files = ownFiles ? [] : lab.folders.map((folder) => join(compiled, folder, '**/*.test.js'));
  try {
    const run = await lab.boot({
      // Daemons and I/O processes that a failed test left behind must not keep the lab from its end.
      command: mochaCommand(lab.testTimeoutMs, [
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
