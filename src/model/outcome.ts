/** What became of a change in the kernel: the "done" and "failed" records of what was asked for. */
import type { ErrorCode } from '../base/errors.js';
import type { Wwid } from '../base/ids.js';
import { isUsable } from './availability.js';
import type { EventId } from './catalogue.js';
import { withoutForeign } from './foreign.js';
import { endFailback, failPath, replacePath } from './path-machine.js';
import { kernelMark } from './kernel-mark.js';
import type { Turn } from './turn.js';
import type { PendingChange, Unit } from './types.js';

/** For how long a map is tried to be made before its disks are given back; it is tried further after that. */
const GIVE_UP_MS = 10_000;

const doneRecords = { priority: 265, balance: 268, enablement: 275 } as const;
const failedRecords = { priority: 266, balance: 269, enablement: 276 } as const;

/** The kernel has what is wanted. A failback is not done by that, but by a report that shows the path active. */
export function takeApplied(turn: Turn, wwid: Wwid): void {
  const unit = turn.units.get(wwid);
  if (unit === undefined) return;
  const own = withoutForeign(unit);
  const solved = own.problem === null ? own : { ...own, unmade: null, problem: null };
  turn.put(closePending(turn, solved, doneRecords, ''));
}

/**
 * The kernel does not have what is wanted. It is tried again. What was asked for counts as failed, unless the controller
 * says that it only waits for storage.
 */
export function takeApplyFailed(turn: Turn, wwid: Wwid, code: ErrorCode, message: string): void {
  const unit = turn.units.get(wwid);
  if (unit === undefined) return;
  const known = unit.problem?.code === code && unit.problem.message === message;
  if (!known) turn.record(1009, unit, null, message);
  const problem = known ? unit.problem : { code, message, since: turn.at };
  const waits = code === 'APPLY_PENDING';
  const told: Unit = { ...unit, problem, unmade: waits ? unit.unmade : unmadeAfter(turn, unit, message) };
  turn.put(waits ? told : closePending(turn, notReinstated(turn, told, message), failedRecords, `: ${message}`));
}

/**
 * A disk that is claimed for a map that cannot be made serves nobody: after a while it is given back. Not where no path
 * works, because then nobody else could use it either, and it must not be another's when the first path is back.
 */
function unmadeAfter(turn: Turn, unit: Unit, message: string): Unit['unmade'] {
  if (unit.map !== null || !unit.paths.some(isUsable)) return null;
  const { since, givenUp } = unit.unmade ?? { since: turn.at, givenUp: false };
  const isOver = turn.at - since >= GIVE_UP_MS;
  if (isOver && !givenUp) turn.record(1028, unit, null, message);
  return { since, givenUp: givenUp || isOver };
}

/** A path that was to be reinstated and that the kernel still has failed is failed. */
function notReinstated(turn: Turn, unit: Unit, message: string): Unit {
  let current = unit;
  for (const path of unit.paths) {
    if (path.reinstating === null) continue;
    current =
      kernelMark(unit.map, path.facts.devT)?.failed === true
        ? failPath(turn, current, path, 'kernel', `not reinstated: ${message}`)
        : endFailback(turn, replacePath(current, { ...path, reinstating: null }), path, message);
  }
  return current;
}

function closePending(
  turn: Turn,
  unit: Unit,
  ids: Readonly<Record<Exclude<PendingChange, 'failback'>, EventId>>,
  suffix: string,
): Unit {
  for (const { change, path, detail } of unit.pending) {
    if (change !== 'failback') turn.recordAt(ids[change], unit, path, `${detail}${suffix}`);
  }
  const open = unit.pending.filter((each) => each.change === 'failback');
  return open.length === unit.pending.length ? unit : { ...unit, pending: open };
}
