/** Layouts of the device-mapper's ioctl interface, version 4 (linux/dm-ioctl.h); a test holds them to the header. */

import type { DevT } from '../base/ids.js';
import { devT } from '../base/ids.js';

/** Offsets in `struct dm_ioctl`, the header of every request and answer. */
export const headerLayout = {
  size: 312,
  version: 0,
  data_size: 12,
  data_start: 16,
  target_count: 20,
  open_count: 24,
  flags: 28,
  event_nr: 32,
  dev: 40,
  name: 48,
  uuid: 176,
} as const;

/** Offsets in `struct dm_target_spec`; the parameter text follows it. */
export const targetLayout = { size: 40, sector_start: 0, length: 8, status: 16, next: 20, target_type: 24 } as const;

/** Offsets in `struct dm_name_list`; after the name, 8-aligned: event number, flags and perhaps the uuid. */
export const nameListLayout = { dev: 0, next: 8, name: 12 } as const;

/** Offsets in `struct dm_target_versions`. */
export const targetVersionsLayout = { next: 0, version: 4, name: 16 } as const;

/** `struct dm_target_msg`: the sector, then the text. */
export const messageLayout = { size: 8, sector: 0, message: 8 } as const;

/** Sizes of the name and uuid fields, the NUL included. */
export const lengths = { DM_NAME_LEN: 128, DM_UUID_LEN: 129, DM_MAX_TYPE_NAME: 16 } as const;

export const nameListFlags = { HAS_UUID: 1, DOESNT_HAVE_UUID: 2 } as const;

/** What the kernel says of a device with every answer. */
export interface DmHeader {
  readonly version: readonly [number, number, number];
  readonly dataSize: number;
  readonly dataStart: number;
  readonly targetCount: number;
  readonly openCount: number;
  readonly flags: number;
  readonly eventNr: number;
  readonly devT: DevT;
  readonly name: string;
  readonly uuid: string;
}

/** The header at the start of a buffer of at least 312 bytes. */
export function readHeader(buffer: Buffer): DmHeader {
  const at = (offset: number): number => buffer.readUInt32LE(offset);
  return {
    version: [at(headerLayout.version), at(headerLayout.version + 4), at(headerLayout.version + 8)],
    dataSize: at(headerLayout.data_size),
    dataStart: at(headerLayout.data_start),
    targetCount: at(headerLayout.target_count),
    openCount: buffer.readInt32LE(headerLayout.open_count),
    flags: at(headerLayout.flags),
    eventNr: at(headerLayout.event_nr),
    devT: readDevice(buffer, headerLayout.dev),
    name: textAt(buffer, headerLayout.name, headerLayout.name + lengths.DM_NAME_LEN),
    uuid: textAt(buffer, headerLayout.uuid, headerLayout.uuid + lengths.DM_UUID_LEN),
  };
}

/**
 * A device number as the kernel gives it out, of which the lower 32 bits are used (linux/kdev_t.h, huge_encode_dev):
 * 12 bits of major, 20 of minor, whose upper bits stand above the major.
 */
export function readDevice(buffer: Buffer, offset: number): DevT {
  const number = buffer.readUInt32LE(offset);
  const major = (number & 0xfff00) >>> 8;
  const minor = (number & 0xff) | ((number >>> 12) & 0xfff00);
  return devT(`${major}:${minor}`);
}

/** The text up to a NUL or to `end`; bytes become characters one to one, so that foreign names survive the way back. */
export function textAt(buffer: Buffer, start: number, end: number): string {
  const terminator = buffer.subarray(start, end).indexOf(0);
  return buffer.toString('latin1', start, terminator < 0 ? end : start + terminator);
}

/** The next offset that is a multiple of 8. */
export function align8(offset: number): number {
  return (offset + 7) & ~7;
}
