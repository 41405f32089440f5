/** What both commands for reservations do with the controller's answer. */
import type { ReservationRequest, ReservationView } from '../../model/reservations/types.js';

/**
 * Longer than the controller waits for the storage, twice where it has to ask first: who gives up must be the one that knows what
 * is under way.
 */
export const RESERVATION_TIMEOUT_MS = 90_000;

/** A line for each path that is not as it was asked for, though the action as a whole is done. */
export function pathsLeftOut(action: ReservationRequest['action'], { paths }: ReservationView): readonly string[] {
  const [wanted, what] =
    action === 'unregister' ? ['unregistered', 'may still be registered'] : ['registered', 'is not registered'];
  return paths.flatMap(({ number, result, detail }) => {
    if (result === wanted) return [];
    const why = detail === '' ? reasons[result] : detail;
    return [`Path ${number} ${what}: ${why}`];
  });
}

const reasons: Readonly<Record<ReservationView['paths'][number]['result'], string>> = {
  registered: 'it is registered',
  unregistered: 'its registration was taken off',
  'taken-away': 'the array has the key no more',
  'other-key': 'it is registered with another key',
  failed: 'it does not answer',
};
