/** REPORT TARGET PORT GROUPS: which groups of target ports a logical unit has, and how each serves I/O. */

import { accessStateOf } from '../base/access-state.js';
import type { AccessState } from '../base/access-state.js';
import { Answer, hexNumber } from './answer.js';

/** One target port group (SPC-4 6.37, table 292). */
export interface TargetPortGroup {
  /** Target port group number, as in VPD page 83h. */
  readonly id: number;
  readonly state: AccessState;
  /** The array would rather be used through this group. */
  readonly preferred: boolean;
  /** States that the array says the group can have. */
  readonly supported: readonly AccessState[];
  /** Relative target port identifiers. */
  readonly ports: readonly number[];
}

const LENGTH_FIELD = 4;
const GROUP_HEADER = 8;
const PORT_LENGTH = 4;

const PREFERRED = 0x80;
const FORMAT_MASK = 0x70;
/** The 4 bytes after the length are an extended header, and not the first group's, when its bits 6 to 4 say so. */
const EXTENDED_FORMAT = 0x10;
const EXTENDED_HEADER = 4;

const supportBits: readonly (readonly [bit: number, state: AccessState])[] = [
  [0x01, 'optimized'],
  [0x02, 'non-optimized'],
  [0x04, 'standby'],
  [0x08, 'unavailable'],
  [0x10, 'lba-dependent'],
  [0x40, 'offline'],
  [0x80, 'transitioning'],
];

/**
 * Decodes the parameter data, with the length-only header or with the extended one.
 * @param bytes all of it: the length field must lead to its end
 * @throws PathManagerError SCSI_MALFORMED
 */
export function decodeTargetPortGroups(bytes: Uint8Array): readonly TargetPortGroup[] {
  const answer = new Answer('REPORT TARGET PORT GROUPS data', bytes);
  answer.mustEndAt(LENGTH_FIELD + answer.u32(0), 0);
  const groups: TargetPortGroup[] = [];
  let offset = firstGroup(answer);
  while (offset < answer.length) {
    const group = decodeGroup(answer, offset);
    groups.push(group);
    offset += GROUP_HEADER + PORT_LENGTH * group.ports.length;
  }
  return groups;
}

function firstGroup(answer: Answer): number {
  const extended = answer.length > LENGTH_FIELD && (answer.u8(LENGTH_FIELD) & FORMAT_MASK) === EXTENDED_FORMAT;
  return extended ? LENGTH_FIELD + EXTENDED_HEADER : LENGTH_FIELD;
}

function decodeGroup(answer: Answer, offset: number): TargetPortGroup {
  const header = answer.u8(offset);
  const state = accessStateOf(header & 0xf);
  if (state === null) answer.refuse(offset, 'an asymmetric access state', hexNumber(header & 0xf));
  const support = answer.u8(offset + 1);
  const count = answer.u8(offset + 7);
  const ports = Array.from({ length: count }, (_, index) =>
    answer.u16(offset + GROUP_HEADER + PORT_LENGTH * index + 2),
  );
  return {
    id: answer.u16(offset + 2),
    state,
    preferred: (header & PREFERRED) !== 0,
    supported: supportBits.filter(([bit]) => (support & bit) !== 0).map(([, name]) => name),
    ports,
  };
}

/** How long the parameter data is in whole, by its first 4 bytes; null where they are not there. */
export function targetPortGroupsLength(bytes: Uint8Array): number | null {
  return bytes.length < LENGTH_FIELD ? null : LENGTH_FIELD + new Answer('REPORT TARGET PORT GROUPS data', bytes).u32(0);
}
