/** The order to read everything that the array knows of a logical unit's reservations. */
import type { ReservationStatus } from '../../../model/reservations/types.js';
import type { ReservationQuestion } from '../../../scsi/reservations/cdb.js';
import type { ReservationAnswers } from '../../../scsi/reservations/commands.js';
import { hasCode } from '../../../base/errors.js';
import type { OrderRun } from './order-run.js';

/** @throws NO_USABLE_PATH, RESERVATION_UNSUPPORTED, RESERVATION_CONFLICT, RESERVATION_FAILED */
export async function readStatus(run: OrderRun): Promise<ReservationStatus> {
  const { generation, keys } = await run.need('read-keys');
  const { reservation } = await run.need('read-reservation');
  const capabilities = await ifKnown(run, 'report-capabilities');
  const registrants = await ifKnown(run, 'read-full-status');
  return { generation, keys, reservation, capabilities, registrants };
}

/** Null where the array does not know the question: devices of SPC-2 have keys and reservation alone. */
async function ifKnown<Q extends ReservationQuestion>(
  run: OrderRun,
  question: Q,
): Promise<ReservationAnswers[Q] | null> {
  try {
    return await run.need(question);
  } catch (error) {
    if (!hasCode(error, 'RESERVATION_UNSUPPORTED')) throw error;
    return null;
  }
}
