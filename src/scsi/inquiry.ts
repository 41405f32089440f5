import { Answer, asciiField } from './answer.js';

/** How a target port group's state can change (SPC-4 table 134, TPGS field). */
export type TpgSupport = 'none' | 'implicit' | 'explicit' | 'both';

/** Standard INQUIRY data (SPC-4 6.6.2), as far as a path manager needs it. */
export interface StandardInquiry {
  /** 0: a logical unit is there. 1: none now, could be. 3: none possible. */
  readonly qualifier: number;
  /** 0 is a direct access block device, 0x1f none. */
  readonly deviceType: number;
  /** Trimmed; what is not printable ASCII stands as \xNN. */
  readonly vendor: string;
  readonly product: string;
  readonly revision: string;
  readonly tpgs: TpgSupport;
}

/** Bytes up to and with the product revision: the least that every device must give (SPC-4 6.6.2). */
export const STANDARD_INQUIRY_LENGTH = 36;

const tpgSupport = ['none', 'implicit', 'explicit', 'both'] as const satisfies readonly TpgSupport[];

/**
 * Decodes standard INQUIRY data. The additional length may tell of more than was asked for: only the first 36 bytes are
 * read. @throws PathManagerError SCSI_MALFORMED where those are not there
 */
export function decodeStandardInquiry(bytes: Uint8Array): StandardInquiry {
  const answer = new Answer('Standard INQUIRY data', bytes);
  const first = answer.u8(0);
  const declared = answer.u8(4) + 5;
  if (declared < STANDARD_INQUIRY_LENGTH) answer.refuse(4, 'a length of 36 bytes at least', `${declared}`);
  const tpgs = ((answer.u8(5) >> 4) & 0x3) as 0 | 1 | 2 | 3;
  return {
    qualifier: first >> 5,
    deviceType: first & 0x1f,
    vendor: asciiField(answer.bytes(8, 8)),
    product: asciiField(answer.bytes(16, 16)),
    revision: asciiField(answer.bytes(32, 4)),
    tpgs: tpgSupport[tpgs],
  };
}

/** True for what can be a path: a logical unit that is there and is a disk. */
export function isDisk(inquiry: StandardInquiry): boolean {
  return inquiry.qualifier === 0 && inquiry.deviceType === 0;
}
