/** From the words of `spscmd reserve` to what the controller is asked. All is checked before anything is sent. */
import { PathManagerError } from '../../base/errors.js';
import { reservationKey, reservationTypeOf, reservationTypes, type ReservationType } from '../../base/reservation.js';
import type { ReservationRequest } from '../../model/reservations/types.js';

export type ReservationWord = ReservationRequest['action'];

/** The actions, each with what it does. */
export const reservationWords: Readonly<Record<ReservationWord, string>> = {
  read: 'show what is registered and reserved, and what the array can do',
  register: "register this node's key on every path",
  unregister: "take this node's key off every path",
  reserve: 'hold the logical unit for this node or its cluster',
  release: 'hold it no longer; keys stay',
  preempt: "take another node's key away, and with it the reservation",
  'preempt-abort': 'the same, and end what that node has under way',
  clear: 'take away all keys and the reservation',
};

/** The types, each with what it means. */
export const typeWords: Readonly<Record<ReservationType, string>> = {
  'write-exclusive': 'one path of one node writes, everybody reads',
  'exclusive-access': 'one path of one node reads and writes',
  'write-exclusive-registrants-only': 'registered paths write, everybody reads',
  'exclusive-access-registrants-only': 'registered paths read and write',
  'write-exclusive-all-registrants': 'the same, and every registered path holds it',
  'exclusive-access-all-registrants': 'the same, and every registered path holds it',
};

/** Options as `parse` gives them, among others. */
export interface ReservationOptions {
  readonly key?: string | undefined;
  readonly victim?: string | undefined;
  readonly type?: string | undefined;
  readonly persist: boolean;
  readonly 'all-target-ports': boolean;
  readonly 'ignore-existing': boolean;
  readonly force: boolean;
  readonly fields: boolean;
}

type Option = keyof ReservationOptions;

const allOptions: readonly Option[] = [
  ...(['key', 'victim', 'type', 'persist', 'all-target-ports', 'ignore-existing', 'force', 'fields'] as const),
];

interface Form {
  readonly takes: readonly Option[];
  readonly needs: readonly Option[];
}

const preemptForm: Form = { takes: ['key', 'victim', 'type', 'force'], needs: ['type'] };

const forms: Readonly<Record<ReservationWord, Form>> = {
  read: { takes: ['fields'], needs: [] },
  register: { takes: ['key', 'persist', 'all-target-ports', 'ignore-existing', 'force'], needs: ['key'] },
  unregister: { takes: ['key', 'force'], needs: [] },
  reserve: { takes: ['key', 'type', 'force'], needs: ['type'] },
  release: { takes: ['key', 'type', 'force'], needs: [] },
  preempt: preemptForm,
  'preempt-abort': preemptForm,
  clear: { takes: ['key', 'force'], needs: [] },
};

/**
 * What is asked with `spscmd reserve ACTION LU`.
 * @throws BAD_REQUEST, BAD_MODE, BAD_RESERVATION_KEY
 */
export function reservationRequest(action: string, unit: string, options: ReservationOptions): ReservationRequest {
  const word = readAction(action);
  const { takes, needs } = forms[word];
  const given = allOptions.filter((name) => options[name] !== undefined && options[name] !== false);
  const foreign = given.find((name) => !takes.includes(name));
  if (foreign !== undefined) throw wrong(`Option --${foreign} does not go with "${word}"`);
  const missing = needs.find((name) => !given.includes(name));
  if (missing !== undefined) throw wrong(`"${word}" needs --${missing}`);
  const request: ReservationRequest = {
    unit: unitText(unit),
    action: word,
    key: optional(options.key, reservationKey),
    victim: optional(options.victim, reservationKey),
    type: optional(options.type, readType),
    persist: options.persist || undefined,
    allTargetPorts: options['all-target-ports'] || undefined,
    ignoreExisting: options['ignore-existing'] || undefined,
    force: options.force || undefined,
  };
  checkVictim(request);
  return request;
}

/** Which key is taken away can be left open only where nobody holds the reservation by a key of its own. */
export function checkVictim({ action, key, victim, type }: ReservationRequest): void {
  if (action !== 'preempt' && action !== 'preempt-abort') return;
  if (victim === undefined && type?.endsWith('-all-registrants') !== true) {
    throw wrong(
      `"${action}" needs --victim, the key to take away; only with the all-registrants types it may be left out`,
    );
  }
  if (victim !== undefined && victim === key) {
    throw wrong(`"${action}" takes away the key of another node, and ${victim} is given as this node's own`);
  }
}

function readAction(text: string): ReservationWord {
  if (Object.hasOwn(reservationWords, text)) return text as ReservationWord;
  throw wrong(`${JSON.stringify(text)} is no action; give one of ${Object.keys(reservationWords).join(', ')}`);
}

/** TYPE: its name, or its number in the standard. Throws BAD_MODE. */
export function readType(text: string): ReservationType {
  if (Object.hasOwn(reservationTypes, text)) return text as ReservationType;
  const type = /^\d$/.test(text) ? reservationTypeOf(Number(text)) : null;
  if (type !== null) return type;
  const known = Object.entries(reservationTypes).map(([name, number]) => `${name} (${String(number)})`);
  throw new PathManagerError(
    'BAD_MODE',
    `${JSON.stringify(text)} is not a type of reservation; give one of ${known.join(', ')}`,
  );
}

/** LU as it is sent: a bare number is that of a logical unit. */
export function unitText(text: string): string {
  return /^\d{1,9}$/.test(text) ? `#${text}` : text;
}

function optional<Value>(text: string | undefined, read: (text: string) => Value): Value | undefined {
  return text === undefined ? undefined : read(text);
}

function wrong(what: string): PathManagerError {
  return new PathManagerError('BAD_REQUEST', `${what}; see "spscmd reserve --help"`);
}
