/**
 * Priorities: 1 to 254, unique among all paths that a unit knows, present and remembered; a larger number is higher.
 * A number is thus never given away behind the back of a path that will return.
 */
import { accessRank, carriesIo } from '../base/access-state.js';
import { priority, PRIORITY_MAX, type PathKey, type Priority } from '../base/ids.js';
import type { MapFacts } from '../base/map-facts.js';
import type { PathFacts } from '../discovery/facts.js';
import type { Path, RememberedPath, Unit } from './types.js';

/** What a path gets when it comes, and the unit with room made for it. */
export interface Place {
  readonly unit: Unit;
  readonly priority: Priority;
  readonly enabled: boolean;
}

type Numbered = Path | RememberedPath;

/** The unit with a number to give: it forgets the path that has been away longest if need be. Null: all are in use. */
export function withRoom(unit: Unit): Unit | null {
  if (knownPaths(unit).length < PRIORITY_MAX) return unit;
  return unit.remembered.length > 0 ? { ...unit, remembered: unit.remembered.slice(1) } : null;
}

/**
 * A new path by the rule `auto`: behind every path whose access state is as good or better, in front of worse ones.
 * While the numbers are those that discovery dealt (n to 1), they are dealt anew. Where an operator has chosen they stay,
 * and the newcomer gets one below them, so that it does not take over the I/O.
 */
export function automaticPlace(unit: Unit, facts: PathFacts): Place {
  const enabled = carriesIo(facts.access);
  const known = [...knownPaths(unit)].sort((a, b) => b.priority - a.priority);
  if (unit.prioritiesChosen || known.some((each, index) => each.priority !== known.length - index)) {
    return { unit, priority: belowLowest(unit), enabled };
  }
  const worse = known.findIndex(
    (each) => 'steadyAccess' in each && accessRank(each.steadyAccess) > accessRank(facts.access),
  );
  const above = worse < 0 ? known.length : worse;
  const raised = new Set(known.slice(0, above).map((each) => each.key));
  return { unit: raise(unit, raised), priority: priority(known.length - above + 1), enabled };
}

/** A new path by the rule `manual`: the first one is 1 and enabled, each further one takes the next number, disabled. */
export function manualPlace(unit: Unit): Place {
  return { unit, priority: aboveHighest(unit), enabled: knownPaths(unit).length === 0 };
}

/** A path that is in the map which its new unit found: its place in the table tells its priority. Null: it tells none. */
export function adoptedPlace(unit: Unit, map: MapFacts, facts: PathFacts): Place | null {
  const table = map.groups.flatMap((group) => group.paths.map((path) => ({ group, devT: path.devT })));
  const index = table.findIndex((each) => each.devT === facts.devT);
  const number = table.length - index;
  const entry = table[index];
  const taken = knownPaths(unit).some((each) => each.priority === number);
  if (entry === undefined || number > PRIORITY_MAX || taken) return null;
  return { unit, priority: priority(number), enabled: entry.group.state !== 'bypassed' };
}

/** The unit with `number` taken from a path that is away, if one has it: that gets one above the highest. */
export function vacated(unit: Unit, number: number): Unit {
  const holder = unit.remembered.find((each) => each.priority === number);
  return holder === undefined ? unit : movedAside(unit, holder);
}

/** The unit with this path, which is away, one above the highest. */
export function movedAside(unit: Unit, { key }: RememberedPath): Unit {
  const remembered = unit.remembered.map((each) =>
    each.key === key ? { ...each, priority: aboveHighest(unit) } : each,
  );
  return { ...unit, remembered };
}

/** One above the highest number of the unit; where that is 254, the highest free one. The unit must have room. */
export function aboveHighest(unit: Unit): Priority {
  const highest = Math.max(0, ...knownPaths(unit).map((each) => each.priority));
  return priority(highest < PRIORITY_MAX ? highest + 1 : Math.max(...freeNumbers(unit)));
}

function belowLowest(unit: Unit): Priority {
  const lowest = Math.min(...knownPaths(unit).map((each) => each.priority));
  const free = freeNumbers(unit);
  const below = free.filter((number) => number < lowest);
  return priority(below.length > 0 ? Math.max(...below) : Math.min(...free));
}

function freeNumbers(unit: Unit): readonly number[] {
  const taken = new Set<number>(knownPaths(unit).map((each) => each.priority));
  return Array.from({ length: PRIORITY_MAX }, (_, index) => index + 1).filter((number) => !taken.has(number));
}

function raise(unit: Unit, keys: ReadonlySet<PathKey>): Unit {
  const up = <T extends Numbered>(each: T): T =>
    keys.has(each.key) ? { ...each, priority: priority(each.priority + 1) } : each;
  return { ...unit, paths: unit.paths.map(up), remembered: unit.remembered.map(up) };
}

function knownPaths(unit: Unit): readonly Numbered[] {
  return [...unit.paths, ...unit.remembered];
}
