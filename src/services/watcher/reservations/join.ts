/** The order to register one path that is new or returns, but only while the array still has the node's key. */
import type { ReservationKey } from '../../../base/reservation.js';
import type { OrderPath, PathRegistration, ReservationAction } from '../../../model/reservations/types.js';
import type { OrderRun } from './order-run.js';
import type { PathsResult } from './register.js';
import { registerPath, unregisterPath } from './registering.js';

type Join = Extract<ReservationAction, { kind: 'join' }>;

/**
 * The first path of the order is the one to register, the others are witnesses. A key that is taken away between the
 * question and the command is seen by the count: a preempt removes all registrations of the key, so that only the new one
 * would be left. @throws NO_USABLE_PATH and others where nobody can say whether the array has the key
 */
export async function join(run: OrderRun, action: Join): Promise<PathsResult> {
  const [path, ...witnesses] = run.order.paths;
  if (path === undefined) throw run.error('NO_USABLE_PATH', 'there is no path to register');
  const asked = [...witnesses.filter(({ usable }) => usable), path, ...witnesses.filter(({ usable }) => !usable)];
  const before = await count(run, asked, action.key);
  if (before === 0) return ended(path, 'taken-away', 'the array has the key no more');
  const registered = await registerPath(run, path, { ...action, previous: null, ignoreExisting: false });
  if (registered.result === 'other-key') return ended(path, 'other-key', registered.detail);
  if (registered.before === 'unchanged') return ended(path, 'failed', registered.detail);
  const added = registered.result === 'registered' && registered.before === 'none' ? 1 : 0;
  // Also where it is not known whether it has been registered: a key that stands alone because of us must not stay.
  if (await stands(run, asked, action, before + added)) return ended(path, registered.result, registered.detail);
  const off = await unregisterPath(run, path, action.key, action.persist);
  const detail = 'the key was taken away while the path was being registered';
  const isOff = off.end === 'done' || off.end === 'conflict';
  return ended(path, 'taken-away', isOff ? detail : `${detail}; it could not be unregistered: ${off.reason}`);
}

/** Whether the array has the key as often as it must; where nobody can say, the path is unregistered again. */
async function stands(run: OrderRun, paths: readonly OrderPath[], action: Join, atLeast: number): Promise<boolean> {
  try {
    return (await count(run, paths, action.key)) >= atLeast;
  } catch (error) {
    const [path] = run.order.paths;
    if (path !== undefined) await unregisterPath(run, path, action.key, action.persist);
    throw error;
  }
}

async function count(run: OrderRun, paths: readonly OrderPath[], key: ReservationKey): Promise<number> {
  const { keys } = await run.need('read-keys', paths);
  return keys.filter((each) => each === key).length;
}

function ended(path: OrderPath, result: PathRegistration['result'], detail: string): PathsResult {
  return { paths: [{ key: path.key, result, detail }], error: null };
}
