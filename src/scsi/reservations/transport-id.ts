/** TransportIDs (SPC-4 7.6.4): an initiator port as its protocol names it. */

import { asciiField, hexNumber, toHex } from '../answer.js';
import type { Answer } from '../answer.js';

/** All but those of iSCSI are so long. */
const FIXED_LENGTH = 24;
const ISCSI_HEADER = 4;
/** The longest name of a device (RFC 7143 4.2.7.1), ",i,0x" and the 12 digits of a session's identifier. */
const LONGEST_ISCSI_NAME = 223 + 5 + 12;
/** So much of a TransportID that we do not know is shown. */
const SHOWN_BYTES = 32;
const FORMAT_SHIFT = 6;
const PROTOCOL_MASK = 0x0f;
/** FORMAT CODE of iSCSI: the name of the initiator device alone, or that of its port with the session's identifier. */
const ISCSI_DEVICE = 0;
const ISCSI_PORT = 1;

/** Offset and length of the name within the TransportID of each protocol that has one there. */
const names: Readonly<Record<number, readonly [protocol: string, offset: number, length: number]>> = {
  0x0: ['fc', 8, 8],
  0x3: ['sbp', 8, 8],
  0x4: ['srp', 8, 16],
  0x6: ['sas', 4, 8],
};
const SPI = 0x1;
const ISCSI = 0x5;
const SOP = 0xa;

/**
 * The initiator port as "fc 0x2100…", "sas 0x5000…", "srp 0x…", "sbp 0x…", "iscsi iqn.…" or "iscsi iqn.…,i,0x…",
 * "spi address 7 port 1", "sop 0x0102"; "unknown" and the first bytes in hex for a protocol or a format that we do not know.
 * @param answer whatever contains it
 * @param offset of its first byte
 * @param length of all of it; with 0 the target has named nobody
 * @throws PathManagerError SCSI_MALFORMED where it is too short for its protocol
 */
export function decodeTransportId(answer: Answer, offset: number, length: number): string {
  const all = answer.bytes(offset, length);
  if (length === 0) return 'unknown';
  const [protocol, format] = [answer.u8(offset) & PROTOCOL_MASK, answer.u8(offset) >> FORMAT_SHIFT];
  if (protocol === ISCSI && (format === ISCSI_DEVICE || format === ISCSI_PORT)) return iscsi(answer, offset, length);
  const name = names[protocol];
  const isKnown = name !== undefined || protocol === SPI || protocol === SOP;
  if (!isKnown || format !== 0) return `unknown 0x${toHex(all.subarray(0, SHOWN_BYTES))}`;
  if (length < FIXED_LENGTH) answer.refuse(offset, `a TransportID of ${FIXED_LENGTH} bytes`, String(length));
  if (name !== undefined) return `${name[0]} 0x${toHex(all.subarray(name[1], name[1] + name[2]))}`;
  if (protocol === SPI) return `spi address ${answer.u16(offset + 2)} port ${answer.u16(offset + 6)}`;
  return `sop 0x${toHex(all.subarray(2, 4))}`;
}

/** The name ends with a zero byte and is padded with more of them; a port's has ",i,0x" and the session in it already. */
function iscsi(answer: Answer, offset: number, length: number): string {
  if (length < ISCSI_HEADER) answer.refuse(offset, 'a TransportID of 4 bytes', String(length));
  const additional = answer.u16(offset + 2);
  if (additional > length - ISCSI_HEADER) {
    answer.refuse(offset + 2, `a length of ${length - ISCSI_HEADER} at most`, String(additional));
  }
  const text = answer.bytes(offset + ISCSI_HEADER, additional);
  const end = text.indexOf(0);
  if (end < 0) answer.refuse(offset + ISCSI_HEADER, 'a name that ends with a zero byte', hexNumber(text.at(-1) ?? 0));
  if (end > LONGEST_ISCSI_NAME) {
    answer.refuse(offset + ISCSI_HEADER, `a name of ${LONGEST_ISCSI_NAME} bytes at most`, String(end));
  }
  return `iscsi ${asciiField(text.subarray(0, end))}`;
}
