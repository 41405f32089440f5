/** Decoders of the variable part of the device-mapper's answers. None reads past the end: what lies is DM_MALFORMED. */

import { PathManagerError } from '../base/errors.js';
import type { DevT } from '../base/ids.js';
import {
  align8,
  nameListFlags,
  nameListLayout,
  readDevice,
  targetLayout,
  targetVersionsLayout,
  textAt,
} from './layout.js';

/** A device of DM_LIST_DEVICES. */
export interface DmListEntry {
  readonly name: string;
  readonly devT: DevT;
  /** Counts the device's events; null from a kernel before 4.14 (interface 4.37). */
  readonly eventNr: number | null;
  /** Its uuid; null where it has none; absent where the kernel is too old to tell. */
  readonly uuid?: string | null;
}

/** A target of DM_TABLE_STATUS. */
export interface TargetText {
  readonly startSector: number;
  readonly lengthSectors: number;
  readonly type: string;
  /** The table's parameters or the status, without the blanks that the kernel leaves at the end. */
  readonly text: string;
}

/** A target type of DM_LIST_VERSIONS. */
export interface TargetVersion {
  readonly name: string;
  readonly version: readonly [number, number, number];
}

function malformed(what: string, problem: string): PathManagerError {
  return new PathManagerError('DM_MALFORMED', `${what} of the device mapper is malformed: ${problem}`);
}

function terminated(data: Buffer, start: number, what: string): string {
  const end = data.indexOf(0, start);
  if (end < 0) throw malformed(what, `text at byte ${start} has no end in ${data.length} bytes`);
  return textAt(data, start, end);
}

/** Steps to the record after one, or ends; a step must lead forward and leave room for the record. */
function nextRecord(what: string, offset: number, step: number, room: number): number | null {
  if (step === 0) return null;
  if (step < 8 || offset + step >= room) throw malformed(what, `step of ${step} from byte ${offset} of ${room}`);
  return offset + step;
}

/** The answer of DM_LIST_DEVICES. `minor` is the interface version's, which decides on what follows each name. */
export function parseNameList(data: Buffer, minor: number): DmListEntry[] {
  const what = 'Device list';
  const entries: DmListEntry[] = [];
  let offset: number | null = data.length === 0 ? null : 0;
  while (offset !== null) {
    if (offset + nameListLayout.name >= data.length) throw malformed(what, `record at byte ${offset} is cut off`);
    const name = terminated(data, offset + nameListLayout.name, what);
    const device = data.readUInt32LE(offset + nameListLayout.dev);
    // Some kernels write one empty record where there is no device.
    if (device === 0 && name === '') return entries;
    const tail = align8(offset + nameListLayout.name + name.length + 1);
    entries.push({ name, devT: readDevice(data, offset + nameListLayout.dev), ...readTail(data, tail, minor) });
    offset = nextRecord(what, offset, data.readUInt32LE(offset + nameListLayout.next), data.length);
  }
  return entries;
}

function readTail(data: Buffer, offset: number, minor: number): { eventNr: number | null; uuid?: string | null } {
  if (minor < 37) return { eventNr: null };
  if (offset + 8 > data.length) throw malformed('Device list', `event number at byte ${offset} is cut off`);
  const eventNr = data.readUInt32LE(offset);
  const flags = data.readUInt32LE(offset + 4);
  if ((flags & nameListFlags.HAS_UUID) !== 0) return { eventNr, uuid: terminated(data, offset + 8, 'Device list') };
  return (flags & nameListFlags.DOESNT_HAVE_UUID) !== 0 ? { eventNr, uuid: null } : { eventNr };
}

/** The answer of DM_TABLE_STATUS with `count` targets; steps count from the start of the data. */
export function parseTargets(data: Buffer, count: number): TargetText[] {
  const what = 'Target list';
  const targets: TargetText[] = [];
  let offset = 0;
  for (let index = 0; index < count; index++) {
    if (offset + targetLayout.size > data.length) throw malformed(what, `target ${index} at byte ${offset} is cut off`);
    targets.push({
      startSector: sector(data, offset + targetLayout.sector_start),
      lengthSectors: sector(data, offset + targetLayout.length),
      type: textAt(data, offset + targetLayout.target_type, offset + targetLayout.size),
      text: terminated(data, offset + targetLayout.size, what).trimEnd(),
    });
    const next = data.readUInt32LE(offset + targetLayout.next);
    if (next <= offset && index + 1 < count) throw malformed(what, `step from byte ${offset} to ${next}`);
    offset = next;
  }
  return targets;
}

function sector(data: Buffer, offset: number): number {
  const value = data.readBigUInt64LE(offset);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw malformed('Target list', `sector ${value.toString()}`);
  return Number(value);
}

/** The answer of DM_LIST_VERSIONS. */
export function parseTargetVersions(data: Buffer): TargetVersion[] {
  const what = 'Target version list';
  const versions: TargetVersion[] = [];
  let offset: number | null = data.length === 0 ? null : 0;
  while (offset !== null) {
    if (offset + targetVersionsLayout.name >= data.length) throw malformed(what, `record at byte ${offset} is cut off`);
    const at = offset + targetVersionsLayout.version;
    versions.push({
      name: terminated(data, offset + targetVersionsLayout.name, what),
      version: [data.readUInt32LE(at), data.readUInt32LE(at + 4), data.readUInt32LE(at + 8)],
    });
    offset = nextRecord(what, offset, data.readUInt32LE(offset + targetVersionsLayout.next), data.length);
  }
  return versions;
}
