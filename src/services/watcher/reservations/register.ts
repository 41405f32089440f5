/** The order to register the node's key on all paths: on all that are usable, or on none. */
import type { PathManagerError } from '../../../base/errors.js';
import type { PathRegistration, ReservationAction } from '../../../model/reservations/types.js';
import type { OrderRun } from './order-run.js';
import { registerPath, takeBack, type Registered } from './registering.js';

type Register = Extract<ReservationAction, { kind: 'register' }>;

/** What came of an order that concerns each path. */
export interface PathsResult {
  readonly paths: readonly PathRegistration[];
  readonly error: PathManagerError | null;
}

/** @throws RESERVATION_UNSUPPORTED, NO_USABLE_PATH and others, before anything was changed */
export async function register(run: OrderRun, action: Register): Promise<PathsResult> {
  const { keys } = await run.need('read-keys');
  const persistBefore = await checkCapabilities(run, action);
  const results = await Promise.all(run.order.paths.map((path) => registerPath(run, path, action)));
  const missed = results.filter(({ path, result }) => path.usable && result !== 'registered');
  const first = missed[0] ?? (results.some(({ result }) => result === 'registered') ? undefined : results[0]);
  if (first === undefined) return { paths: results.map(told), error: null };
  // With ALL_TG_PT one path's registration is that of others, too: what the array did not have before is ours.
  const isNew = !keys.includes(action.key);
  const paths = await Promise.all(results.map((each) => takeBack(run, asOurs(each, isNew), action, persistBefore)));
  return { paths, error: errorOf(run, action, first, missed.length > 0) };
}

/** Whether the array keeps registrations over a loss of power now. */
async function checkCapabilities(run: OrderRun, action: Register): Promise<boolean> {
  const answered = await run.ask('report-capabilities');
  const found = answered?.finding.value ?? null;
  if (action.persist && found?.persistCapable === false) {
    throw run.error(
      'RESERVATION_UNSUPPORTED',
      'the array cannot keep keys over a loss of power; register without that',
    );
  }
  // Arrays of old do not tell, and would take no notice of the bit.
  if (action.allTargetPorts && found?.allTargetPorts !== true) {
    throw run.error(
      'RESERVATION_UNSUPPORTED',
      'the array cannot register a key for all of its target ports at once; register without that',
    );
  }
  return found?.persistActive ?? false;
}

function asOurs(one: Registered, isNew: boolean): Registered {
  return isNew && one.before === 'this-key' ? { ...one, before: 'none' } : one;
}

function told({ path, result, detail }: Registered): PathRegistration {
  return { key: path.key, result, detail };
}

function errorOf(
  run: OrderRun,
  action: Register,
  { path, result, detail }: Registered,
  usable: boolean,
): PathManagerError {
  const what = `key ${action.key} cannot be registered on path ${path.number}: ${detail}`;
  const after = 'what this order has registered has been put back';
  if (result === 'other-key') {
    const advice = 'unregister that one first, or register over it';
    return run.error('RESERVATION_CONFLICT', `${what}; ${after}; ${advice}`);
  }
  if (usable) return run.error('RESERVATION_FAILED', `${what}; ${after}; repair or disable that path first`);
  return run.error('NO_USABLE_PATH', `${what}; no other path could be registered either`);
}
