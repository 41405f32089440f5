/**
 * Logical units that the array serves no more: told of, and cleared away where nobody can miss them.
 *
 * Only the array's own word counts, its list of logical units asked for through the very port pair, and it counts when it
 * has been the same for a while: a controller of an array that starts may list less than it has. Then the path goes out of
 * the table first, and when the kernel's table is without it the disk is deleted. A wrong deletion would cost nothing but a
 * scan; what the array lists again comes back by its own report.
 */
import type { DevT } from '../base/ids.js';
import { isUsable } from './availability.js';
import { kernelMark } from './kernel-mark.js';
import { failPath, replacePath } from './path-machine.js';
import type { Turn } from './turn.js';
import type { Path, ProbeVerdict, Unit, Vanished } from './types.js';

/** What the path counts as after an answer. */
export function vanishedAfter(
  turn: Turn,
  { vanished }: Path,
  verdict: ProbeVerdict,
  listed?: boolean,
): Vanished | null {
  if (listed === true || verdict === 'up' || verdict === 'standby') return null;
  if (listed === undefined) return vanished;
  if (vanished === null) return { since: turn.at, step: 'seen', kept: null };
  const { vanishedSec } = turn.policy;
  const isSure = vanishedSec !== null && turn.at - vanished.since >= vanishedSec * 1000;
  return isSure && vanished.step === 'seen' ? { ...vanished, step: 'confirmed' } : vanished;
}

/** Tells of a path that has vanished just now, and lets those go that nobody can miss. */
export function takeVanished(turn: Turn, unit: Unit, before: Path, after: Vanished | null): Unit {
  if (before.vanished === null && after !== null) turn.record(1025, unit, before.facts, before.facts.node);
  if (after?.step !== 'confirmed') return unit;
  // A map that is closed gives no event: the job reads it, and the next round knows.
  turn.toApply.add(unit.wwid);
  return failed(
    turn,
    moved(unit, 'confirmed', 'leaving', (path) => isDispensable(unit, path)),
  );
}

/** The last path of a unit was only suspected: one that leaves is not in use any more. */
function failed(turn: Turn, unit: Unit): Unit {
  let current = unit;
  for (const path of unit.paths) {
    if (path.suspicion === null || path.vanished?.step !== 'leaving') continue;
    current = failPath(turn, current, path, path.suspicion.cause, path.suspicion.detail);
  }
  return current;
}

/** Has the kernel forget the disks that are out of the table. */
export function sendOff(turn: Turn, unit: Unit): Unit {
  const sent = moved(unit, 'leaving', 'deleting', ({ facts }) => kernelMark(unit.map, facts.devT) === undefined);
  for (const { facts } of sent.paths.filter((path) => !unit.paths.includes(path))) {
    turn.record(1026, unit, facts, facts.node);
    turn.deletions.push({ kind: 'delete-disk', facts });
  }
  return sent;
}

/** The disk is still there: it is a path like others, and looked at again. */
export function takeKept(turn: Turn, devT: DevT, reason: string): void {
  for (const { unit, path } of turn.owners(devT)) {
    if (path.vanished === null) continue;
    if (path.vanished.kept !== reason) turn.record(1027, unit, path.facts, reason);
    turn.put(replacePath(unit, { ...path, vanished: { since: turn.at, step: 'seen', kept: reason } }));
  }
}

/** True where the unit has another path that works, or is gone as a whole and nobody has its map open. */
function isDispensable(unit: Unit, path: Path): boolean {
  if ((path.failure ?? path.suspicion) === null) return false;
  if (unit.paths.some((other) => isUsable(other) && other.vanished === null)) return true;
  const isGone = unit.paths.every(({ vanished }) => vanished !== null && vanished.step !== 'seen');
  return isGone && (unit.map === null || unit.map.openCount === 0);
}

/** The unit with the paths of one step in the next, those that `may`. */
function moved(unit: Unit, from: Vanished['step'], to: Vanished['step'], may: (path: Path) => boolean): Unit {
  let current = unit;
  for (const path of unit.paths) {
    if (path.vanished?.step !== from || !may(path)) continue;
    current = replacePath(current, { ...path, vanished: { ...path.vanished, step: to } });
  }
  return current;
}
