/** What the node's reservation key has to do with a unit and its paths, told. */
import { isLockedOut, mayCarry } from '../reservations/standing.js';
import type { Path, PathFailure, Unit } from '../types.js';
import type { Prospect, Rule, Seen, UnitExplanation } from './types.js';

/** Null where the unit has no key. */
export function explainReservation(unit: Unit): UnitExplanation['reservation'] {
  const { reservation, paths } = unit;
  if (reservation === null) return null;
  const { key, lostSince, lostDetail } = reservation;
  if (lostSince !== null) {
    const text = `key ${key} of this node was taken away (${lostDetail}): all I/O fails and no path comes back until an operator registers a key again or gives this one up`;
    return { key, lostSince, text };
  }
  const held = paths.filter((path) => mayCarry(unit, path)).length;
  const text = `key ${key} of this node is registered on ${String(held)} of ${String(paths.length)} paths; no other path carries I/O`;
  return { key, lostSince, text };
}

/** Why a failed path is out where that is for its registration; null where it is for something else. */
export function registrationRule(unit: Unit, { cause, detail }: PathFailure): Rule | null {
  if (isLockedOut(unit)) {
    return {
      code: 'failed-locked-out',
      text: "the reservation key of this node was taken away, so that no path may carry this node's I/O, in whatever state it is",
    };
  }
  if (cause !== 'registration') return null;
  if (unit.reservation === null) {
    const text = `it was kept out for its registration (${detail}), the key was given up since, and no probe has proved it yet`;
    return { code: 'failed-not-proved', text };
  }
  return {
    code: 'failed-not-registered',
    text: `the unit has a reservation key, which is not registered on the path (${detail}), and the array would refuse its I/O`,
  };
}

/** What brings back a path that is out, as far as it needs its registration. */
export function registrationNext(unit: Unit, path: Path): readonly Prospect[] {
  const name = `#${String(unit.number)}`;
  if (isLockedOut(unit)) {
    return [
      {
        code: 'register-again',
        at: null,
        text: `nothing brings it back by itself; once this node may use the unit, "spscmd reserve register ${name} --key KEY" does, or "spscmd reserve unregister ${name}" to use it without a key`,
      },
    ];
  }
  if (mayCarry(unit, path)) return [];
  return [
    {
      code: 'join',
      at: null,
      text: `it is registered with the key before its first I/O, when a probe has proved it; where another key stands in the way, "spscmd reserve register ${name} --key KEY --ignore-existing" replaces that`,
    },
  ];
}

export function registrationSeen(unit: Unit, path: Path): readonly Seen[] {
  if (unit.reservation === null) return [];
  const word = mayCarry(unit, path) ? 'registered' : 'not registered, as far as is known,';
  return [{ kind: 'registration', at: null, text: `it is ${word} with reservation key ${unit.reservation.key}` }];
}
