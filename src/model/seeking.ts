/**
 * A logical unit without a path: its I/O waits or fails, and the patrol comes round in a minute. So its failed paths are
 * probed at once, and again at growing intervals for as long as none is back.
 *
 * A path whose probes are good and whose I/O fails would go in and out without end. So the intervals go on growing over a
 * return that did not last.
 */
import { isLeaving } from './availability.js';
import { isLockedOut } from './reservations/standing.js';
import type { Turn } from './turn.js';
import type { Seeking, Unit } from './types.js';

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 5000;
/** A return has lasted when the unit had a path for so long. */
const LASTING_MS = 10_000;

/** Begins where the unit has lost its last path, ends where it has one. */
export function sought(turn: Turn, unit: Unit): Unit {
  const { seeking } = unit;
  if (!isSought(turn, unit)) return seeking?.at == null ? unit : { ...unit, seeking: ended(turn, seeking) };
  if (seeking === null) return lookedFor(turn, unit, FIRST_DELAY_MS);
  if (seeking.at !== null) return unit;
  if (turn.at - seeking.endedAt >= LASTING_MS) return lookedFor(turn, unit, FIRST_DELAY_MS);
  return { ...unit, seeking: { ...seeking, at: turn.at + seeking.delayMs } };
}

/** Probes again what is due. */
export function seekDue(turn: Turn): void {
  for (const unit of turn.units.values()) {
    const { seeking } = unit;
    if (seeking?.at == null || !isDue(turn, seeking.at)) continue;
    turn.note(lookedFor(turn, unit, seeking.delayMs));
  }
}

/** No wait is longer: a time further off is one from before the clock was put back. */
function isDue({ at }: Turn, due: number): boolean {
  return due <= at || due > at + LONGEST_DELAY_MS;
}

function isSought(turn: Turn, unit: Unit): boolean {
  return (
    unit.pathlessSince !== null && unit.paths.length > 0 && turn.settings.watcher.recoveryCheck && !isLockedOut(unit)
  );
}

/** The unit after a probe of each failed path. Behind a lost port there is nobody to answer; its return is told. */
function lookedFor(turn: Turn, unit: Unit, delayMs: number): Unit {
  for (const path of unit.paths) {
    if (turn.portOf(path)?.lostSince == null && !isLeaving(path)) turn.probe(path.facts, 'no-path');
  }
  const seeking: Seeking = {
    at: turn.at + delayMs,
    delayMs: Math.min(2 * delayMs, LONGEST_DELAY_MS),
    endedAt: turn.at,
  };
  return { ...unit, seeking };
}

function ended(turn: Turn, seeking: Seeking): Seeking {
  return { ...seeking, at: null, endedAt: turn.at };
}
