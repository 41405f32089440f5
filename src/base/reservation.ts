/** Persistent reservations (SPC-4 5.13): the words that every layer shares. */

import { PathManagerError } from './errors.js';

declare const brand: unique symbol;

/** A reservation key of 8 bytes as "0x" and 16 lower-case hexadecimal digits. Never zero: zero means "no key". */
export type ReservationKey = string & { readonly [brand]: 'ReservationKey' };

/**
 * Each type with its number in the TYPE field (SPC-4 table "Persistent reservation type codes").
 * Write exclusive lets everybody read. Registrants only: every registered path may do I/O, one of them holds the
 * reservation. All registrants: every registered path holds it.
 */
export const reservationTypes = {
  'write-exclusive': 1,
  'exclusive-access': 3,
  'write-exclusive-registrants-only': 5,
  'exclusive-access-registrants-only': 6,
  'write-exclusive-all-registrants': 7,
  'exclusive-access-all-registrants': 8,
} as const;

export type ReservationType = keyof typeof reservationTypes;

/** What REPORT CAPABILITIES says (SPC-4 6.15.4). */
export interface ReservationCapabilities {
  /** PTPL_C: it can keep registrations over a loss of power. */
  readonly persistCapable: boolean;
  /** PTPL_A: it does so now. */
  readonly persistActive: boolean;
  /** ATP_C: ALL_TG_PT is supported. */
  readonly allTargetPorts: boolean;
  /** SIP_C: SPEC_I_PT is supported. */
  readonly otherInitiators: boolean;
  /** CRH: RESERVE and RELEASE of SPC-2 are handled as exceptions. */
  readonly compatibleReserve: boolean;
  /** Types that it supports; null where it does not tell (TMV is 0). */
  readonly types: readonly ReservationType[] | null;
}

const KEY_DIGITS = 16;

/**
 * The key in a text of hexadecimal digits, with "0x" before them or without.
 * @throws BAD_RESERVATION_KEY for anything else, for zero, and for more than 8 bytes
 */
export function reservationKey(text: string): ReservationKey {
  const digits = /^(?:0[xX])?([0-9a-fA-F]+)$/.exec(text)?.[1]?.replace(/^0+/, '').toLowerCase();
  if (digits === undefined) throw badKey(text, 'not hexadecimal digits');
  if (digits === '') throw badKey(text, 'zero, which stands for no key');
  if (digits.length > KEY_DIGITS) throw badKey(text, 'longer than 8 bytes');
  return `0x${digits.padStart(KEY_DIGITS, '0')}` as ReservationKey;
}

function badKey(text: string, why: string): PathManagerError {
  const message = `Reservation key ${JSON.stringify(text)} is ${why}; give 1 to 16 hexadecimal digits, as 0x1234abcd`;
  return new PathManagerError('BAD_RESERVATION_KEY', message);
}

/** The type with the number; null where the standard has none (0, 2, 4 and 9 to Fh are reserved or obsolete). */
export function reservationTypeOf(code: number): ReservationType | null {
  for (const [type, number] of Object.entries(reservationTypes)) if (number === code) return type as ReservationType;
  return null;
}

/** True where every registered path may do I/O, whichever of them holds the reservation: failover keeps it. */
export function servesAllRegistrants(type: ReservationType): boolean {
  return reservationTypes[type] >= reservationTypes['write-exclusive-registrants-only'];
}
