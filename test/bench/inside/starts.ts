// The start of one side: from its first process to the last map, several times, each time as on a new machine.
import type { Udev } from '../../lab/inside/udev.js';
import type { Samples, SizePlan } from '../results.js';
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
  readonly samples: { readonly startMs: Samples; readonly startCpuMs: Samples };
  /** Whether it runs now with all maps. */
  readonly complete: boolean;
}

/** A start that takes longer is given up, and when all together took longer no further one is begun. */
const startLimitMs = 300_000;
const budgetMs = 150_000;

/** After the last of them it goes on running. */
export async function measureStarts(name: string, plan: SizePlan, udev: Udev, side: Startable): Promise<Starts> {
  const startMs: number[] = [];
  const startCpuMs: number[] = [];
  for (let round = 1; round <= plan.starts; round++) {
    side.prepare();
    const began = performance.now();
    side.start();
    const done = await allMaps(plan.units, plan.pathsPerUnit, began + startLimitMs);
    if (done === undefined) {
      const note = `not done within ${startLimitMs / 1000} s, ${mapCount()} maps`;
      say(`${name}: start ${round} of ${plan.starts}: ${note}`);
      return { samples: { startMs: { values: startMs, note }, startCpuMs: { values: startCpuMs } }, complete: false };
    }
    startMs.push(done - began);
    startCpuMs.push(side.cpuMs());
    say(`${name}: start ${round} of ${plan.starts}: ${((done - began) / 1000).toFixed(2)} s`);
    settle(udev);
    const last = round === plan.starts || sum(startMs) > budgetMs;
    if (last) break;
    await side.stop();
    removeAllMaps();
    settle(udev);
  }
  const note = startMs.length < plan.starts ? { note: `${startMs.length} start(s)` } : {};
  return { samples: { startMs: { values: startMs, ...note }, startCpuMs: { values: startCpuMs } }, complete: true };
}

function sum(values: readonly number[]): number {
  return values.reduce((all, one) => all + one, 0);
}
