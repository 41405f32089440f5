/** The order to take the node's key off every path, those that do not answer included. */
import type { ReservationKey } from '../../../base/reservation.js';
import type { OrderPath, PathRegistration } from '../../../model/reservations/types.js';
import type { CommandResult } from '../../../scsi/reservations/commands.js';
import type { OrderRun } from './order-run.js';
import type { PathsResult } from './register.js';
import { unregisterPath } from './registering.js';

/** @throws NO_USABLE_PATH and others, before anything was changed */
export async function unregister(run: OrderRun, key: ReservationKey): Promise<PathsResult> {
  const { path: living } = await run.needFrom('read-keys');
  const persist = (await run.ask('report-capabilities'))?.finding.value?.persistActive ?? false;
  const others = run.order.paths.filter((path) => path !== living);
  const ends = await Promise.all(others.map((path) => unregisterPath(run, path, key, persist)));
  const results = new Map<OrderPath, CommandResult>(others.map((path, index) => [path, ends[index] ?? NEVER]));
  const stands = [...results.values()].some(({ end }) => end !== 'done' && end !== 'conflict');
  const removed = stands ? await removeOthers(run, living, key, persist) : null;
  // The last registration that can remove others stays as long as there are any.
  if (removed === null || isOff(removed)) results.set(living, await unregisterPath(run, living, key, persist));
  const left = await run.countOf(key);
  const paths = run.order.paths.map((path) => told(path, results.get(path), left, removed !== null));
  if (left === 0) return { paths, error: null };
  const why = removed !== null && !isOff(removed) ? removed.reason : (paths.find(isFailed)?.detail ?? '');
  const what = `key ${key} is still registered ${left === 1 ? 'once' : `${left} times`}`;
  return { paths, error: run.error('RESERVATION_FAILED', `${what}: ${why || 'another node may use the same key'}`) };
}

/** Stands for a path that nothing was sent on. */
const NEVER: CommandResult = { end: 'not-done', outcome: 'not-sent', reason: 'kept for the removal of the others' };

const isOff = ({ end }: CommandResult): boolean => end === 'done' || end === 'conflict';
const isFailed = ({ result }: PathRegistration): boolean => result === 'failed';

/**
 * PREEMPT of the node's own key: it removes the registrations of all I_T nexuses with that key but the one it comes by
 * (SPC-4 5.13.11.2.4); where nobody holds the reservation with it, arrays take the sender's own away, too.
 */
async function removeOthers(
  run: OrderRun,
  living: OrderPath,
  key: ReservationKey,
  persist: boolean,
): Promise<CommandResult> {
  const { reservation } = await run.need('read-reservation');
  const type = reservation?.type ?? 'write-exclusive';
  const preempt = () => run.send(living, { action: 'preempt', key, other: key, type });
  const first = await preempt();
  if (first.end !== 'conflict' || (await run.countOf(key)) === 0) return first;
  // The living path is not registered itself, and others are.
  const registered = await run.send(living, { action: 'register', key: null, other: key, persist });
  return registered.end === 'done' ? preempt() : registered;
}

function told(path: OrderPath, result: CommandResult = NEVER, left: number, preempted: boolean): PathRegistration {
  if (isOff(result)) return { key: path.key, result: 'unregistered', detail: '' };
  if (left > 0) return { key: path.key, result: 'failed', detail: result.reason };
  return { key: path.key, result: 'unregistered', detail: preempted ? 'removed through another path' : '' };
}
