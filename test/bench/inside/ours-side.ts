// Measures ours: pathmanagerd with its helper, ispmwatcher, and spscmd.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Installation } from '../../lab/inside/daemons.js';
import type { Udev } from '../../lab/inside/udev.js';
import { projectRoot } from '../../support/paths.js';
import type { CpuUse, Listing, SideResult, SizePlan } from '../results.js';
import { emptyNode, type TimedCommand, timeCommands } from './commands.js';
import { removeAllMaps } from './maps.js';
import { cpuMs, memoryOf, quietCpu, withDescendants } from './processes.js';
import { quietWindows, settle } from './quiet.js';
import { say } from './say.js';
import { measureStarts } from './starts.js';

const programs = process.env['PATHMANAGER_PROGRAMS'] ?? join(projectRoot, 'dist/src/bin');
const healthPollMs = 200;

export async function measureOurs(plan: SizePlan, udev: Udev): Promise<SideResult> {
  let ours = new Installation();
  try {
    const starts = await measureStarts('pathmanagerd', plan, udev, {
      prepare: () => {
        ours = new Installation();
      },
      start: () => {
        start(ours);
      },
      cpuMs: () => processesOf(ours).reduce((sum, pid) => sum + cpuMs(pid), 0),
      stop: () => stop(ours),
    });
    if (!starts.complete) return { ...starts.samples, cpu: [], listings: [] };
    await watcherRuns(ours);
    const listings = list(ours, plan);
    const cpu = plan.full ? await cpuUse(ours, plan) : [];
    return { ...starts.samples, cpu, listings, memory: memoryOf(processesOf(ours)) };
  } finally {
    await stop(ours);
    settle(udev);
    removeAllMaps();
  }
}

/** As the units order it: the watcher when the controller is ready. What goes on after the first start is not waited for. */
function start(ours: Installation): void {
  ours.controller.start();
  void watcherAfterController(ours);
}

async function watcherAfterController(ours: Installation): Promise<void> {
  while (ours.controller.running) {
    const health = await ours.get('/v1/health').catch(() => undefined);
    if (health?.status === 200) {
      ours.watcher.start();
      return;
    }
    await sleep(healthPollMs);
  }
}

async function watcherRuns(ours: Installation): Promise<void> {
  while (!ours.watcher.running) {
    if (!ours.controller.running) throw new Error(`pathmanagerd ended:\n${ours.controller.log()}`);
    await sleep(healthPollMs);
  }
  await sleep(5000);
}

async function stop(ours: Installation): Promise<void> {
  await ours.watcher.stop();
  await ours.controller.stop();
}

function processesOf(ours: Installation): number[] {
  const daemons = [ours.controller, ours.watcher].filter((daemon) => daemon.running);
  return withDescendants(daemons.map((daemon) => daemon.pid));
}

async function cpuUse(ours: Installation, plan: SizePlan): Promise<CpuUse[]> {
  const windowMs = plan.quietSeconds * 1000;
  say('pathmanagerd and ispmwatcher: CPU of quiet, checks at their default (60 s)');
  await sleep(20_000);
  const byDefault = await quietCpu(processesOf(ours), 'default', quietWindows, windowMs);
  say('pathmanagerd and ispmwatcher: CPU of quiet, checks every 5 s');
  const set = await ours.spscmd('setwatcher', '3:5:0:');
  if (set.status !== 0) throw new Error(`spscmd setwatcher failed: ${set.stderr}`);
  await sleep(15_000);
  return [byDefault, await quietCpu(processesOf(ours), '5 s', quietWindows, windowMs)];
}

function list(ours: Installation, plan: SizePlan): Listing[] {
  say('spscmd: listings');
  const spscmd = (words: string, text: string): TimedCommand => ({
    name: `spscmd ${words}`,
    words: [process.execPath, join(programs, 'spscmd.js'), ...words.split(' '), '--run-dir', ours.runDir],
    expected: { text, times: plan.units },
  });
  const all = 'LogicalUnit #';
  const more = [spscmd('getlun -v', all), spscmd('getlun --json', '"wwid"')];
  return timeCommands([emptyNode, spscmd('getlun', all), ...(plan.full ? more : [])], plan.listings);
}
