/** Designators of VPD page 83h, Device Identification (SPC-4 7.8.6): each names the logical unit, a port or the target. */

import type { Answer } from './answer.js';
import { openVpdPage } from './vpd-page.js';

/** What a designator names. */
export type Association = 'logical-unit' | 'target-port' | 'target-device' | 'reserved';

/** Designator types that we read (SPC-4 table 591). */
export const designatorTypes = {
  t10Vendor: 0x1,
  eui64: 0x2,
  naa: 0x3,
  relativeTargetPort: 0x4,
  targetPortGroup: 0x5,
  scsiName: 0x8,
} as const;

export interface Designator {
  readonly association: Association;
  readonly type: number;
  /** Never empty; a view into the page. */
  readonly value: Uint8Array;
}

const HEADER = 4;
const associations = ['logical-unit', 'target-port', 'target-device', 'reserved'] as const;

/**
 * The designators of page 83h in the device's order, those without a value left out.
 * @param bytes the whole page as the device gave it, header included
 * @throws PathManagerError SCSI_MALFORMED where a length leads past the end
 */
export function decodeDesignators(bytes: Uint8Array): readonly Designator[] {
  const page = openVpdPage(bytes, 0x83);
  const designators: Designator[] = [];
  let offset = HEADER;
  while (offset < page.length) {
    const designator = decodeDesignator(page, offset);
    offset += HEADER + designator.value.length;
    if (designator.value.length > 0) designators.push(designator);
  }
  return designators;
}

function decodeDesignator(page: Answer, offset: number): Designator {
  const flags = page.u8(offset + 1);
  return {
    association: associations[((flags >> 4) & 0x3) as 0 | 1 | 2 | 3],
    type: flags & 0xf,
    value: page.bytes(offset + HEADER, page.u8(offset + 3)),
  };
}
