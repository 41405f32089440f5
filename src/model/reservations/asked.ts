/** From what an operator asks to what the path watcher is to do. Pure; what stands against it is thrown. */
import { PathManagerError, type ErrorCode } from '../../base/errors.js';
import {
  reservationKey,
  servesAllRegistrants,
  type ReservationKey,
  type ReservationType,
} from '../../base/reservation.js';
import { isUsable } from '../availability.js';
import type { Path, Unit } from '../types.js';
import { isLockedOut } from './standing.js';
import type { OrderPath, ReservationAction, ReservationRequest, ReservationStatus } from './types.js';

/**
 * What is asked of the unit.
 * @param held what is reserved now, for a release that names no type; null: nothing is
 * @throws BAD_REQUEST, BAD_RESERVATION_KEY, NO_RESERVATION_KEY, KEY_TAKEN_AWAY, RESERVATION_CONFLICT, RESERVATION_UNSUPPORTED
 */
export function askedAction(
  unit: Unit,
  request: ReservationRequest,
  held: ReservationStatus['reservation'],
): ReservationAction | null {
  switch (request.action) {
    case 'read':
      return { kind: 'read' };
    case 'register':
      return register(unit, request);
    case 'unregister':
    case 'clear':
      return { kind: request.action, key: ownKey(unit, request) };
    case 'release':
      return release(unit, request, held);
    case 'reserve': {
      const key = keptKey(unit, request);
      return { kind: 'reserve', key, type: servedType(unit, request) };
    }
    case 'preempt':
    case 'preempt-abort':
      return preempt(unit, request);
  }
}

/** The unit's paths as an order names them; of a path that is to join, that one first. */
export function orderPaths({ paths }: Unit, first: Path | null = null): readonly OrderPath[] {
  const inOrder = first === null ? paths : [first, ...paths.filter(({ key }) => key !== first.key)];
  return inOrder.map((path) => {
    const { number, sg } = path.facts;
    return { key: path.key, number, sg, usable: isUsable(path) };
  });
}

function register(unit: Unit, request: ReservationRequest): ReservationAction {
  const { persist = false, allTargetPorts = false, ignoreExisting = false } = request;
  if (request.key === undefined) throw refusal('BAD_REQUEST', unit, request, 'no key is given; give one with --key');
  const key = reservationKey(request.key);
  // A key that was taken away is registered nowhere, so there is nothing to replace.
  const previous = isLockedOut(unit) ? null : (unit.reservation?.key ?? null);
  return { kind: 'register', key, previous, ignoreExisting, persist, allTargetPorts };
}

function release(
  unit: Unit,
  request: ReservationRequest,
  held: ReservationStatus['reservation'],
): ReservationAction | null {
  const key = keptKey(unit, request);
  if (request.type !== undefined) return { kind: 'release', key, type: request.type };
  if (held === null) return null;
  if (held.key !== null && held.key !== key) {
    throw refusal('RESERVATION_CONFLICT', unit, request, `key ${held.key} holds the reservation (${held.type})`);
  }
  return { kind: 'release', key, type: held.type };
}

function preempt(unit: Unit, request: ReservationRequest): ReservationAction {
  const key = keptKey(unit, request);
  const victim = request.victim === undefined ? null : reservationKey(request.victim);
  if (victim === key) throw refusal('BAD_REQUEST', unit, request, `${key} is this node's own key; name another node's`);
  const type = servedType(unit, request);
  if (victim === null && !type.endsWith('-all-registrants')) {
    throw refusal('BAD_REQUEST', unit, request, 'no key to take away is given; give it with --victim');
  }
  return { kind: 'preempt', key, victim, type, abort: request.action === 'preempt-abort' };
}

/** The node's own key, which the array still has as far as is known. */
function keptKey(unit: Unit, request: ReservationRequest): ReservationKey {
  const key = ownKey(unit, request);
  if (!isLockedOut(unit)) return key;
  const why = `key ${key} of this node was taken away; see that it may use the logical unit, then register again with "spscmd reserve register"`;
  throw refusal('KEY_TAKEN_AWAY', unit, request, why);
}

function ownKey(unit: Unit, request: ReservationRequest): ReservationKey {
  const given = request.key === undefined ? null : reservationKey(request.key);
  const own = unit.reservation?.key;
  if (own === undefined) {
    const why = 'this node has no key registered; register one first with "spscmd reserve register"';
    throw refusal('NO_RESERVATION_KEY', unit, request, why);
  }
  if (given === null || given === own) return own;
  throw refusal('RESERVATION_CONFLICT', unit, request, `the key of this node is ${own}, not ${given}; leave it out`);
}

/** A type under which the unit's other paths work too, unless an operator insists. */
function servedType(unit: Unit, request: ReservationRequest): ReservationType {
  const { type, force = false } = request;
  if (type === undefined) throw refusal('BAD_REQUEST', unit, request, 'no type is given; give one with --type');
  if (servesAllRegistrants(type) || (unit.paths.length < 2 && unit.balance === 'none')) return type;
  const why = `under ${type} one path may do I/O and the array refuses that of the others`;
  const instead = 'take a registrants-only or all-registrants type';
  if (unit.balance !== 'none') {
    throw refusal('RESERVATION_UNSUPPORTED', unit, request, `${why}, and it is balanced; ${instead}`);
  }
  if (force) return type;
  throw refusal(
    'RESERVATION_UNSUPPORTED',
    unit,
    request,
    `${why}, so no failover keeps it; ${instead}, or use --force`,
  );
}

function refusal(code: ErrorCode, { number }: Unit, { action }: ReservationRequest, why: string): PathManagerError {
  return new PathManagerError(code, `Cannot ${words[action]} LogicalUnit #${String(number)}: ${why}`);
}

const words: Readonly<Record<ReservationRequest['action'], string>> = {
  read: 'read the reservations of',
  register: 'register a key on',
  unregister: 'take the key off',
  reserve: 'reserve',
  release: 'release',
  preempt: 'take away a key of',
  'preempt-abort': 'take away a key of',
  clear: 'clear',
};
