/** The orders that take keys away from others: preempt, preempt and abort, clear. */
import type { ReservationKey } from '../../../base/reservation.js';
import { reservationTypes } from '../../../base/reservation.js';
import type { ReservationAction } from '../../../model/reservations/types.js';
import type { OrderRun } from './order-run.js';
import { checkKey, checkType, heldText } from './reserve.js';

type Preempt = Extract<ReservationAction, { kind: 'preempt' }>;

/** @throws RESERVATION_UNSUPPORTED, RESERVATION_CONFLICT, KEY_TAKEN_AWAY, NO_USABLE_PATH, RESERVATION_FAILED */
export async function preempt(run: OrderRun, { key, victim, type, abort }: Preempt): Promise<void> {
  await checkType(run, type);
  await checkVictim(run, key, victim);
  await run.sendOnOne({
    what: `the preemption of ${victim ?? 'all other keys'}`,
    command: { action: abort ? 'preempt-and-abort' : 'preempt', key, other: victim, type },
    tookEffect: async () => {
      const { keys } = await run.need('read-keys');
      return victim === null ? keys.every((each) => each === key) : !keys.includes(victim);
    },
    judgeConflict: async () => {
      await checkVictim(run, key, victim);
      return 'next';
    },
  });
}

async function checkVictim(run: OrderRun, key: ReservationKey, victim: ReservationKey | null): Promise<void> {
  await checkKey(run, key);
  if (victim !== null) {
    if ((await run.countOf(victim)) > 0) return;
    throw run.error(
      'RESERVATION_CONFLICT',
      `no path is registered with key ${victim}, so there is nothing to take away`,
    );
  }
  const { reservation } = await run.need('read-reservation');
  const code = reservation === null ? 0 : reservationTypes[reservation.type];
  if (reservation !== null && code >= reservationTypes['write-exclusive-all-registrants']) return;
  const found = reservation === null ? 'it is not reserved' : `it is reserved ${heldText(reservation)}`;
  const rule = 'all keys can be taken away only while an all-registrants type is held';
  throw run.error('RESERVATION_CONFLICT', `${rule}, and ${found}; name the key to take away`);
}

/** @throws KEY_TAKEN_AWAY, NO_USABLE_PATH, RESERVATION_FAILED */
export async function clear(run: OrderRun, key: ReservationKey): Promise<void> {
  await checkKey(run, key);
  await run.sendOnOne({
    what: 'the removal of all keys',
    command: { action: 'clear', key },
    tookEffect: async () => (await run.countOf(key)) === 0,
    judgeConflict: async () => {
      await checkKey(run, key);
      return 'next';
    },
  });
}
