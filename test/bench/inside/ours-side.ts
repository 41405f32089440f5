// Measures ours: pathmanagerd with its helper, ispmwatcher, ispmlogger, and spscmd.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Udev } from '../../lab/inside/udev.js';
import type { CpuUse, Listing, SideResult, SizePlan } from '../results.js';
import { emptyNode, type TimedCommand, timeCommands } from './commands.js';
import { removeAllMaps } from './maps.js';
import { Ours, programs } from './ours.js';
import { cpuMs, memoryOf, quietCpu } from './processes.js';
import { settle } from './quiet.js';
import { say } from './say.js';
import { measureStarts } from './starts.js';

export async function measureOurs(plan: SizePlan, udev: Udev, idle: number): Promise<SideResult> {
  let ours = new Ours();
  try {
    const starts = await measureStarts('pathmanagerd', plan, udev, {
      prepare: () => {
        ours = new Ours();
      },
      start: () => {
        ours.start();
      },
      cpuMs: () => ours.processes.reduce((sum, pid) => sum + cpuMs(pid), 0),
      stop: () => ours.stop(),
    });
    if (!starts.complete) return { ...starts.samples, cpu: [], listings: [] };
    await ours.connected();
    const listings = list(plan);
    const cpu = plan.full ? await cpuUse(ours, plan, idle) : [];
    return { ...starts.samples, cpu, listings, memory: memoryOf(ours.processes) };
  } finally {
    await ours.stop();
    settle(udev);
    removeAllMaps();
  }
}

async function cpuUse(ours: Ours, plan: SizePlan, idle: number): Promise<CpuUse[]> {
  const windowMs = plan.quietSeconds * 1000;
  say('our daemons: CPU of quiet, checks at their default (60 s)');
  await sleep(20_000);
  const byDefault = await quietCpu('default', windowMs, idle);
  say('our daemons: CPU of quiet, checks every 5 s');
  await ours.spscmd('setwatcher', '3:5:0:');
  await sleep(15_000);
  return [byDefault, await quietCpu('5 s', windowMs, idle)];
}

function list(plan: SizePlan): Listing[] {
  say('spscmd: listings');
  const spscmd = (words: string, text: string): TimedCommand => ({
    name: `spscmd ${words}`,
    words: [process.execPath, join(programs, 'spscmd.js'), ...words.split(' ')],
    expected: { text, times: plan.units },
  });
  const more = [spscmd('getlun -v', 'LogicalUnit #'), spscmd('getlun --json', '"wwid"')];
  return timeCommands([emptyNode, spscmd('getlun', 'LogicalUnit #'), ...(plan.full ? more : [])], plan.listings);
}
