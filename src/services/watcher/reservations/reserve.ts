/** The orders that reserve a logical unit and release it. */
import type { ReservationKey, ReservationType } from '../../../base/reservation.js';
import type { HeldReservation } from '../../../scsi/reservations/decode.js';
import type { OrderRun } from './order-run.js';
import { registerPath } from './registering.js';

type Held = HeldReservation['reservation'];

/** @throws RESERVATION_UNSUPPORTED, RESERVATION_CONFLICT, KEY_TAKEN_AWAY, NO_USABLE_PATH, RESERVATION_FAILED */
export async function reserve(run: OrderRun, key: ReservationKey, type: ReservationType): Promise<void> {
  await checkType(run, type);
  const isOurs = (held: Held): boolean => held?.type === type && (held.key ?? key) === key;
  await run.sendOnOne({
    what: 'the reservation',
    command: { action: 'reserve', key, type },
    tookEffect: async () => isOurs((await run.need('read-reservation')).reservation),
    judgeConflict: async () => {
      await checkKey(run, key);
      const { reservation } = await run.need('read-reservation');
      if (reservation === null) return 'next';
      if (isOurs(reservation)) return 'done';
      throw run.error('RESERVATION_CONFLICT', `it is reserved ${heldText(reservation)}`);
    },
  });
}

/** @throws RESERVATION_UNSUPPORTED for a type that the array says it does not support */
export async function checkType(run: OrderRun, type: ReservationType): Promise<void> {
  const types = (await run.ask('report-capabilities'))?.finding.value?.types ?? null;
  if (types === null || types.includes(type)) return;
  const supported = types.length === 0 ? 'no type at all' : types.join(', ');
  throw run.error('RESERVATION_UNSUPPORTED', `the array does not support type ${type}; it supports ${supported}`);
}

/** @throws KEY_TAKEN_AWAY where the array does not have the node's key */
export async function checkKey(run: OrderRun, key: ReservationKey): Promise<void> {
  if ((await run.countOf(key)) > 0) return;
  throw run.error('KEY_TAKEN_AWAY', `the array has key ${key} no more: another node has taken it away; register first`);
}

/** "by key 0x… with type …", for messages. */
export function heldText(held: NonNullable<Held>): string {
  return held.key === null ? `with type ${held.type}` : `by key ${held.key} with type ${held.type}`;
}

/**
 * Only the path that holds the reservation can release it, unless all registered ones do. Where that path is down, a living
 * one takes the reservation over before it lets it go. That costs the other paths their registration, which they get anew.
 * Nothing to release is as good as released.
 * @throws RESERVATION_CONFLICT where it is held with another type, KEY_TAKEN_AWAY, NO_USABLE_PATH, RESERVATION_FAILED
 */
export async function release(run: OrderRun, key: ReservationKey, type: ReservationType): Promise<void> {
  const held = await ourHold(run, key);
  if (held === null) return;
  if (held.type !== type) {
    throw run.error('RESERVATION_CONFLICT', `it is reserved with type ${held.type}, not ${type}; release that`);
  }
  if (run.usable.length === 0) throw run.error('NO_USABLE_PATH', 'no path is usable; bring one back first');
  await Promise.all(run.usable.map((path) => run.send(path, { action: 'release', key, type })));
  if ((await ourHold(run, key)) === null) return;
  await checkKey(run, key);
  await takeOver(run, key, type);
  if ((await ourHold(run, key)) === null) return;
  throw run.error('RESERVATION_FAILED', 'the reservation is still held, by a path that does not answer');
}

/** What is held by this node; null where that is nothing. */
async function ourHold(run: OrderRun, key: ReservationKey): Promise<Held> {
  const { reservation } = await run.need('read-reservation');
  if (reservation === null) return null;
  const isOurs = reservation.key === null ? (await run.countOf(key)) > 0 : reservation.key === key;
  return isOurs ? reservation : null;
}

async function takeOver(run: OrderRun, key: ReservationKey, type: ReservationType): Promise<void> {
  const persist = (await run.ask('report-capabilities'))?.finding.value?.persistActive ?? false;
  const failures: string[] = [];
  for (const path of run.usable) {
    const taken = await run.send(path, { action: 'preempt', key, other: key, type });
    const released = taken.end === 'done' ? await run.send(path, { action: 'release', key, type }) : taken;
    failures.push(`path ${path.number}: ${released.reason}`);
    if (released.end === 'done') break;
  }
  // Whoever has taken the reservation over is registered; without that there is nothing of ours to restore.
  await checkKey(run, key);
  const wish = { key, previous: null, ignoreExisting: false, persist, allTargetPorts: false };
  const anew = await Promise.all(run.order.paths.map((path) => registerPath(run, path, wish)));
  const missed = anew.find(({ path, result }) => path.usable && result !== 'registered');
  if (missed === undefined) return;
  const what = `path ${missed.path.number} has lost its registration: ${missed.detail}`;
  throw run.error('RESERVATION_FAILED', `${what} (${failures.join('; ')}); register again`);
}
