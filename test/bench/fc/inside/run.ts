// The lab's part of the Fibre Channel benchmark, for one number of logical units: one side after the other goes through the
// same pulls. Reads its plan from its first argument and writes result.json in the results folder.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FcArray } from '../../../lab/fc/inside/fc-array.js';
import { startReader, startVerifyingWriter, type IoRun } from '../../../lab/inside/io.js';
import { allMaps, removeAllMaps } from '../../inside/maps.js';
import { cpuMs } from '../../inside/processes.js';
import { settle } from '../../inside/quiet.js';
import { say } from '../../inside/say.js';
import { startBenchUdev } from '../../inside/udev.js';
import { sideNames, type FcPlan, type FcResult, type FcSide, type FcSideResult, type Pull } from '../results.js';
import { KernelLog } from './kernel-log.js';
import { MapWatch } from './map-watch.js';
import { onePull } from './pull.js';
import { makeSide } from './sides.js';

const mapsWithinMs = 120_000;
/**
 * Between a return and the next pull, so that each finds quiet. The ports take turns: none is lost so often that it would be
 * held back, which is another matter.
 */
const restMs = 9_000;
/** From the last map to the minute of quiet. */
const startRestMs = 20_000;

const plan = JSON.parse(process.argv[2] ?? '') as FcPlan;
const results = process.env['LAB_RESULTS'] ?? '';

const udev = await startBenchUdev();
say(`${plan.units} logical units x 2 paths`);
const luns = Array.from({ length: plan.units }, (_, index) => ({
  name: `lun${index}`,
  sizeMb: 8,
  serial: `0000be${index.toString(16).padStart(4, '0')}`,
}));
const array = await FcArray.there({ luns });
settle(udev);
const sides: Partial<Record<FcSide, FcSideResult>> = {};
for (const side of plan.sides) sides[side] = await measure(side);
const result: FcResult = {
  units: plan.units,
  sides,
  kernel: readFileSync('/proc/sys/kernel/osrelease', 'utf8').trim(),
};
writeFileSync(join(results, 'result.json'), JSON.stringify(result, undefined, 1));
await udev.stop();

async function measure(name: FcSide): Promise<FcSideResult> {
  array.resetTimeouts();
  const side = makeSide(name);
  const log = new KernelLog();
  try {
    await side.start();
    if ((await allMaps(plan.units, 2, performance.now() + mapsWithinMs)) === undefined)
      throw new Error(`${sideNames[name]} did not make all maps within ${mapsWithinMs / 1000} s`);
    settle(udev);
    say(`${sideNames[name]}: quiet`);
    await sleep(startRestMs);
    const quiet = await quietMinute(() => side.processes().reduce((sum, pid) => sum + cpuMs(pid), 0));
    const watch = new MapWatch(array, log);
    const device = watch.deviceOf('lun0');
    const io: readonly [IoRun, IoRun] = [
      await startReader(device, { pauseMs: 5, depth: 4 }),
      await startVerifyingWriter(device, { pauseMs: 5, depth: 4 }),
    ];
    const pulls: Pull[] = [];
    for (let number = 0; number < plan.pulls; number++) {
      const pull = await onePull(array, watch, log, io, number % 2);
      say(`${sideNames[name]}: pull ${number + 1} of ${plan.pulls}: ${Object.values(pull).map(Math.round).join(' ')}`);
      pulls.push(pull);
      await sleep(restMs);
    }
    const ends = [await io[0].stop(), await io[1].stop()];
    return { pulls, errors: ends.reduce((sum, { errors, mismatches }) => sum + errors + mismatches, 0), ...quiet };
  } finally {
    await side.stop();
    await array.end();
    settle(udev);
    removeAllMaps();
    settle(udev);
    side.release();
    log.close();
  }
}

async function quietMinute(cpu: () => number): Promise<Pick<FcSideResult, 'commandsPerMinute' | 'cpuPercent'>> {
  const commands = (): number =>
    array.lunNames
      .flatMap((name) => [0, 1].map((port) => array.hctl(name, port)))
      .reduce((sum, place) => sum + Number(readFileSync(`/sys/class/scsi_device/${place}/device/iorequest_cnt`)), 0);
  const [before, busy, began] = [commands(), cpu(), performance.now()];
  await sleep(plan.quietSeconds * 1000);
  const ms = performance.now() - began;
  return { commandsPerMinute: ((commands() - before) * 60_000) / ms, cpuPercent: ((cpu() - busy) * 100) / ms };
}
