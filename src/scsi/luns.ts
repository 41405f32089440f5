/** REPORT LUNS: which logical units a target serves to this initiator. */

import { Answer } from './answer.js';

const LENGTH_FIELD = 4;
const HEADER = 8;
const LUN_LENGTH = 8;

/**
 * Decodes the parameter data (SPC-4 6.33).
 * @param bytes all of it: the length field must lead to its end
 * @returns the numbers as the kernel writes them: four levels of two bytes, the first one lowest (scsi_common.c, scsilun_to_int)
 * @throws PathManagerError SCSI_MALFORMED
 */
export function decodeLuns(bytes: Uint8Array): readonly string[] {
  const answer = new Answer('REPORT LUNS data', bytes);
  const length = answer.u32(0);
  answer.mustEndAt(HEADER + length, 0);
  if (length % LUN_LENGTH !== 0) answer.refuse(0, `a length in units of ${LUN_LENGTH}`, String(length));
  return Array.from({ length: length / LUN_LENGTH }, (_, index) => lunAt(answer, HEADER + index * LUN_LENGTH));
}

/** How long the answer is in whole, by its own account; null where it is too short to tell. */
export function lunsLength(bytes: Uint8Array): number | null {
  return bytes.length < LENGTH_FIELD ? null : HEADER + new Answer('REPORT LUNS data', bytes).u32(0);
}

function lunAt(answer: Answer, offset: number): string {
  const levels = [0, 2, 4, 6].map((level) => BigInt(answer.u16(offset + level)));
  return String(levels.reduce((sum, level, index) => sum | (level << BigInt(index * 16)), 0n));
}
