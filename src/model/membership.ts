/** Who belongs to a unit: paths enter, leave, and are refused where they do not fit. */
import type { PathFacts } from '../discovery/facts.js';
import { isOffline } from './availability.js';
import { adoptedBalance, balancedByDefault } from './balance.js';
import { welcomed } from './foreign.js';
import { kernelMark } from './kernel-mark.js';
import { freeNumber, newName } from './naming.js';
import { endFailback, failPath, replacePath } from './path-machine.js';
import { adoptedPlace, automaticPlace, manualPlace, withRoom, type Place } from './priority.js';
import { isLockedOut, mayCarry, NOT_YET } from './reservations/standing.js';
import { askToJoin } from './reservations/take.js';
import type { Turn } from './turn.js';
import type { Path, Unit } from './types.js';
import { described, emptyUnit, resizeDetail, sizeConflict } from './unit.js';

/**
 * Lets a device into the unit that its WWID names, or refuses it: paths of different size or of one identity are never
 * mixed, because I/O would reach two different pieces of storage.
 * @param hot the unit is in service: the newcomer is proved by a probe at once instead of by the next patrol
 */
export function enter(turn: Turn, facts: PathFacts, hot: boolean): void {
  const unit = turn.units.get(facts.wwid) ?? foundUnit(turn, facts);
  const obstacle = obstacleTo(unit, facts);
  const place = obstacle === null ? placeIn(turn, unit, facts) : null;
  if (place === null) {
    refuse(turn, unit, facts, obstacle ?? 'all 254 priorities of its logical unit are in use');
    return;
  }
  announce(turn, unit, facts);
  turn.unrefuse(facts.devT);
  turn.unstray(facts.wwid);
  const mark = kernelMark(place.unit.map, facts.devT);
  const path = newPath(turn, facts, place, mark !== undefined && wasHeld(place.unit) ? 'held' : 'none');
  const host = welcomed(place.unit, facts.devT);
  const grown = described({ ...host, paths: [...host.paths, path] }, facts);
  const returns = unit.remembered.some((each) => each.key === facts.key);
  const balanced = returns ? grown : balancedByDefault(grown, turn.policy, turn.settings);
  const kernelFailed = mark?.failed === true;
  turn.put(judged(turn, balanced, path, kernelFailed));
  if (isOffline(path) || !(hot || kernelFailed)) return;
  if (kernelFailed || mayCarry(balanced, path)) turn.probe(facts, 'appeared');
}

/** Takes a path out of its unit; its priority and enablement are kept for its return. */
export function leave(turn: Turn, unit: Unit, path: Path, detail: string): void {
  turn.record(274, unit, path.facts, detail);
  const ended = endFailback(turn, unit, path, 'the path was removed');
  turn.put({
    ...ended,
    paths: ended.paths.filter((each) => each.key !== path.key),
    remembered: [...ended.remembered, { key: path.key, priority: path.priority, enabled: path.enabled }],
  });
}

/** Keeps a device out, and says so once. */
export function refuse(turn: Turn, unit: Unit, facts: PathFacts, reason: string): void {
  const before = turn.refused.get(facts.devT);
  turn.refuse(facts.devT, { facts, reason });
  if (before?.reason !== reason || before.facts.wwid !== facts.wwid) turn.record(1004, unit, facts, reason);
}

/** Looks again at the devices that were kept out of a unit, after it has changed. */
export function reconsider(turn: Turn, unit: Pick<Unit, 'wwid'>): void {
  const waiting = [...turn.refused.values()].filter(({ facts }) => facts.wwid === unit.wwid);
  for (const { facts } of waiting) enter(turn, facts, true);
}

function foundUnit(turn: Turn, facts: PathFacts): Unit {
  const map = turn.strayMaps.get(facts.wwid) ?? null;
  const number = freeNumber(turn.registry);
  const unit = emptyUnit(facts.wwid, number, newName(turn.registry, facts.wwid, number, map?.name ?? null));
  return map === null ? unit : { ...unit, map, balance: adoptedBalance(map, turn.settings), balanceChosen: true };
}

function obstacleTo(unit: Unit, facts: PathFacts): string | null {
  const twin = unit.paths.find((path) => path.key === facts.key);
  if (twin !== undefined) return `it has the initiator port, target port and LUN of path ${twin.facts.number}`;
  if (unit.paths.length === 0 || unit.sizeSectors === facts.sizeSectors) return null;
  return sizeConflict(unit, facts);
}

function placeIn(turn: Turn, unit: Unit, facts: PathFacts): Place | null {
  const remembered = unit.remembered.find((each) => each.key === facts.key);
  if (remembered !== undefined) {
    const rest = unit.remembered.filter((each) => each !== remembered);
    return { unit: { ...unit, remembered: rest }, priority: remembered.priority, enabled: remembered.enabled };
  }
  const isNew = !turn.start.units.has(unit.wwid);
  const adopted = isNew && unit.map !== null ? adoptedPlace(unit, unit.map, facts) : null;
  const roomy = withRoom(unit);
  if (adopted !== null || roomy === null) return adopted;
  return turn.policy.initial === 'auto' ? automaticPlace(roomy, facts) : manualPlace(roomy);
}

/** 1002 and 1016 once a unit, 1001 for each path, 1003 where the unit was away and comes back with another size. */
function announce(turn: Turn, before: Unit, facts: PathFacts): void {
  if (!turn.units.has(before.wwid)) {
    turn.record(1002, before, null, `"${before.name}", WWID ${before.wwid}`);
    if (before.map !== null) turn.record(1016, before, null, `map "${before.map.name}"`);
  }
  turn.record(1001, before, facts, `${facts.node}, ${facts.initiatorPort} to ${facts.targetPort}`);
  const { sizeSectors } = before;
  if (sizeSectors !== 0 && sizeSectors !== facts.sizeSectors)
    turn.record(1003, before, null, resizeDetail(before, facts));
}

/**
 * A newcomer that the kernel or the device itself says is bad starts as failed: nothing has proved it. So does one that
 * is not registered with the unit's reservation key; it has not failed, so that there is nothing to tell of it.
 */
function judged(turn: Turn, unit: Unit, path: Path, kernelFailed: boolean): Unit {
  if (kernelFailed) return failPath(turn, unit, path, 'kernel', 'its map had it failed');
  if (isOffline(path)) return failPath(turn, unit, path, 'transport', `the device is ${path.facts.state}`);
  if (mayCarry(unit, path)) return unit;
  askToJoin(turn, unit, path);
  const detail = isLockedOut(unit) ? "the node's reservation key was taken away" : NOT_YET;
  return replacePath(unit, { ...path, failure: { cause: 'registration', since: turn.at, detail } });
}

/** Its first paths are taken over from a controller that ran before, which let none in that was not registered. */
function wasHeld(unit: Unit): boolean {
  return unit.reservation?.restored === true;
}

function newPath(turn: Turn, facts: PathFacts, place: Place, registration: Path['registration']): Path {
  return {
    key: facts.key,
    facts,
    priority: place.priority,
    enabled: place.enabled,
    failure: null,
    suspicion: null,
    reinstating: null,
    access: facts.access,
    steadyAccess: facts.access,
    standbyByProbe: false,
    lastProbe: null,
    vanished: null,
    marginal: turn.portOf({ facts })?.marginal ?? null,
    registration,
    failureCount: 0,
    since: turn.at,
    shown: 'active',
  };
}
