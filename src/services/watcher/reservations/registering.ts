/** Registering one path, and taking that back. */
import type { ReservationKey } from '../../../base/reservation.js';
import type { OrderPath, PathRegistration } from '../../../model/reservations/types.js';
import type { ReservationCommand } from '../../../scsi/reservations/cdb.js';
import type { CommandResult } from '../../../scsi/reservations/commands.js';
import type { OrderRun } from './order-run.js';

export interface Wish {
  readonly key: ReservationKey;
  /** With what the path is registered until now; null: with nothing. */
  readonly previous: ReservationKey | null;
  /** Also over a key that is neither of the two. */
  readonly ignoreExisting: boolean;
  readonly persist: boolean;
  readonly allTargetPorts: boolean;
}

export interface Registered {
  readonly path: OrderPath;
  readonly result: 'registered' | 'other-key' | 'failed';
  readonly detail: string;
  /** What the path had before, if the command has or may have changed it. */
  readonly before: 'this-key' | 'previous' | 'none' | 'unchanged';
}

/**
 * Registers a path, whatever it is registered with now as far as the wish lets it: with its previous key or none, with this
 * very key (an order whose answer was lost), with none although it should have one (a path that is new).
 */
export async function registerPath(run: OrderRun, path: OrderPath, wish: Wish): Promise<Registered> {
  const { key, previous, persist, allTargetPorts } = wish;
  const send = (from: ReservationKey | null, action: ReservationCommand['action'] = 'register') =>
    again(() => run.send(path, { action, key: from, other: key, persist, allTargetPorts }));
  const attempts: readonly (readonly [from: ReservationKey | null, before: Registered['before']])[] =
    previous === null
      ? [
          [null, 'none'],
          [key, 'this-key'],
        ]
      : [
          [previous, previous === key ? 'this-key' : 'previous'],
          [key, 'this-key'],
          [null, 'none'],
        ];
  for (const [from, before] of attempts) {
    const result = await send(from);
    if (result.end !== 'conflict') return registeredBy(path, result, before);
  }
  if (wish.ignoreExisting) return registeredBy(path, await send(null, 'register-and-ignore'), 'none');
  return { path, result: 'other-key', detail: 'it is registered with another key', before: 'unchanged' };
}

function registeredBy(path: OrderPath, result: CommandResult, before: Registered['before']): Registered {
  if (result.end === 'done') return { path, result: 'registered', detail: '', before };
  const mayHave = result.end === 'unknown';
  return { path, result: 'failed', detail: result.reason, before: mayHave ? before : 'unchanged' };
}

/** A reset or an overloaded host leaves open what came of a command. To register once more does no harm. */
async function again(send: () => Promise<CommandResult>): Promise<CommandResult> {
  const first = await send();
  return first.outcome === 'aborted' || first.outcome === 'busy' ? send() : first;
}

/** @param persist what APTPL is to be from now on: each registration sets it anew for the whole logical unit (SPC-4 5.13.5) */
export async function unregisterPath(
  run: OrderRun,
  path: OrderPath,
  key: ReservationKey,
  persist: boolean,
): Promise<CommandResult> {
  const command = { action: 'register', key, other: null, persist } as const;
  const result = await again(() => run.send(path, command));
  // LIO takes a registration for all target ports off by the same bit alone (target_core_pr.c, core_scsi3_emulate_pro_register).
  return result.end === 'rejected' ? run.send(path, { ...command, allTargetPorts: true }) : result;
}

/** Gives a path back what it had. A detail of one line where there is something to say. */
export async function takeBack(
  run: OrderRun,
  { path, result, detail, before }: Registered,
  { key, previous }: Wish,
  persist: boolean,
): Promise<PathRegistration> {
  if (before === 'unchanged') return { key: path.key, result, detail };
  if (before === 'this-key') {
    return {
      key: path.key,
      result,
      detail: result === 'registered' ? 'it was registered with this key before' : detail,
    };
  }
  const undone =
    before === 'previous'
      ? await again(() => run.send(path, { action: 'register', key, other: previous, persist }))
      : await unregisterPath(run, path, key, persist);
  const why = result === 'registered' ? '' : `${detail}; `;
  // A conflict says that it does not have the key, as after a command that was not carried out.
  if (undone.end !== 'done' && undone.end !== 'conflict') {
    return { key: path.key, result, detail: `${why}could not be put back: ${undone.reason}` };
  }
  if (before === 'previous') return { key: path.key, result: 'failed', detail: `${why}has its previous key again` };
  return result === 'registered'
    ? { key: path.key, result: 'unregistered', detail: 'put back, because another path could not be registered' }
    : { key: path.key, result, detail };
}
