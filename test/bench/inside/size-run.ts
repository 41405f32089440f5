// The lab's part of the benchmark, for one number of logical units: disks and udevd, then one side after the other. Reads
// its plan from its first argument and writes what it measured to result.json in the results folder.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadScsiDebug } from '../../lab/inside/scsi-debug.js';
import { labTool } from '../../lab/host/cache.js';
import type { Side, SideResult, SizePlan, SizeResult } from '../results.js';
import { median } from '../statistics.js';
import { labCpuPercent } from './lab-cpu.js';
import './node-program.js';
import { measureOurs } from './ours-side.js';
import { measurePeer } from './peer-side.js';
import { settle } from './quiet.js';
import { say } from './say.js';
import { startBenchUdev } from './udev.js';

const plan = JSON.parse(process.argv[2] ?? '') as SizePlan;
const results = process.env['LAB_RESULTS'] ?? '';

const udev = await startBenchUdev();
say(`${plan.units} logical units x ${plan.pathsPerUnit} paths`);
await loadScsiDebug({ luns: plan.units, hosts: plan.pathsPerUnit, sizeMb: 8 });
settle(udev);
const sides: Partial<Record<Side, SideResult>> = {};
const measure = { peer: measurePeer, ours: measureOurs };
const idle = plan.full ? await idlePercent() : 0;
for (const side of plan.sides) sides[side] = await measure[side](plan, udev, idle);
const result: SizeResult = {
  units: plan.units,
  pathsPerUnit: plan.pathsPerUnit,
  sides,
  versions: versions(),
};
writeFileSync(join(results, 'result.json'), JSON.stringify(result, undefined, 1));
await udev.stop();

async function idlePercent(): Promise<number> {
  say('the lab without either: CPU of quiet');
  const values = await labCpuPercent(plan.quietSeconds * 1000);
  return median(values);
}

function versions(): Record<string, string> {
  const udevd = spawnSync(labTool('udevadm'), ['--version'], { encoding: 'utf8' });
  return {
    kernel: readFileSync('/proc/sys/kernel/osrelease', 'utf8').trim(),
    udev: udevd.stdout.trim(),
    node: process.version,
  };
}
