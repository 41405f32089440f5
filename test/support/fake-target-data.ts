/** What the fake target answers to PERSISTENT RESERVE IN (SPC-4 6.15). */
import type { ReservationKey, ReservationType } from '../../src/base/reservation.js';
import { reservationTypes } from '../../src/base/reservation.js';

export interface FakeRegistration {
  readonly nexus: string;
  key: ReservationKey;
  allTargetPorts: boolean;
}

export interface FakeReservation {
  /** The nexus that holds it; of an all-registrants type the one that made it. */
  readonly holder: string;
  readonly type: ReservationType;
}

/** What the fake target keeps. */
export interface FakeState {
  readonly generation: number;
  readonly registrations: readonly FakeRegistration[];
  readonly reservation: FakeReservation | null;
  readonly persistActive: boolean;
}

export const isHeldByAll = (type: ReservationType): boolean => type.endsWith('all-registrants');

const keyBytes = (key: ReservationKey | null): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(key ?? 0));
  return bytes;
};

const list = (generation: number, ...parts: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  const header = Buffer.alloc(8);
  header.writeUInt32BE(generation, 0);
  header.writeUInt32BE(body.length, 4);
  return Buffer.concat([header, body]);
};

export function keysData({ generation, registrations }: FakeState): Buffer {
  return list(generation, ...registrations.map(({ key }) => keyBytes(key)));
}

export function reservationData({ generation, registrations, reservation }: FakeState): Buffer {
  if (reservation === null) return list(generation);
  const { holder, type } = reservation;
  const key = isHeldByAll(type) ? null : registrations.find(({ nexus }) => nexus === holder)?.key;
  return list(generation, keyBytes(key ?? null), Buffer.from([0, 0, 0, 0, 0, reservationTypes[type], 0, 0]));
}

/** As LIO has it: everything, and whether it keeps registrations now. */
export function capabilitiesData({ persistActive }: FakeState): Buffer {
  return Buffer.from([0, 8, 0x1d, persistActive ? 0x91 : 0x90, 0xea, 0x01, 0, 0]);
}

/** Each nexus is one of SAS whose address is made of the characters of its name. */
export function fullStatusData({ generation, registrations, reservation }: FakeState): Buffer {
  const parts = registrations.map(({ nexus, key, allTargetPorts }, index) => {
    const holds = reservation !== null && (isHeldByAll(reservation.type) || reservation.holder === nexus);
    const rest = Buffer.alloc(16 + 24);
    rest[4] = (allTargetPorts ? 2 : 0) | (holds ? 1 : 0);
    rest[5] = holds ? reservationTypes[reservation.type] : 0;
    rest.writeUInt16BE(index + 1, 10);
    rest.writeUInt32BE(24, 12);
    rest[16] = 6;
    Buffer.from(nexus).copy(rest, 20, 0, 8);
    return Buffer.concat([keyBytes(key), rest]);
  });
  return list(generation, ...parts);
}
