// Steps 3 and 4: the cable of an array port is pulled under I/O, and plugged in again.
import type { UnitView } from '../../../../src/model/view.js';
import { plug, pull } from '../../inside/faults.js';
import { time } from '../quantities.js';
import { linesOfFirstUnit } from './listing.js';
import type { Stage } from '../stage.js';

const port = 0;
const shownLimitMs = 1000;
const patrolSeconds = 2;
/** A recovery check comes within one interval; the rest is for probe and change on a busy machine. */
const backLimitMs = patrolSeconds * 1000 + 2000;

export async function cablePulled(stage: Stage): Promise<void> {
  const { show, array, watch } = stage;
  await (await stage.writers()).mark();
  show.happening(
    `the cable of array port ${String(port)} is pulled: no command gets through ${through(stage)} any more`,
  );
  const failed = watch.until('the paths through it are shown as failed', (units) =>
    pathsOfPort(stage, units, 'failed'),
  );
  const pulledAt = performance.now();
  await Promise.all([pull(array, port), failed]);
  const shownMs = performance.now() - pulledAt;
  await stage.spscmd('getlun');
  show.verdict(shownMs < shownLimitMs, 'X in all units, under 1 s from the pull', time(shownMs));
  await stage.judgeIo();
}

export async function cablePlugged(stage: Stage): Promise<void> {
  const { show, array, watch } = stage;
  show.happening('failed paths are to be checked every 2 s instead of every 60 s');
  await stage.spscmd(`setwatcher :${String(patrolSeconds)}::`);
  await (await stage.writers()).mark();
  show.happening(`the cable of array port ${String(port)} is plugged in again`);
  const back = watch.until('the paths through it are in use', (units) => pathsOfPort(stage, units, 'in-use'));
  const pluggedAt = performance.now();
  await Promise.all([plug(array, port), back]);
  const backMs = performance.now() - pluggedAt;
  await stage.spscmd('getlun', linesOfFirstUnit);
  show.verdict(backMs < backLimitMs, 'in use again, under 4 s from the plug', time(backMs));
  await stage.judgeIo();
}

/** The paths through the port as a pattern: "0:0:0:*". */
function through({ array }: Stage): string {
  return array.hctl('data', port).replace(/\d+$/, '*');
}

/** Whether in every unit the path through the port, and no other, is in this state (or all are in use). */
function pathsOfPort(stage: Stage, units: readonly UnitView[], state: 'failed' | 'in-use'): boolean {
  const prefix = through(stage).slice(0, -1);
  return units.every(({ paths }) =>
    paths.every((path) => path.state === (path.number.startsWith(prefix) ? state : 'in-use')),
  );
}
