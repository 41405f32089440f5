/** What PERSISTENT RESERVE IN brings (SPC-4 6.15). Every function throws PathManagerError SCSI_MALFORMED for what cannot be right. */

import { reservationKey, reservationTypeOf, reservationTypes } from '../../base/reservation.js';
import type { ReservationCapabilities, ReservationKey, ReservationType } from '../../base/reservation.js';
import { Answer, hexNumber, toHex } from '../answer.js';
import { decodeTransportId } from './transport-id.js';

const HEADER = 8;
const KEY_LENGTH = 8;

/** READ KEYS. */
export interface RegisteredKeys {
  /** PRGENERATION: counts changes of registrations. */
  readonly generation: number;
  /** One for each registered I_T nexus, in the device's order. */
  readonly keys: readonly ReservationKey[];
}

/** How long the answer to READ KEYS, READ RESERVATION or READ FULL STATUS is in whole; null where it is too short to tell. */
export function listLength(bytes: Uint8Array): number | null {
  return bytes.length < HEADER ? null : HEADER + new Answer('PERSISTENT RESERVE IN data', bytes).u32(4);
}

/** @param bytes all of it: the length field must lead to its end */
export function decodeKeys(bytes: Uint8Array): RegisteredKeys {
  const answer = openList('READ KEYS data', bytes);
  const length = answer.length - HEADER;
  if (length % KEY_LENGTH !== 0) answer.refuse(4, `a length in units of ${KEY_LENGTH}`, String(length));
  const keys = Array.from({ length: length / KEY_LENGTH }, (_, index) => keyAt(answer, HEADER + index * KEY_LENGTH));
  return { generation: answer.u32(0), keys };
}

/** READ RESERVATION. */
export interface HeldReservation {
  readonly generation: number;
  /** Null while nobody holds one. One of an all-registrants type has no key of its own. */
  readonly reservation: { readonly key: ReservationKey | null; readonly type: ReservationType } | null;
}

const RESERVATION_LENGTH = 16;
const SCOPE_AND_TYPE_AT = 13;

/** @param bytes all of it: the length field must lead to its end */
export function decodeReservation(bytes: Uint8Array): HeldReservation {
  const answer = openList('READ RESERVATION data', bytes);
  const generation = answer.u32(0);
  const length = answer.length - HEADER;
  if (length === 0) return { generation, reservation: null };
  if (length !== RESERVATION_LENGTH) answer.refuse(4, `a length of 0 or ${RESERVATION_LENGTH}`, String(length));
  const type = typeAt(answer, HEADER + SCOPE_AND_TYPE_AT);
  return { generation, reservation: { key: isHeldByAll(type) ? null : keyAt(answer, HEADER), type } };
}

const CAPABILITIES_LENGTH = 8;

/** How long the answer to REPORT CAPABILITIES is in whole, by its own account; null where it is too short to tell. */
export function capabilitiesLength(bytes: Uint8Array): number | null {
  return bytes.length < 2 ? null : new Answer('REPORT CAPABILITIES data', bytes).u16(0);
}

/** @param bytes all of it: the length field must lead to its end */
export function decodeCapabilities(bytes: Uint8Array): ReservationCapabilities {
  const answer = new Answer('REPORT CAPABILITIES data', bytes);
  const length = answer.u16(0);
  answer.mustEndAt(length, 0);
  if (length < CAPABILITIES_LENGTH) answer.refuse(0, `a length of ${CAPABILITIES_LENGTH} at least`, String(length));
  const [can, does, mask] = [answer.u8(2), answer.u8(3), answer.u16(4)];
  return {
    compatibleReserve: (can & 0x10) !== 0,
    otherInitiators: (can & 0x08) !== 0,
    allTargetPorts: (can & 0x04) !== 0,
    persistCapable: (can & 0x01) !== 0,
    persistActive: (does & 0x01) !== 0,
    types: (does & 0x80) === 0 ? null : typesOf(mask),
  };
}

/** PERSISTENT RESERVATION TYPE MASK (SPC-4 table 230), its two bytes as one number. */
const maskBits: Readonly<Record<ReservationType, number>> = {
  'write-exclusive': 0x0200,
  'exclusive-access': 0x0800,
  'write-exclusive-registrants-only': 0x2000,
  'exclusive-access-registrants-only': 0x4000,
  'write-exclusive-all-registrants': 0x8000,
  'exclusive-access-all-registrants': 0x0001,
};

function typesOf(mask: number): readonly ReservationType[] {
  return Object.entries(maskBits).flatMap(([type, bit]) => ((mask & bit) === 0 ? [] : [type as ReservationType]));
}

/** One registered I_T nexus in READ FULL STATUS. */
export interface RegisteredNexus {
  readonly key: ReservationKey;
  readonly holder: boolean;
  readonly allTargetPorts: boolean;
  /** Relative target port identifier; null where the registration is for all target ports. */
  readonly targetPort: number | null;
  readonly initiator: string;
}

const DESCRIPTOR_HEADER = 24;
const ALL_TG_PT = 0x02;
const R_HOLDER = 0x01;

/** READ FULL STATUS. @param bytes all of it: the length field must lead to its end */
export function decodeFullStatus(bytes: Uint8Array): readonly RegisteredNexus[] {
  const answer = openList('READ FULL STATUS data', bytes);
  const nexuses: RegisteredNexus[] = [];
  let offset = HEADER;
  while (offset < answer.length) {
    const transportId = answer.u32(offset + 20);
    nexuses.push(nexusAt(answer, offset, transportId));
    offset += DESCRIPTOR_HEADER + transportId;
  }
  return nexuses;
}

function nexusAt(answer: Answer, offset: number, transportId: number): RegisteredNexus {
  const flags = answer.u8(offset + 12);
  const holder = (flags & R_HOLDER) !== 0;
  // SPC-4 leaves scope and type undefined in whoever does not hold the reservation.
  if (holder) typeAt(answer, offset + 13);
  const allTargetPorts = (flags & ALL_TG_PT) !== 0;
  return {
    key: keyAt(answer, offset),
    holder,
    allTargetPorts,
    targetPort: allTargetPorts ? null : answer.u16(offset + 18),
    initiator: decodeTransportId(answer, offset + DESCRIPTOR_HEADER, transportId),
  };
}

function openList(name: string, bytes: Uint8Array): Answer {
  const answer = new Answer(name, bytes);
  answer.mustEndAt(HEADER + answer.u32(4), 4);
  return answer;
}

function keyAt(answer: Answer, offset: number): ReservationKey {
  const hex = toHex(answer.bytes(offset, KEY_LENGTH));
  if (/^0*$/.test(hex)) answer.refuse(offset, 'a reservation key', 'zero, which stands for none');
  return reservationKey(hex);
}

/** SCOPE and TYPE, a byte. Extents and elements, scopes of old, have gone from the standard. */
function typeAt(answer: Answer, offset: number): ReservationType {
  const byte = answer.u8(offset);
  if (byte >> 4 !== 0) answer.refuse(offset, 'the scope of a logical unit, 00h', hexNumber(byte >> 4));
  return reservationTypeOf(byte) ?? answer.refuse(offset, 'a reservation type', hexNumber(byte));
}

function isHeldByAll(type: ReservationType): boolean {
  return reservationTypes[type] >= reservationTypes['write-exclusive-all-registrants'];
}
