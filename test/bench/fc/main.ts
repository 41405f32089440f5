// `npm run bench:fc`: cable pulls under multipathd and under ours, in the same Fibre Channel lab.
//   --sizes 1,64   numbers of logical units behind the ports, one boot for each
//   --pulls 10     pulls of each side
//   --quiet 60     seconds of quiet in which SCSI commands and CPU time are counted
//   --sides peer,peer-tuned,ours
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bootFc } from '../../lab/fc/boot.js';
import { LabError } from '../../lab/host/kernel-process.js';
import { projectRoot } from '../../support/paths.js';
import { markdown, terminal } from './report.js';
import { sideNames, type FcPlan, type FcResult, type FcSide } from './results.js';

const limitMs = 90 * 60_000;
/** For those who compiled elsewhere than to dist, as in the lab's tests. */
const ownPrograms = process.env['PATHMANAGER_PROGRAMS'];

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '1,64' },
    pulls: { type: 'string', default: '10' },
    quiet: { type: 'string', default: '60' },
    sides: { type: 'string', default: Object.keys(sideNames).join(',') },
  },
});

const folder = join(projectRoot, '.build/bench-fc-results');
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const loadBefore = loadavg()[0] ?? NaN;
const results: FcResult[] = [];
for (const units of values.sizes.split(',').map(Number)) {
  const result = await measure({
    units,
    sides: values.sides.split(',').filter((side): side is FcSide => side in sideNames),
    pulls: Number(values.pulls),
    quietSeconds: Number(values.quiet),
  });
  if (result === undefined) process.exitCode = 1;
  else results.push(result);
}
const all = { results, hostLoad: [loadBefore, loadavg()[0] ?? NaN] as const, hostCpus: availableParallelism() };
writeFileSync(join(folder, 'results.json'), `${JSON.stringify(all, undefined, 1)}\n`);
writeFileSync(join(folder, 'results.md'), markdown(all));
process.stdout.write(`\n${terminal(all)}\nAs markdown: ${join(folder, 'results.md')}\n`);

async function measure(plan: FcPlan): Promise<FcResult | undefined> {
  process.stdout.write(`\n== ${plan.units} logical units x 2 paths\n`);
  const out = join(folder, String(plan.units));
  try {
    const { status } = await bootFc({
      command: [process.execPath, join(import.meta.dirname, 'inside/run.js'), JSON.stringify(plan)],
      env: ownPrograms === undefined ? {} : { PATHMANAGER_PROGRAMS: ownPrograms },
      results: out,
      timeoutMs: limitMs,
      onConsole: (text) => process.stdout.write(text),
    });
    const file = join(out, 'result.json');
    if (status === 0 && existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as FcResult;
    process.stdout.write(`The benchmark in the lab ended with status ${status}; logs are in ${out}\n`);
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    process.stdout.write(`${error.message}\n`);
  }
  return undefined;
}
