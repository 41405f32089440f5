import { hexNumber } from './answer.js';

/** What sense data says: key, additional sense code and its qualifier (SPC-4 4.5). */
export interface Sense {
  readonly key: number;
  readonly asc: number;
  readonly ascq: number;
  /** It tells of an earlier command; the one that returned it was not carried out. */
  readonly deferred: boolean;
}

/** Sense keys by name (SPC-4 table 48). */
export const senseKeys = {
  noSense: 0x0,
  recoveredError: 0x1,
  notReady: 0x2,
  mediumError: 0x3,
  hardwareError: 0x4,
  illegalRequest: 0x5,
  unitAttention: 0x6,
  dataProtect: 0x7,
  abortedCommand: 0xb,
} as const;

const keyNames: Readonly<Record<number, string>> = {
  [senseKeys.noSense]: 'NO SENSE',
  [senseKeys.recoveredError]: 'RECOVERED ERROR',
  [senseKeys.notReady]: 'NOT READY',
  [senseKeys.mediumError]: 'MEDIUM ERROR',
  [senseKeys.hardwareError]: 'HARDWARE ERROR',
  [senseKeys.illegalRequest]: 'ILLEGAL REQUEST',
  [senseKeys.unitAttention]: 'UNIT ATTENTION',
  [senseKeys.dataProtect]: 'DATA PROTECT',
  [senseKeys.abortedCommand]: 'ABORTED COMMAND',
};

/** Additional sense codes that a path meets (SPC-4 annex E.2), by asc << 8 | ascq. */
const codeNames: Readonly<Record<number, string>> = {
  0x0401: 'logical unit is in process of becoming ready',
  0x040a: 'asymmetric access state transition',
  0x040b: 'target port in standby state',
  0x040c: 'target port in unavailable state',
  0x0412: 'logical unit offline',
  0x1a00: 'parameter list length error',
  0x2000: 'invalid command operation code',
  0x2400: 'invalid field in CDB',
  0x2500: 'logical unit not supported',
  0x2600: 'invalid field in parameter list',
  0x2604: 'invalid release of persistent reservation',
  0x2900: 'power on, reset, or bus device reset occurred',
  0x2901: 'power on occurred',
  0x2902: 'SCSI bus reset occurred',
  0x2903: 'bus device reset function occurred',
  0x2904: 'device internal reset',
  0x2907: 'I_T nexus loss occurred',
  0x2a01: 'mode parameters changed',
  0x2a03: 'reservations preempted',
  0x2a04: 'reservations released',
  0x2a05: 'registrations preempted',
  0x2a06: 'asymmetric access state changed',
  0x2a07: 'implicit asymmetric access state transition failed',
  0x2a09: 'capacity data has changed',
  0x3f03: 'inquiry data has changed',
  0x3f0e: 'reported LUNs data has changed',
  0x5503: 'insufficient resources',
  0x5504: 'insufficient registration resources',
};

const DESCRIPTOR_FORMAT = 0x72;
const FIXED_FORMAT = 0x70;

/**
 * Decodes sense data in fixed (70h, 71h) or descriptor format (72h, 73h). Codes that a truncated answer does not reach
 * are 0, as SPC-4 4.5.1 has it for those that are not available.
 * @returns null where there is no sense key to read; never throws
 */
export function decodeSense(bytes: Uint8Array): Sense | null {
  const responseCode = (bytes[0] ?? 0) & 0x7f;
  const deferred = (responseCode & 1) === 1;
  switch (responseCode & 0x7e) {
    case DESCRIPTOR_FORMAT:
      return sense(bytes, 1, 2, deferred);
    case FIXED_FORMAT:
      return sense(bytes, 2, 12, deferred);
    default:
      return null;
  }
}

function sense(bytes: Uint8Array, keyOffset: number, ascOffset: number, deferred: boolean): Sense | null {
  const key = bytes[keyOffset];
  if (key === undefined) return null;
  return { key: key & 0xf, asc: bytes[ascOffset] ?? 0, ascq: bytes[ascOffset + 1] ?? 0, deferred };
}

/** True for the sense with this key, code and qualifier. */
export function isSense(sense: Sense, key: number, asc: number, ascq: number): boolean {
  return sense.key === key && sense.asc === asc && sense.ascq === ascq;
}

/** Sense data for a log: "NOT READY 04h/0bh (target port in standby state)". */
export function senseText({ key, asc, ascq, deferred }: Sense): string {
  const name = codeNames[asc * 0x100 + ascq];
  const text = `${keyNames[key] ?? `sense key ${hexNumber(key)}`} ${hexNumber(asc)}/${hexNumber(ascq)}`;
  return `${deferred ? 'deferred ' : ''}${text}${name === undefined ? '' : ` (${name})`}`;
}
