/**
 * How paths stand to the node's reservation key. While a unit has a key, a path carries I/O only after it is registered:
 * the array refuses the I/O of the others, and the kernel would give the error to the application. When the key has been
 * taken away nothing may carry I/O, not even what waited: another node owns the data now.
 */
import type { DevT } from '../../base/ids.js';
import { kernelMark } from '../kernel-mark.js';
import { recoverPath, replacePath } from '../path-machine.js';
import { staysOut } from '../ports/paths.js';
import type { Turn } from '../turn.js';
import type { Path, PathFailure, Unit } from '../types.js';

export const NOT_YET = 'not registered yet';

/** True where the array has the node's key no more. */
export function isLockedOut({ reservation }: Pick<Unit, 'reservation'>): boolean {
  return reservation !== null && reservation.lostSince !== null;
}

/** True where nothing about reservations stands against I/O on the path. */
export function mayCarry(unit: Pick<Unit, 'reservation'>, { registration }: Pick<Path, 'registration'>): boolean {
  return unit.reservation === null || (!isLockedOut(unit) && registration === 'held');
}

/**
 * True where the path may be in no table that is loaded, because a load makes every path of it active for an instant. One
 * that was registered and has failed since may: the array has registered it, so what gets there does no harm.
 */
export function isBarred(unit: Pick<Unit, 'reservation'>, { registration }: Pick<Path, 'registration'>): boolean {
  return unit.reservation !== null && (isLockedOut(unit) || registration === 'none');
}

/** Devices of such paths that are in the present table. */
export function barredDevices(unit: Unit): readonly DevT[] {
  if (unit.reservation === null) return [];
  const barred = unit.paths.filter((path) => isBarred(unit, path)).map(({ facts }) => facts.devT);
  return barred.filter((devT) => kernelMark(unit.map, devT) !== undefined);
}

/** Takes them out of use by a message of its own, which waits for nothing: also where somebody has reinstated one. */
export function cutOffBarred(turn: Turn, unit: Unit): void {
  const { map } = unit;
  if (map === null) return;
  for (const devT of barredDevices(unit)) {
    const isTold = turn.messages.some((each) => each.kind === 'fail-path' && each.devT === devT);
    if (!isTold && kernelMark(map, devT)?.failed === false) {
      turn.messages.push({ kind: 'fail-path', map: map.name, devT });
    }
  }
}

/**
 * Puts a failed path of whose registration the array has just told back into service. One that only waited for it comes
 * as it is: it has not failed.
 */
export function admit(turn: Turn, unit: Unit, path: Path, failure: PathFailure): Unit {
  if (staysOut(turn, unit, path)) return unit;
  const isNew = failure.cause === 'registration' && kernelMark(unit.map, path.facts.devT) === undefined;
  return isNew ? replacePath(unit, { ...path, failure: null }) : recoverPath(turn, unit, path, failure);
}
