/** Vital product data pages: their frame (SPC-4 7.8), and the two pages that are a plain list or text. */

import { Answer, asciiField, hexNumber } from './answer.js';

const HEADER = 4;

/** Page codes that we read. */
export const vpdPages = { supported: 0x00, unitSerial: 0x80, deviceIdentification: 0x83 } as const;

/**
 * Checks the frame of a page: it is the page that was asked for, and as long as it says.
 * @throws PathManagerError SCSI_MALFORMED
 */
export function openVpdPage(bytes: Uint8Array, page: number): Answer {
  const answer = new Answer(`VPD page ${hexNumber(page)}`, bytes);
  const found = answer.u8(1);
  if (found !== page) answer.refuse(1, `page code ${hexNumber(page)}`, hexNumber(found));
  answer.mustEndAt(HEADER + answer.u16(2), 2);
  return answer;
}

/** How long a page is in whole, by its header; null where that is not there. */
export function vpdPageLength(bytes: Uint8Array): number | null {
  return bytes.length < HEADER ? null : HEADER + new Answer('VPD page', bytes).u16(2);
}

/** Page codes that the device has, from page 00h. @throws PathManagerError SCSI_MALFORMED */
export function decodeSupportedPages(bytes: Uint8Array): readonly number[] {
  const page = openVpdPage(bytes, vpdPages.supported);
  return [...page.bytes(HEADER, page.length - HEADER)];
}

/**
 * The unit serial number from page 80h, trimmed; what is not printable ASCII stands as \xNN. Empty where the device
 * has none. @throws PathManagerError SCSI_MALFORMED
 */
export function decodeUnitSerial(bytes: Uint8Array): string {
  const page = openVpdPage(bytes, vpdPages.unitSerial);
  return asciiField(page.bytes(HEADER, page.length - HEADER));
}
