// `npm run bench:boot`: from the start of the kernel to all maps, with a real systemd and udevd and all of Debian's rules;
// one machine has multipathd installed, the other one ours, and they boot in turn.
//   --sizes 3,64    numbers of logical units
//   --paths 4       paths of each
//   --boots 5,3     boots measured of each side, one number for each size
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { labPackage } from '../../lab/host/cache.js';
import { LabError } from '../../lab/host/kernel-process.js';
import { builtPackage } from '../../lab/systemd/built-package.js';
import { Machine, type BootOptions, type StorageSpec } from '../../lab/systemd/machine.js';
import { projectRoot } from '../../support/paths.js';
import type { Side } from '../results.js';
import { sideNames } from '../samples.js';
import { seenFile } from './files.js';
import type { BootPlan, BootTimes } from './plan.js';
import { markdown, terminal, type BootSize } from './report.js';

/** A boot that takes longer to its last map is given up, and a life that takes longer in all. */
const mapsLimitSeconds = 300;
const lifeLimitMs = 20 * 60_000;
/** Where the machine sees the results folder. */
const inside = '/lab/results';

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '3,64' },
    paths: { type: 'string', default: '4' },
    boots: { type: 'string', default: '5,3' },
  },
});

const units = numbers('--sizes', values.sizes);
const [pathsPerUnit = 4] = numbers('--paths', values.paths);
const boots = numbers('--boots', values.boots);
if (boots.length !== units.length) usage(`--boots takes ${units.length} numbers, one for each size`);

const folder = join(projectRoot, '.build/boot-results');
rmSync(folder, { recursive: true, force: true });
const hostCpus = availableParallelism();
const loadBefore = loadavg()[0] ?? NaN;
if (loadBefore > hostCpus / 2)
  say(`This machine is busy: load average ${loadBefore.toFixed(1)}, ${hostCpus} CPUs. Figures will vary.`);
const file = builtPackage();
const sizes: BootSize[] = [];
try {
  for (const [index, count] of units.entries()) sizes.push(await measure(count, boots[index] ?? 1));
} catch (error) {
  if (!(error instanceof LabError)) throw error;
  say(error.message);
  process.exitCode = 1;
}
if (sizes.length > 0) {
  const all = { sizes, hostLoad: [loadBefore, loadavg()[0] ?? NaN] as const, hostCpus };
  writeFileSync(join(folder, 'results.json'), `${JSON.stringify(all, undefined, 1)}\n`);
  writeFileSync(join(folder, 'results.md'), markdown(all));
  say(`\n${terminal(all)}\nAs markdown: ${join(folder, 'results.md')}`);
}

/** One size: a machine for each side, which is installed on it and then boots in turn with the other. */
async function measure(count: number, rounds: number): Promise<BootSize> {
  say(`== ${count} logical units x ${pathsPerUnit} paths`);
  const times: Record<Side, BootTimes[]> = { peer: [], ours: [] };
  const machines = { peer: new Machine([]), ours: new Machine([]) };
  try {
    for (const side of ['peer', 'ours'] as const) await install(machines[side], { side, units: count, pathsPerUnit });
    for (let round = 1; round <= rounds; round++) {
      // Neither always comes after the other.
      const order: readonly Side[] = round % 2 === 1 ? ['peer', 'ours'] : ['ours', 'peer'];
      for (const side of order) {
        const result = await boot(machines[side], { side, units: count, pathsPerUnit }, round);
        times[side].push(result);
        say(
          `   ${sideNames[side]} ${round} of ${rounds}: all maps after ${seconds(result.maps)}, udev ${seconds(result.settled)}`,
        );
      }
    }
  } finally {
    for (const machine of Object.values(machines)) machine.destroy();
  }
  return { units: count, pathsPerUnit, boots: times };
}

async function install(machine: Machine, plan: BootPlan): Promise<void> {
  const results = resultsOf(plan, 'install');
  mkdirSync(join(results, 'packages/current'), { recursive: true });
  copyFileSync(file, join(results, 'packages/current', basename(file)));
  await live(machine, plan, {
    what: `The installation of ${sideNames[plan.side]}`,
    command: [process.execPath, join(import.meta.dirname, 'inside/install.js'), JSON.stringify(plan)],
    env: { LAB_PACKAGES: `${inside}/packages`, LAB_PEER: labPackage('multipath-tools') },
    results,
  });
}

async function boot(machine: Machine, plan: BootPlan, round: number): Promise<BootTimes> {
  const results = resultsOf(plan, String(round));
  const job = join(projectRoot, 'test/bench/boot/inside/job.sh');
  await live(machine, plan, {
    what: `A boot with ${sideNames[plan.side]}`,
    command: ['/bin/bash', job, seenFile, String(mapsLimitSeconds)],
    results,
  });
  return JSON.parse(readFileSync(join(results, 'times.json'), 'utf8')) as BootTimes;
}

interface Life extends Pick<BootOptions, 'command' | 'env' | 'results'> {
  readonly what: string;
}

/** From power on to power off; what the machine prints is shown where it fails. */
async function live(machine: Machine, plan: BootPlan, { what, ...life }: Life): Promise<void> {
  let printed = '';
  const { status } = await machine.boot({
    ...life,
    storage: storage(plan),
    timeoutMs: lifeLimitMs,
    onConsole: (text) => (printed += text),
  });
  if (status !== 0)
    throw new LabError(`${what} ended with status ${status}; logs are in ${life.results}\n${printed.trimEnd()}`);
}

/** The same disks for both sides, all of them there before systemd starts. */
function storage({ units: count, pathsPerUnit: paths }: BootPlan): readonly StorageSpec[] {
  return [
    {
      scsiDebug: `vpd_use_hostno=0 add_host=${paths} max_luns=${count} dev_size_mb=8`,
      disks: count * paths,
    },
  ];
}

function resultsOf({ side, units: count }: BootPlan, name: string): string {
  return join(folder, String(count), `${side}-${name}`);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function numbers(name: string, text: string): number[] {
  const all = text.split(',').map(Number);
  if (all.every((value) => Number.isInteger(value) && value >= 1)) return all;
  return usage(`${name} takes whole numbers of 1 and more, not "${text}"`);
}

function usage(line: string): never {
  process.stderr.write(`${line}\n`);
  process.exit(2);
}
