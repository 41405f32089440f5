// The lab's part of the benchmark, for one number of logical units: disks and udevd, then one side after the other. Reads
// its plan from its first argument and writes what it measured to result.json in the results folder.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadScsiDebug } from '../../lab/inside/scsi-debug.js';
import { Udev } from '../../lab/inside/udev.js';
import { labTool } from '../../lab/host/cache.js';
import type { Side, SideResult, SizePlan, SizeResult } from '../results.js';
import { median } from '../statistics.js';
import { labCpuPercent } from './lab-cpu.js';
import './node-program.js';
import { measureOurs } from './ours-side.js';
import { measurePeer } from './peer-side.js';
import { settle } from './quiet.js';
import { say } from './say.js';

/**
 * One rule for both sides, besides those of device-mapper: without a fork a disk gets what their own rules would find out
 * on a machine that has run before. ID_SERIAL and ID_WWN are the identity that the kernel has read already, which
 * multipathd takes from udev; DM_MULTIPATH_DEVICE_PATH says that the disk is a path, so that neither sends it through the
 * rules again. The rules that either side installs are left out: multipathd's start a program for each event.
 */
const diskRule = `ACTION=="add|change", SUBSYSTEM=="block", KERNEL=="sd*[!0-9]", ATTRS{wwid}=="?*", \\
  ENV{ID_SERIAL}="$attr{wwid}", ENV{ID_WWN}="$attr{wwid}", ENV{DM_MULTIPATH_DEVICE_PATH}="1"
`;

const plan = JSON.parse(process.argv[2] ?? '') as SizePlan;
const results = process.env['LAB_RESULTS'] ?? '';

const udev = await startUdev();
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

function startUdev(): Promise<Udev> {
  const rule = '/run/lab/60-bench-disk.rules';
  writeFileSync(rule, diskRule);
  return Udev.start({ rules: [rule] });
}

function versions(): Record<string, string> {
  const udevd = spawnSync(labTool('udevadm'), ['--version'], { encoding: 'utf8' });
  return {
    kernel: readFileSync('/proc/sys/kernel/osrelease', 'utf8').trim(),
    udev: udevd.stdout.trim(),
    node: process.version,
  };
}
