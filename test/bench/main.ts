// `npm run bench`: multipathd and ours in the same lab, one boot for each number of logical units.
//   --sizes 16,64,256   numbers of logical units, 4 paths each
//   --no-peer           ours alone
//   --starts 3          starts measured of each side
//   --listings 15       runs of each listing command
//   --quiet 20          seconds of each of the three looks at the CPU use of quiet
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { LabError } from '../lab/host/kernel-process.js';
import { bootUml } from '../lab/uml/boot.js';
import { projectRoot } from '../support/paths.js';
import { answerRequests } from './cpu-meter.js';
import { markdown, terminal } from './report.js';
import type { SizePlan, SizeResult } from './results.js';

/** The size at which everything is measured; the others show growth. */
const mainSize = 64;
const sizeLimitMs = 30 * 60_000;
/** For those who compiled elsewhere than to dist, as in the lab's tests. */
const ownPrograms = process.env['PATHMANAGER_PROGRAMS'];

const { values } = parseArgs({
  allowNegative: true,
  options: {
    sizes: { type: 'string', default: '16,64,256' },
    peer: { type: 'boolean', default: true },
    starts: { type: 'string', default: '3' },
    listings: { type: 'string', default: '15' },
    quiet: { type: 'string', default: '20' },
  },
});

const sizes = values.sizes.split(',').map((text) => atLeastOne('--sizes', text));
const folder = join(projectRoot, '.build/bench-results');
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

const cpus = availableParallelism();
const loadBefore = loadavg()[0] ?? NaN;
if (loadBefore > cpus / 2)
  process.stdout.write(
    `This machine is busy: load average ${loadBefore.toFixed(1)}, ${cpus} CPUs. Figures will vary.\n`,
  );
const results: SizeResult[] = [];
for (const units of sizes) {
  const result = await measure({
    units,
    pathsPerUnit: 4,
    sides: values.peer ? ['peer', 'ours'] : ['ours'],
    full: units === mainSize || sizes.length === 1,
    starts: atLeastOne('--starts', values.starts),
    listings: atLeastOne('--listings', values.listings),
    quietSeconds: atLeastOne('--quiet', values.quiet),
  });
  if (result === undefined) {
    process.exitCode = 1;
    break;
  }
  results.push(result);
}
const all = { sizes: results, hostLoad: [loadBefore, loadavg()[0] ?? NaN] as const, hostCpus: cpus };
writeFileSync(join(folder, 'results.json'), `${JSON.stringify(all, undefined, 1)}\n`);
writeFileSync(join(folder, 'results.md'), markdown(all));
process.stdout.write(`\n${terminal(all)}\nAs markdown: ${join(folder, 'results.md')}\n`);

async function measure(plan: SizePlan): Promise<SizeResult | undefined> {
  process.stdout.write(`\n== ${plan.units} logical units x ${plan.pathsPerUnit} paths\n`);
  const out = join(folder, String(plan.units));
  let group: number | undefined;
  const shown = answerRequests(out, () => group);
  try {
    const { status } = await bootUml({
      command: [runnerNode(), join(import.meta.dirname, 'inside/size-run.js'), JSON.stringify(plan)],
      env: ownPrograms === undefined ? {} : { PATHMANAGER_PROGRAMS: ownPrograms },
      results: out,
      timeoutMs: sizeLimitMs,
      memoryMb: 2048,
      onStart: (pid) => (group = pid),
      onConsole: (text) => process.stdout.write(shown(text)),
    });
    if (status === 0) return JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')) as SizeResult;
    process.stdout.write(`The benchmark in the lab ended with status ${status}; logs are in ${out}\n`);
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    process.stdout.write(`${error.message}\n`);
  }
  return undefined;
}

/**
 * A copy of Node for what measures: processes that run the same file share its pages, and the daemons' part of them would
 * look smaller than it is.
 */
function runnerNode(): string {
  const copy = join(projectRoot, '.build/bench-node');
  if (!existsSync(copy) || statSync(copy).size !== statSync(process.execPath).size)
    copyFileSync(process.execPath, copy);
  return copy;
}

function atLeastOne(name: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  process.stderr.write(`${name} takes whole numbers of 1 and more, not "${text}"\n`);
  process.exit(2);
}
