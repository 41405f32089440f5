/** What the model is told of reservation keys: registered, given up, taken away, and of paths that are to join. */
import type { Wwid } from '../../base/ids.js';
import { isAvailable } from '../availability.js';
import { endFailback, failPath, replacePath } from '../path-machine.js';
import type { Turn } from '../turn.js';
import type { Path, Unit } from '../types.js';
import { admit, isLockedOut, NOT_YET } from './standing.js';
import type { PathRegistration, ReservationInput, UnitReservation } from './types.js';

type Told<Kind extends ReservationInput['kind']> = Extract<ReservationInput, { kind: Kind }>;

/** An operator's register is done: from now on a path needs its registration. It also ends a lock-out. */
export function takeRegistered(
  turn: Turn,
  { wwid, key, persist, allTargetPorts, paths }: Told<'key-registered'>,
): void {
  const unit = turn.units.get(wwid);
  if (unit === undefined) return;
  const answers = new Map(paths.map((each) => [each.key, each]));
  const isSame = unit.reservation?.key === key && !isLockedOut(unit);
  const reservation = { key, persist, allTargetPorts, lostSince: null, lostDetail: '', restored: false };
  let current: Unit = { ...unit, reservation };
  for (const path of unit.paths) {
    const answer = answers.get(path.key);
    if (answer?.result === 'registered') current = hold(turn, current, path);
    else current = waitFor(turn, current, path, answer, isSame);
  }
  const held = current.paths.filter(({ registration }) => registration === 'held').length;
  const how = [...(persist ? ['kept over a loss of power'] : []), ...(allTargetPorts ? ['for all target ports'] : [])];
  const detail = [`${key} on ${String(held)} of ${String(unit.paths.length)} paths`, ...how].join(', ');
  turn.record(1037, unit, null, detail);
  turn.touched.add(wwid);
  turn.put(current);
}

/** The unit has no key any more. What was out for lack of a registration comes back through a probe. */
export function takeGivenUp(turn: Turn, { wwid, how }: Told<'key-given-up'>): void {
  const unit = turn.units.get(wwid);
  if (unit === undefined || unit.reservation === null) return;
  turn.record(1038, unit, null, `${unit.reservation.key}: ${how}`);
  turn.touched.add(wwid);
  turn.put({
    ...unit,
    reservation: null,
    paths: unit.paths.map((path): Path => ({ ...path, registration: 'none' })),
  });
  for (const path of unit.paths) if (path.failure?.cause === 'registration') turn.probe(path.facts, 'appeared');
}

/** The array has the key no more. */
export function takeLost(turn: Turn, { wwid, key }: Told<'key-lost'>): void {
  const found = withKey(turn, wwid, key);
  if (found !== null) turn.put(lose(turn, found.unit, found.reservation, 'the array has it no more'));
}

/** A path was to be registered. */
export function takeJoined(turn: Turn, { wwid, key, path: answer }: Told<'joined'>): void {
  const found = withKey(turn, wwid, key);
  const path = found?.unit.paths.find((each) => each.key === answer.key);
  if (found === null || path === undefined) return;
  turn.put(joined(turn, found.unit, found.reservation, path, answer));
}

/** Has every path verified or registered: what was asked of another watcher is forgotten, and its answers are not known. */
export function joinAll(turn: Turn): void {
  for (const unit of turn.units.values()) for (const path of unit.paths) askToJoin(turn, unit, path);
}

/** Asks for the registration of a path; nothing where the unit has no key, or has it no more. */
export function askToJoin(turn: Turn, unit: Unit, path: Path): void {
  if (unit.reservation === null || isLockedOut(unit)) return;
  turn.joins.push({ kind: 'join', wwid: unit.wwid, key: path.key });
}

/** The unit whose key of this moment it is, and the array's as far as is known. */
function withKey(
  turn: Turn,
  wwid: Wwid,
  key: UnitReservation['key'],
): { readonly unit: Unit; readonly reservation: UnitReservation } | null {
  const unit = turn.units.get(wwid);
  if (unit === undefined || unit.reservation?.key !== key || isLockedOut(unit)) return null;
  return { unit, reservation: unit.reservation };
}

function hold(turn: Turn, unit: Unit, path: Path): Unit {
  const held: Path = { ...path, registration: 'held' };
  const noted = replacePath(unit, held);
  if (path.failure === null) return noted;
  if (path.failure.cause === 'registration') return admit(turn, noted, held, path.failure);
  // The command got through, so it may be good again; only a probe proves that.
  turn.probe(path.facts, 'transport');
  return noted;
}

/** A path that a register has not reached: it may have come, or come back, while that was under way. */
function waitFor(turn: Turn, unit: Unit, path: Path, answer: PathRegistration | undefined, isSame: boolean): Unit {
  const registration = isSame && path.registration !== 'none' ? 'stale' : 'none';
  const noted: Path = { ...path, registration };
  const unheld = replacePath(unit, noted);
  if (!isAvailable(path)) return unheld;
  askToJoin(turn, unit, path);
  const detail = answer === undefined || answer.detail === '' ? NOT_YET : answer.detail;
  return failPath(turn, unheld, noted, 'registration', detail);
}

function lose(turn: Turn, unit: Unit, reservation: UnitReservation, lostDetail: string): Unit {
  turn.record(1039, unit, null, `${reservation.key}: ${lostDetail}`);
  let current: Unit = { ...unit, reservation: { ...reservation, lostSince: turn.at, lostDetail } };
  for (const path of unit.paths) {
    if (isAvailable(path)) current = failPath(turn, current, path, 'registration', lostDetail);
  }
  return current;
}

function joined(
  turn: Turn,
  unit: Unit,
  reservation: UnitReservation,
  path: Path,
  { result, detail }: PathRegistration,
): Unit {
  switch (result) {
    case 'registered':
      return registered(turn, unit, path);
    case 'taken-away':
      return lose(turn, unit, reservation, `found when path ${path.facts.number} was to be registered`);
    case 'other-key':
    case 'unregistered':
      return notJoined(
        turn,
        unit,
        { ...path, registration: 'none' },
        detail === '' ? 'another key is registered' : detail,
      );
    case 'failed':
      // Of a path in service it says no more than a probe would, and those are made as well.
      return isAvailable(path) ? unit : notJoined(turn, unit, path, detail);
  }
}

function registered(turn: Turn, unit: Unit, path: Path): Unit {
  // What is in service is registered; then this was a verification.
  if (path.registration === 'held' || path.failure === null) return unit;
  const held: Path = { ...path, registration: 'held' };
  turn.record(1041, unit, path.facts, '');
  return admit(turn, replacePath(unit, held), held, path.failure);
}

/** The path stays out, or goes out; the reason is told when it is another one. */
function notJoined(turn: Turn, unit: Unit, path: Path, why: string): Unit {
  const detail = `not registered: ${why}`;
  const noted = replacePath(unit, path);
  if (path.failure === null) return failPath(turn, noted, path, 'registration', detail);
  if (path.failure.detail === detail) return endFailback(turn, noted, path, detail);
  turn.record(1040, unit, path.facts, detail);
  return endFailback(turn, replacePath(noted, { ...path, failure: { ...path.failure, detail } }), path, detail);
}
