// The tests on a machine with a systemd of its own: one boot for each of its lives, mocha runs inside.
import { copyFileSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { builtPackage } from '../lab/systemd/built-package.js';
import { lives, type Life, type Story } from '../lab/systemd/lives.js';
import { diskSizesMb } from '../lab/systemd/layout.js';
import { Machine } from '../lab/systemd/machine.js';
import { nextVersion } from '../lab/systemd/next-version.js';
import { LabError } from '../lab/host/kernel-process.js';
import type { Counts } from './counting-reporter.js';
import { compiled, mochaCommand, readCounts } from './mocha-command.js';

/** One life may take this long; a single test has mocha's own limit. */
const limitMs = 6 * 60_000;
const testTimeoutMs = 90_000;
/** Where the machine sees the results folder. */
const inside = '/lab/results';

export interface SystemdTestOptions {
  /** Only the stories with these names, and the lives that have them. */
  readonly stories?: readonly string[];
  /** Without the stories that take long. */
  readonly short?: boolean;
  /** Gets what the machine and the stories print. */
  readonly print: (text: string) => void;
}

/** A machine that does not start counts as a failure, and so does one that does not go down in time. */
export async function runSystemdTests(options: SystemdTestOptions): Promise<readonly Counts[]> {
  const results = join(compiled, '../systemd-results');
  const counts: Counts[] = [];
  let machine: Machine | null = null;
  try {
    rmSync(results, { recursive: true, force: true });
    preparePackages(builtPackage(), join(results, 'packages'));
    machine = new Machine(diskSizesMb);
    for (const [index, life] of chosen(options).entries())
      counts.push(await live(machine, life, { results, name: `life-${index + 1}`, print: options.print }));
  } catch (error) {
    const text = error instanceof LabError ? error.message : String((error as Error).stack);
    options.print(`${text}\n`);
    counts.push({ passed: 0, failed: 1, skipped: 0, failures: [text.split('\n', 1)[0] ?? ''], finished: false });
  } finally {
    machine?.destroy();
  }
  return counts;
}

interface Place {
  readonly results: string;
  readonly name: string;
  readonly print: (text: string) => void;
}

async function live(machine: Machine, life: Life, place: Place): Promise<Counts> {
  const counts = `${place.name}.json`;
  const run = await machine.boot({
    command: mochaCommand(testTimeoutMs, [
      '--exit',
      ...['--require', join(compiled, 'lab/inside/hooks.js')],
      ...life.stories.map(({ name }) => join(compiled, `lab/systemd/stories/${name}.test.js`)),
    ]),
    env: {
      PATHMANAGER_LAB: '1',
      PATHMANAGER_COUNTS: `${inside}/${counts}`,
      LAB_PACKAGES: `${inside}/packages`,
    },
    storage: life.storage,
    results: place.results,
    timeoutMs: limitMs,
    onConsole: place.print,
  });
  renameSync(join(place.results, 'kernel.log'), join(place.results, `${place.name}-kernel.log`));
  const seconds = (ms: number): string => (ms / 1000).toFixed(1);
  place.print(
    `systemd lab: up in ${seconds(run.bootMs)} s, down in ${seconds(run.shutdownMs)} s, ${seconds(run.totalMs)} s in all\n`,
  );
  return withShutdown(readCounts(join(place.results, counts), true), life, { ...place, tookMs: run.shutdownMs });
}

/** The last test of each life happens when nobody is left in the machine to watch it. */
function withShutdown(counts: Counts, life: Life, { tookMs, print }: Place & { readonly tookMs: number }): Counts {
  const passed = tookMs <= life.shutdownWithinMs;
  const what = `systemd: ${life.title}, within ${life.shutdownWithinMs / 1000} s`;
  print(`  ${passed ? '✔' : '✗'} ${what}\n`);
  if (passed) return { ...counts, passed: counts.passed + 1 };
  const failures = [...counts.failures, `${what}: it took ${(tookMs / 1000).toFixed(1)} s`];
  return { ...counts, failed: counts.failed + 1, failures };
}

function chosen({ stories: names = [], short = false }: SystemdTestOptions): readonly Life[] {
  const isWanted = ({ name, isLong = false }: Story): boolean =>
    names.length > 0 ? names.includes(name) : !(short && isLong);
  return lives
    .map((life) => ({ ...life, stories: life.stories.filter(isWanted) }))
    .filter((life) => life.stories.length > 0);
}

function preparePackages(file: string, folder: string): void {
  mkdirSync(join(folder, 'current'), { recursive: true });
  copyFileSync(file, join(folder, 'current', basename(file)));
  nextVersion(file, join(folder, 'next'));
}
