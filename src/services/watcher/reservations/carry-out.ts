/** Carries out what the controller orders on a logical unit's reservations. */
import type { Clock } from '../../../base/clock.js';
import { asPathManagerError } from '../../../base/errors.js';
import type { ReservationAnswer, ReservationOrder, ReservationStatus } from '../../../model/reservations/types.js';
import { join } from './join.js';
import { OrderRun } from './order-run.js';
import type { ReservationAccess } from './path-access.js';
import { clear, preempt } from './preempt.js';
import { readStatus } from './read-status.js';
import { register, type PathsResult } from './register.js';
import { release, reserve } from './reserve.js';
import { unregister } from './unregister.js';

/** Always gives an answer: whatever stands against the order is the answer's error. */
export async function carryOut(
  order: ReservationOrder,
  access: ReservationAccess,
  clock: Clock,
): Promise<ReservationAnswer> {
  try {
    const { paths = [], status = null, error = null } = await act(new OrderRun(order, access, clock));
    return { id: order.id, error: error === null ? null : told(error), paths, status };
  } catch (error) {
    return { id: order.id, error: told(error), paths: [], status: null };
  }
}

function told(error: unknown): NonNullable<ReservationAnswer['error']> {
  const { code, message } = asPathManagerError(error);
  return { code, message };
}

async function act(run: OrderRun): Promise<Partial<PathsResult> & { readonly status?: ReservationStatus }> {
  const { action } = run.order;
  switch (action.kind) {
    case 'read':
      return { status: await readStatus(run) };
    case 'register':
      return register(run, action);
    case 'unregister':
      return unregister(run, action.key);
    case 'join':
      return join(run, action);
    case 'reserve':
      await reserve(run, action.key, action.type);
      return {};
    case 'release':
      await release(run, action.key, action.type);
      return {};
    case 'preempt':
      await preempt(run, action);
      return {};
    case 'clear':
      await clear(run, action.key);
      return {};
  }
}
