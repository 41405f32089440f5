// The start of one side: from its first process to the last map, several times, each time as on a new machine.
import type { Udev } from '../../lab/inside/udev.js';
import type { Samples, SideResult, SizePlan } from '../results.js';
import { allMaps, mapCount, removeAllMaps } from './maps.js';
import { settle } from './quiet.js';
import { say } from './say.js';

export interface Startable {
  /** Not measured: forgets everything of earlier starts. */
  prepare(): void;
  start(): void;
  /** CPU time of its processes up to now. */
  cpuMs(): number;
  stop(): Promise<void>;
}

export interface Starts {
  readonly samples: Pick<SideResult, 'startMs' | 'settledMs' | 'startCpuMs'>;
  /** Whether it runs now with all maps. */
  readonly complete: boolean;
}

/** A start that takes longer is given up, and when all together took longer no further one is begun. */
const startLimitMs = 300_000;
const budgetMs = 150_000;

/** After the last of them it goes on running. */
export async function measureStarts(name: string, plan: SizePlan, udev: Udev, side: Startable): Promise<Starts> {
  const startMs: number[] = [];
  const settledMs: number[] = [];
  const startCpuMs: number[] = [];
  let note: string | undefined;
  let complete = true;
  for (let round = 1; note === undefined; round++) {
    side.prepare();
    const began = performance.now();
    side.start();
    const done = await allMaps(plan.units, plan.pathsPerUnit, began + startLimitMs);
    if (done === undefined) {
      note = `not done within ${startLimitMs / 1000} s, ${mapCount()} maps`;
      complete = false;
      break;
    }
    startMs.push(done - began);
    startCpuMs.push(side.cpuMs());
    say(`${name}: start ${round} of ${plan.starts}: ${((done - began) / 1000).toFixed(2)} s`);
    settle(udev);
    settledMs.push(performance.now() - began);
    if (round === plan.starts) break;
    if (sum(settledMs) > budgetMs) note = `${round} start(s)`;
    else await startOver(side, udev);
  }
  const samples = (values: readonly number[]): Samples => ({ values, ...(note !== undefined && { note }) });
  return {
    samples: { startMs: samples(startMs), settledMs: samples(settledMs), startCpuMs: samples(startCpuMs) },
    complete,
  };
}

async function startOver(side: Startable, udev: Udev): Promise<void> {
  await side.stop();
  removeAllMaps();
  settle(udev);
}

function sum(values: readonly number[]): number {
  return values.reduce((all, one) => all + one, 0);
}
