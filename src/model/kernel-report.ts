/**
 * The kernel's word on a map, taken in without believing too much or too little of it.
 *
 * "Failed" is the truth, with one exception: a path that a probe has just proved good is failed in the kernel until our
 * reinstate_path arrives there, and a report from before that must not fail it again. What tells the two apart is the
 * kernel's fail count. It rises by one each time an active path fails (dm-mpath.c, fail_path), by an I/O error or by our
 * own fail_path message, and starts at 0 with each table. So a recovering path remembers the count that its old failure
 * explains (`forgives`): the one reported last, or one more if the path was reported active, because our own fail_path
 * may have been under way. A count up to that is the old failure and is waited out; a higher one is a new failure.
 * Each report that is waited out becomes the new limit, so that after a table load, when counts start anew, at most one
 * failure is taken for an old one, and the next I/O error tells. `plan` reinstates by the same limit: it never takes
 * back a failure of which the model has not heard. Nothing loops: a report makes the model ask for work only where it
 * says something else than the one before.
 *
 * "Active" of a path that is failed here is no proof: somebody reinstated it, or a table was loaded, or our fail_path has
 * not arrived. It is probed and stays failed, except where nothing else is left to carry the I/O,
 * and never where it is not registered with the node's reservation key.
 */
import { carriesIo } from '../base/access-state.js';
import type { MapFacts, MapPathFacts } from '../base/map-facts.js';
import { isAvailable, isOffline, isUsable } from './availability.js';
import { kernelMark } from './kernel-mark.js';
import { failForeign } from './foreign.js';
import { adoptedName } from './naming.js';
import { confirmRecovery, failPath, replacePath, trustKernel } from './path-machine.js';
import { mayCarry } from './reservations/standing.js';
import type { Turn } from './turn.js';
import type { Path, Unit } from './types.js';

/** Takes in what the kernel says of the map of a unit; null: there is none. */
export function reportMap(turn: Turn, unit: Unit, map: MapFacts | null): void {
  if (meaning(unit.map) !== meaning(map)) turn.reported.add(unit.wwid);
  if (map === null) {
    loseMap(turn, unit);
    return;
  }
  let current = equal(unit.map, map) ? unit : { ...unit, map, name: adoptedName(turn.registry, unit, map) };
  for (const path of unit.paths) {
    const mark = kernelMark(map, path.facts.devT);
    if (mark !== undefined) current = heed(turn, current, path, mark, kernelMark(unit.map, path.facts.devT));
  }
  failForeign(turn, current);
  turn.put(rescue(turn, current, unit.map));
}

function loseMap(turn: Turn, unit: Unit): void {
  if (unit.map === null) return;
  if (unit.paths.length === 0) turn.record(1017, unit, null, `map "${unit.map.name}"`);
  turn.put({ ...unit, map: null });
}

function heed(turn: Turn, unit: Unit, path: Path, mark: MapPathFacts, before: MapPathFacts | undefined): Unit {
  if (path.failure !== null) {
    if (!mark.failed && before?.failed === true) turn.probe(path.facts, 'suspect');
    return unit;
  }
  const { reinstating } = path;
  if (!mark.failed) return reinstating === null ? unit : confirmRecovery(turn, unit, path);
  if (reinstating === null || mark.failCount > reinstating.forgives) {
    return failPath(turn, unit, path, 'kernel', `I/O failed, fail count ${String(mark.failCount)}`);
  }
  return replacePath(unit, { ...path, reinstating: { ...reinstating, forgives: mark.failCount } });
}

/** With no path left that carries I/O, those that the kernel goes on using are in service, whatever a probe said. */
function rescue(turn: Turn, unit: Unit, before: MapFacts | null): Unit {
  if (unit.paths.some(isUsable)) return unit;
  const lastResort = !unit.paths.some(isAvailable);
  let current = unit;
  for (const path of unit.paths) {
    const helps = carriesIo(path.steadyAccess) || lastResort;
    const goesOn = isInUse(kernelMark(unit.map, path.facts.devT), kernelMark(before, path.facts.devT));
    const may = goesOn && helps && !isOffline(path) && mayCarry(unit, path);
    if (!isAvailable(path) && may) current = trustKernel(turn, current, path);
  }
  return current;
}

/**
 * Active in two reports, or reinstated by somebody: that leaves the fail count. Active with a count of 0 after "failed" is
 * a table that has just been loaded, in which our fail_path is about to follow.
 */
function isInUse(mark: MapPathFacts | undefined, before: MapPathFacts | undefined): boolean {
  return mark?.failed === false && (before?.failed === false || mark.failCount > 0);
}

/** What of a map the plan compares; counts of I/O, of events and of users are not in it. */
function meaning(map: MapFacts | null): string {
  if (map === null) return '';
  const { name, sizeSectors, suspended, hasTable, queueIfNoPath, activeGroup } = map;
  const groups = map.groups.map(({ selector, state, paths }) => [
    selector,
    state,
    paths.map(({ devT, failed }) => [devT, failed]),
  ]);
  return JSON.stringify([name, sizeSectors, suspended, hasTable, queueIfNoPath, activeGroup, groups]);
}

function equal(a: MapFacts | null, b: MapFacts): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
