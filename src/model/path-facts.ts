/** New properties of a path that is there: its size, its device's state, its access state. */
import type { PathFacts } from '../discovery/facts.js';
import { withAccess } from './access.js';
import { isAvailable, isOffline } from './availability.js';
import { leave, reconsider, refuse } from './membership.js';
import { failOnSuspicion, replacePath } from './path-machine.js';
import type { Turn } from './turn.js';
import type { Path, Unit } from './types.js';
import { described, resizeDetail, sizeConflict } from './unit.js';

export function refreshPath(turn: Turn, unit: Unit, path: Path, facts: PathFacts): void {
  if (facts.sizeSectors === unit.sizeSectors) {
    refreshFitting(turn, unit, path, facts);
  } else if (unit.paths.length === 1) {
    // The last path decides; those that were refused for the new size come back.
    refreshFitting(turn, resize(turn, unit, facts), path, facts);
    reconsider(turn, unit);
  } else {
    leave(turn, unit, path, sizeConflict(unit, facts));
    refuse(turn, unit, facts, sizeConflict(unit, facts));
  }
}

/** Gives the unit the size that its paths report. */
export function resize(turn: Turn, unit: Unit, facts: PathFacts): Unit {
  turn.record(1003, unit, null, resizeDetail(unit, facts));
  const resized = described(unit, facts);
  turn.put(resized);
  return resized;
}

function refreshFitting(turn: Turn, unit: Unit, path: Path, facts: PathFacts): void {
  if (JSON.stringify(path.facts) === JSON.stringify(facts)) return;
  const moved = facts.access !== path.facts.access && facts.access !== null;
  const marginal = turn.portOf({ facts })?.marginal ?? null;
  const told: Path = { ...path, facts, marginal };
  const fresh = moved ? withAccess(told, facts.access) : told;
  const known = described(replacePath(unit, fresh), facts);
  const [was, is] = [isOffline(path), isOffline(fresh)];
  if (was && !is) turn.probe(facts, 'transport');
  const falls = is && !was && isAvailable(fresh);
  turn.put(falls ? failOnSuspicion(turn, known, fresh, 'transport', `the device is ${facts.state}`) : known);
}
