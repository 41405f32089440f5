/** The one place that decides what the end of a SCSI command means for the path that carried it. */

import { hexNumber } from './answer.js';
import { isSense, senseKeys, senseText } from './sense.js';
import type { Sense } from './sense.js';

/**
 * What an outcome says of the path.
 * up: it serves I/O. standby: it answers and serves none. down: take it out. retry: nothing is proven, ask again now.
 * ignore: nothing is known, leave everything as it is and ask at the next occasion.
 */
export type Verdict = 'up' | 'down' | 'retry' | 'standby' | 'ignore';

/** Every way in which a command can end, and its verdict. */
export const outcomes = {
  /** Done; the data is valid. */
  good: 'up',
  /** Another initiator holds a reservation: logical unit and path are well. */
  'reservation-conflict': 'up',
  /** Something happened to the logical unit since the last command; it says so once for each initiator port. */
  'unit-attention': 'retry',
  /** The logical unit or the host has no room for the command just now. */
  busy: 'retry',
  /** The command was ended by a reset, or by an error of an earlier one. */
  aborted: 'retry',
  /** ALUA standby: I/O would be refused until the state changes. */
  standby: 'standby',
  /** ALUA unavailable. */
  unavailable: 'down',
  /** ALUA state is changing: it takes seconds, then tells another state. */
  transitioning: 'ignore',
  /** The target is there and has no such logical unit (any more). */
  'lun-gone': 'down',
  /** Not ready for any other reason. */
  'not-ready': 'down',
  /** The device knows the command or a field of it not. Says nothing of a path when the command was optional. */
  rejected: 'down',
  /** The command did not get to the device, or its answer not back. */
  transport: 'down',
  /** No answer by the deadline. */
  timeout: 'down',
  /** The kernel has removed the SCSI device. */
  'device-gone': 'down',
  /** Status, sense data or data cannot be right. */
  malformed: 'down',
  /** Any other error. */
  failed: 'down',
  /** The command was not sent, or was given up by us: the reply's reason says why. */
  'not-sent': 'ignore',
} as const satisfies Record<string, Verdict>;

export type Outcome = keyof typeof outcomes;

export function verdict(outcome: Outcome): Verdict {
  return outcomes[outcome];
}

/** How the kernel reports the end of a command: SCSI status, host byte and driver byte of sg_io_hdr, and the sense data. */
export interface CommandStatus {
  readonly status: number;
  readonly hostStatus: number;
  readonly driverStatus: number;
  readonly sense: Sense | null;
}

/** SCSI status codes (SAM-5 table 33). */
const statusNames: Readonly<Record<number, string>> = {
  0x00: 'GOOD',
  0x02: 'CHECK CONDITION',
  0x04: 'CONDITION MET',
  0x08: 'BUSY',
  0x18: 'RESERVATION CONFLICT',
  0x28: 'TASK SET FULL',
  0x30: 'ACA ACTIVE',
  0x40: 'TASK ABORTED',
};

const CHECK_CONDITION = 0x02;
const RESERVATION_CONFLICT = 0x18;
/** Driver bytes that kernels before 5.14 give, and 08h that later ones imitate (drivers/scsi/sg.c). */
const DRIVER_TIMEOUT = 0x06;
const DRIVER_SENSE = 0x08;

/** Host bytes (include/scsi/scsi_status.h), each with what it means for the command. */
const hostBytes: Readonly<Record<number, readonly [name: string, outcome: Outcome]>> = {
  0x01: ['DID_NO_CONNECT', 'transport'],
  0x02: ['DID_BUS_BUSY', 'busy'],
  0x03: ['DID_TIME_OUT', 'timeout'],
  0x04: ['DID_BAD_TARGET', 'transport'],
  0x05: ['DID_ABORT', 'aborted'],
  0x06: ['DID_PARITY', 'transport'],
  0x07: ['DID_ERROR', 'failed'],
  0x08: ['DID_RESET', 'aborted'],
  0x09: ['DID_BAD_INTR', 'failed'],
  0x0a: ['DID_PASSTHROUGH', 'failed'],
  0x0b: ['DID_SOFT_ERROR', 'busy'],
  0x0c: ['DID_IMM_RETRY', 'busy'],
  0x0d: ['DID_REQUEUE', 'busy'],
  0x0e: ['DID_TRANSPORT_DISRUPTED', 'transport'],
  0x0f: ['DID_TRANSPORT_FAILFAST', 'transport'],
  0x10: ['DID_TARGET_FAILURE', 'failed'],
  0x11: ['DID_NEXUS_FAILURE', 'transport'],
  0x12: ['DID_ALLOC_FAILURE', 'failed'],
  0x13: ['DID_MEDIUM_ERROR', 'failed'],
  0x14: ['DID_TRANSPORT_MARGINAL', 'transport'],
};
/** Kernels before 6.0 set these beside status and sense data, as a digest of them (scsi_check_sense). */
const DIGESTS = [0x10, 0x11, 0x12, 0x13];

/** The outcome of a command that the kernel has completed. */
export function outcomeOf(end: CommandStatus): Outcome {
  const status = end.status & 0x7e;
  // Before the host byte, which old kernels set to DID_NEXUS_FAILURE for it.
  if (status === RESERVATION_CONFLICT) return 'reservation-conflict';
  const host = end.hostStatus;
  if (host !== 0 && !(DIGESTS.includes(host) && end.sense !== null)) return hostBytes[host]?.[1] ?? 'malformed';
  if (status === CHECK_CONDITION || (status === 0 && end.driverStatus & DRIVER_SENSE && end.sense !== null)) {
    return end.sense === null ? 'malformed' : outcomeOfSense(end.sense);
  }
  if (status === 0) return outcomeOfDriver(end.driverStatus);
  return outcomeOfStatus(status);
}

function outcomeOfStatus(status: number): Outcome {
  switch (status) {
    case 0x04:
      return 'good';
    case 0x08:
    case 0x28:
    case 0x30:
      return 'busy';
    case 0x40:
      return 'aborted';
    default:
      return 'malformed';
  }
}

function outcomeOfDriver(driver: number): Outcome {
  // The upper half held suggestions that no caller ever followed.
  switch (driver & 0xf) {
    case 0:
    case DRIVER_SENSE:
      return 'good';
    case DRIVER_TIMEOUT:
      return 'timeout';
    default:
      return 'failed';
  }
}

function outcomeOfSense(sense: Sense): Outcome {
  if (sense.deferred) return 'aborted';
  switch (sense.key) {
    case senseKeys.noSense:
    case senseKeys.recoveredError:
      return 'good';
    case senseKeys.notReady:
      if (isSense(sense, senseKeys.notReady, 0x04, 0x0a)) return 'transitioning';
      if (isSense(sense, senseKeys.notReady, 0x04, 0x0b)) return 'standby';
      if (isSense(sense, senseKeys.notReady, 0x04, 0x0c)) return 'unavailable';
      return 'not-ready';
    case senseKeys.illegalRequest:
      return isSense(sense, senseKeys.illegalRequest, 0x25, 0x00) ? 'lun-gone' : 'rejected';
    case senseKeys.unitAttention:
      return 'unit-attention';
    case senseKeys.abortedCommand:
      return 'aborted';
    default:
      return 'failed';
  }
}

/** The end of a command for a log, as "CHECK CONDITION, NOT READY 04h/0bh (target port in standby state)". */
export function statusText(end: CommandStatus): string {
  const parts: string[] = [];
  if (end.hostStatus !== 0) parts.push(hostBytes[end.hostStatus]?.[0] ?? `host byte ${hexNumber(end.hostStatus)}`);
  if (end.status !== 0 || parts.length === 0) {
    parts.push(statusNames[end.status & 0x7e] ?? `status ${hexNumber(end.status)}`);
  }
  if ((end.driverStatus & 0xf & ~DRIVER_SENSE) !== 0) parts.push(`driver byte ${hexNumber(end.driverStatus)}`);
  if (end.sense !== null) parts.push(senseText(end.sense));
  return parts.join(', ');
}
