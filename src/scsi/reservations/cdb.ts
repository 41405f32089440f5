/** PERSISTENT RESERVE IN and OUT: command descriptor blocks and the parameter list (SPC-4 6.15 and 6.16). */

import { reservationTypes } from '../../base/reservation.js';
import type { ReservationKey, ReservationType } from '../../base/reservation.js';

const PERSISTENT_RESERVE_IN = 0x5e;
const PERSISTENT_RESERVE_OUT = 0x5f;
const CDB_LENGTH = 10;

/** What can be asked (SPC-4 table 222). */
const inActions = { 'read-keys': 0, 'read-reservation': 1, 'report-capabilities': 2, 'read-full-status': 3 } as const;

export type ReservationQuestion = keyof typeof inActions;

/** What can be done (SPC-4 table 233); REGISTER AND MOVE and REPLACE LOST RESERVATION are left out. */
const outActions = {
  register: 0,
  reserve: 1,
  release: 2,
  clear: 3,
  preempt: 4,
  'preempt-and-abort': 5,
  'register-and-ignore': 6,
} as const;

/** One PERSISTENT RESERVE OUT. A key of null is sent as zero, which stands for none. */
export interface ReservationCommand {
  readonly action: keyof typeof outActions;
  /** RESERVATION KEY: the one with which the sending path is registered. */
  readonly key: ReservationKey | null;
  /** SERVICE ACTION RESERVATION KEY: the one to register or to preempt. */
  readonly other?: ReservationKey | null;
  /** For reserve, release and the two that preempt. */
  readonly type?: ReservationType;
  /** APTPL, for the two that register. */
  readonly persist?: boolean;
  /** ALL_TG_PT, for the two that register. */
  readonly allTargetPorts?: boolean;
}

/** PERSISTENT RESERVE IN. @param allocation bytes wanted at most, below 64 KiB */
export function persistentReserveIn(question: ReservationQuestion, allocation: number): Buffer {
  const cdb = Buffer.alloc(CDB_LENGTH);
  cdb[0] = PERSISTENT_RESERVE_IN;
  cdb[1] = inActions[question];
  cdb.writeUInt16BE(allocation, 7);
  return cdb;
}

/** PERSISTENT RESERVE OUT; its data is the parameter list. The scope is the logical unit, which is 0. */
export function persistentReserveOut({ action, type }: ReservationCommand): Buffer {
  const cdb = Buffer.alloc(CDB_LENGTH);
  cdb[0] = PERSISTENT_RESERVE_OUT;
  cdb[1] = outActions[action];
  cdb[2] = type === undefined ? 0 : reservationTypes[type];
  cdb.writeUInt32BE(PARAMETER_LIST_LENGTH, 5);
  return cdb;
}

const PARAMETER_LIST_LENGTH = 24;
const FLAGS_AT = 20;
const ALL_TG_PT = 0x04;
const APTPL = 0x01;

/** The 24 bytes of parameters that each service action but REGISTER AND MOVE takes (SPC-4 table 234), without TransportIDs. */
export function parameterList({ key, other, persist, allTargetPorts }: ReservationCommand): Buffer {
  const list = Buffer.alloc(PARAMETER_LIST_LENGTH);
  list.writeBigUInt64BE(BigInt(key ?? 0), 0);
  list.writeBigUInt64BE(BigInt(other ?? 0), 8);
  list[FLAGS_AT] = (allTargetPorts === true ? ALL_TG_PT : 0) | (persist === true ? APTPL : 0);
  return list;
}
