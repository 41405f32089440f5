/** Who a logical unit is and through which port one sees it, from VPD page 83h. */

import { PathManagerError } from '../base/errors.js';
import { wwid } from '../base/ids.js';
import type { Wwid } from '../base/ids.js';
import { Answer, asciiField, toHex } from './answer.js';
import { decodeDesignators, designatorTypes } from './designator.js';
import type { Designator } from './designator.js';

export { decodeDesignators } from './designator.js';
export { decodeSupportedPages, decodeUnitSerial, vpdPages } from './vpd-page.js';

const MIN_T10_LENGTH = 8;

/** A WWID that one designator gives, and how much it is preferred; 0 and below is never used. */
interface Candidate {
  readonly rank: number;
  readonly text: string;
}

/**
 * The WWID in the form that multipathd and udev's scsi_id give it, so that a map has the same uuid whoever made it:
 * of the logical unit's own designators the one of highest rank, the first among equals. A designator whose length
 * does not fit its type is passed over.
 * @param page the whole page 83h
 * @throws PathManagerError SCSI_MALFORMED where the page is broken or has no identifier that can be used
 */
export function wwidFromVpd83(page: Uint8Array): Wwid {
  let best: Candidate = { rank: 0, text: '' };
  for (const designator of decodeDesignators(page)) {
    const candidate = designator.association === 'logical-unit' ? candidateOf(designator) : null;
    if (candidate !== null && candidate.rank > best.rank) best = candidate;
  }
  return checkedWwid(best.text, 'VPD page 83h', toHex(page.subarray(0, 64)));
}

function candidateOf({ type, value }: Designator): Candidate | null {
  switch (type) {
    case designatorTypes.naa:
      return naaCandidate(value);
    case designatorTypes.eui64:
      return [8, 12, 16].includes(value.length) ? { rank: 4, text: `2${toHex(value)}` } : null;
    case designatorTypes.scsiName:
      return nameCandidate(nameText(value));
    case designatorTypes.t10Vendor:
      return value.length < MIN_T10_LENGTH ? null : { rank: 1, text: t10Wwid(nameText(value)) };
    default:
      return null;
  }
}

function naaCandidate(value: Uint8Array): Candidate | null {
  const hex = toHex(value);
  const rank = naaRank(hex.charAt(0), value.length);
  return rank === 0 ? null : { rank, text: `3${hex}` };
}

/** By the kind of name, its first hex digit (SPC-4 table 600), which fixes the length. */
function naaRank(kind: string, length: number): number {
  switch (kind) {
    case '6': // IEEE registered extended
      return length === 16 ? 8 : 0;
    case '5': // IEEE registered
      return length === 8 ? 7 : 0;
    case '2': // IEEE extended
      return length === 8 ? 6 : 0;
    // Locally assigned. Before T10 as udev's scsi_id and the kernel's own "wwid" have it: by their word existing maps are
    // named, although multipathd's own fallback decides the other way.
    case '3':
      return length === 8 ? 2 : 0;
    default:
      return 0;
  }
}

function nameCandidate(name: string): Candidate | null {
  const text = wwidOfName(name);
  return text === null ? null : { rank: 3, text };
}

/** "2" or "3" with the number in lower case for "eui." and "naa.", "8" with the rest of the name for "iqn.". */
function wwidOfName(name: string): string | null {
  const rest = name.slice('naa.'.length);
  switch (name.slice(0, 'naa.'.length)) {
    case 'eui.':
      return `2${rest.toLowerCase()}`;
    case 'naa.':
      return `3${rest.toLowerCase()}`;
    case 'iqn.':
      return `8${rest}`;
    default:
      return null;
  }
}

/** "1" and the identifier, each run of blanks as one "_", none at the end. */
function t10Wwid(text: string): string {
  return `1${text.replace(/ +$/, '').replace(/ +/g, '_')}`;
}

/** Text of a designator, padded with zero bytes (SPC-4 7.8.6.11). */
function nameText(value: Uint8Array): string {
  return Buffer.from(value).toString('latin1').replace(/\0+$/, '');
}

/**
 * The WWID from sysfs `wwid` of a SCSI device, for kernels or devices without `vpd_pg83`: "naa.…", "eui.…", "t10.…" or
 * a SCSI name (drivers/scsi/scsi_lib.c, scsi_vpd_lun_id). The kernel has chosen the designator there.
 * @throws PathManagerError SCSI_MALFORMED
 */
export function wwidFromSysfsText(text: string): Wwid {
  const line = text.replace(/\n$/, '');
  const found = line.startsWith('t10.') ? t10Wwid(line.slice('t10.'.length)) : wwidOfName(line);
  return checkedWwid(found ?? '', 'Sysfs "wwid"', toHex(Buffer.from(line.slice(0, 64))));
}

function checkedWwid(text: string, source: string, bytes: string): Wwid {
  // One character is the prefix alone.
  if (text.length < 2) throw noIdentifier(source, 'none', bytes);
  try {
    return wwid(text);
  } catch (error) {
    throw noIdentifier(source, `"${asciiField(Buffer.from(text, 'latin1')).slice(0, 64)}"`, bytes, error);
  }
}

function noIdentifier(source: string, found: string, bytes: string, cause?: unknown): PathManagerError {
  const wanted = 'an identifier of the logical unit, 1 to 121 printable characters without blank or "/"';
  const message = `${source} cannot name the logical unit: wanted ${wanted}, found ${found}`;
  return new PathManagerError('SCSI_MALFORMED', message, { page: source, wanted, found, bytes }, cause);
}

/** The target port through which page 83h was read: all of it null where the device does not tell. */
export interface TargetPort {
  /** "naa.…", "eui.…" or a SCSI name as "iqn.…,t,0x1"; control characters are escaped. */
  readonly name: string | null;
  readonly group: number | null;
  /** Relative target port identifier: the port's number within the target. */
  readonly relative: number | null;
}

/** The target port of page 83h. @throws PathManagerError SCSI_MALFORMED where the page is broken */
export function targetPortFromVpd83(page: Uint8Array): TargetPort {
  const port = decodeDesignators(page).filter(({ association }) => association === 'target-port');
  const valueOf = (type: number): Uint8Array | null => port.find((one) => one.type === type)?.value ?? null;
  return {
    name: portName(valueOf(designatorTypes.naa), valueOf(designatorTypes.scsiName), valueOf(designatorTypes.eui64)),
    group: portNumber(valueOf(designatorTypes.targetPortGroup)),
    relative: portNumber(valueOf(designatorTypes.relativeTargetPort)),
  };
}

function portName(naa: Uint8Array | null, name: Uint8Array | null, eui: Uint8Array | null): string | null {
  if (naa !== null) return `naa.${toHex(naa)}`;
  if (name !== null) return asciiField(name);
  return eui === null ? null : `eui.${toHex(eui)}`;
}

/** Bytes 2 and 3 of a port designator (SPC-4 7.8.6.7 and .8); null where it is not the 4 bytes it must be. */
function portNumber(value: Uint8Array | null): number | null {
  return value?.length === 4 ? new Answer('Port designator', value).u16(2) : null;
}
