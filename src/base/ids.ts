import { PathManagerError } from './errors.js';

declare const brand: unique symbol;
type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** World wide identifier of a logical unit in multipath's form ("3" + NAA hex, "2" + EUI hex, "1" + T10 id, ...). */
export type Wwid = Brand<string, 'Wwid'>;
/** Name of a device-mapper device, the file name under /dev/mapper. */
export type MapName = Brand<string, 'MapName'>;
/** Device number as "major:minor". */
export type DevT = Brand<string, 'DevT'>;
/** Display form of a path: "host:channel:target:lun" in decimal. Not stable over a reboot. */
export type PathNumber = Brand<string, 'PathNumber'>;
/** Persistent identity of a path within its logical unit: "initiator port|target port|lun". */
export type PathKey = Brand<string, 'PathKey'>;
/** Priority of a path, 1 to 254, unique within a logical unit, larger is higher. */
export type Priority = Brand<number, 'Priority'>;
/** N of "LogicalUnit #N". */
export type UnitNumber = Brand<number, 'UnitNumber'>;
/** A count of 512-byte sectors. */
export type Sectors = Brand<number, 'Sectors'>;

export const PRIORITY_MIN = 1;
export const PRIORITY_MAX = 254;

/** Throws BAD_IDENTIFIER unless `ok`. */
function check(ok: boolean, kind: string, value: string | number, wanted: string): void {
  if (!ok) throw new PathManagerError('BAD_IDENTIFIER', `${kind} ${JSON.stringify(value)} is not ${wanted}`);
}

/** Printable ASCII without blanks and slashes; with "mpath-" before it must fit dm's 128-byte uuid (dm-ioctl.h). */
export function wwid(text: string): Wwid {
  check(/^[\x21-\x2e\x30-\x7e]{1,122}$/.test(text), 'WWID', text, '1 to 122 printable characters without blank or "/"');
  return text as Wwid;
}

/** Characters that udev keeps as they are in a node name (others it would write as \xNN); at most 127 bytes. */
export function mapName(text: string): MapName {
  const ok = /^[A-Za-z0-9#+.:=@_-]{1,127}$/.test(text) && text !== '.' && text !== '..' && text !== 'control';
  check(ok, 'Map name', text, '1 to 127 of the characters A-Z a-z 0-9 # + . : = @ _ -');
  return text as MapName;
}

export function devT(text: string): DevT {
  check(/^\d{1,4}:\d{1,7}$/.test(text), 'Device number', text, 'major:minor');
  return text as DevT;
}

export function pathNumber(text: string): PathNumber {
  check(/^\d{1,10}:\d{1,10}:\d{1,10}:\d{1,20}$/.test(text), 'Path number', text, 'host:channel:target:lun');
  return text as PathNumber;
}

export function pathKey(initiator: string, target: string, lun: number): PathKey {
  const text = `${initiator}|${target}|${String(lun)}`;
  check(!/[^\x20-\x7e]/.test(text) && text.length <= 1024, 'Path identity', text, 'printable ASCII');
  return text as PathKey;
}

export function priority(value: number): Priority {
  const ok = Number.isInteger(value) && value >= PRIORITY_MIN && value <= PRIORITY_MAX;
  check(ok, 'Priority', value, `an integer from ${String(PRIORITY_MIN)} to ${String(PRIORITY_MAX)}`);
  return value as Priority;
}

export function unitNumber(value: number): UnitNumber {
  check(Number.isInteger(value) && value >= 0 && value < 1_000_000, 'Logical unit number', value, 'an integer from 0');
  return value as UnitNumber;
}

export function sectors(value: number): Sectors {
  check(Number.isSafeInteger(value) && value >= 0, 'Size in sectors', value, 'a whole number from 0');
  return value as Sectors;
}

/** The dm uuid of a logical unit's map: the contract with udev rules, LVM, dracut and kpartx. */
export function mapUuid(id: Wwid): string {
  return `mpath-${id}`;
}

/** The WWID in a multipath map's uuid, or null where the uuid is not one. */
export function wwidOfUuid(uuid: string): Wwid | null {
  if (!/^mpath-[\x21-\x2e\x30-\x7e]{1,122}$/.test(uuid)) return null;
  return wwid(uuid.slice('mpath-'.length));
}
