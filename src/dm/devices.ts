/** Operations on device-mapper devices, one ioctl each. All are synchronous; each says whether it may wait for storage. */

import { PathManagerError, hasErrno } from '../base/errors.js';
import type { DevT, Sectors } from '../base/ids.js';
import { sectors } from '../base/ids.js';
import { errno } from '../ffi/errno.js';
import type { UdevFlag } from './flags.js';
import { dmFlags, udevCookie } from './flags.js';
import type { DmRef } from './ioctl.js';
import { dmIoctl } from './ioctl.js';
import type { DmHeader } from './layout.js';
import { align8, lengths, messageLayout, targetLayout } from './layout.js';
import { parseNameList, parseTargets, parseTargetVersions } from './lists.js';
import type { DmListEntry, TargetText, TargetVersion } from './lists.js';

/** The state of a device, as every answer about it carries it. */
export interface DmInfo {
  readonly name: string;
  readonly uuid: string;
  readonly devT: DevT;
  readonly openCount: number;
  readonly eventNr: number;
  readonly suspended: boolean;
  readonly readOnly: boolean;
  /** A table is in use. */
  readonly active: boolean;
  /** A table is loaded and waits for a resume. */
  readonly inactive: boolean;
  /** It goes as soon as nobody has it open. */
  readonly deferredRemove: boolean;
}

/** A table of one target that spans the device. */
export interface NewTable {
  readonly sizeSectors: Sectors;
  readonly target: string;
  readonly params: string;
  readonly readOnly?: boolean;
}

function infoOf(header: DmHeader): DmInfo {
  const has = (flag: keyof typeof dmFlags): boolean => (header.flags & dmFlags[flag]) !== 0;
  return {
    name: header.name,
    uuid: header.uuid,
    devT: header.devT,
    openCount: header.openCount,
    eventNr: header.eventNr,
    suspended: has('SUSPEND'),
    readOnly: has('READONLY'),
    active: has('ACTIVE_PRESENT'),
    inactive: has('INACTIVE_PRESENT'),
    deferredRemove: has('DEFERRED_REMOVE'),
  };
}

/** The interface version of the kernel, as [4, minor, patch]. */
export function version(): readonly [number, number, number] {
  return dmIoctl({ command: 'version' }).header.version;
}

/**
 * Every device-mapper device, in one ioctl.
 * @param uuidPrefix only those whose uuid starts so
 * @param control the descriptor to ask, for a caller that has just armed it
 */
export function list(uuidPrefix = '', control?: number): DmListEntry[] {
  // A kernel that can filters by the prefix itself; an older one ignores it.
  const wanted = { command: 'list', flags: ['UUID'], uuid: uuidPrefix } as const;
  const { header, data } = dmIoctl(control === undefined ? wanted : { ...wanted, control });
  const entries = parseNameList(data, header.version[1]);
  if (uuidPrefix === '') return entries;
  return entries
    .map((entry) => (entry.uuid === undefined ? { ...entry, uuid: info({ name: entry.name })?.uuid ?? null } : entry))
    .filter((entry) => entry.uuid?.startsWith(uuidPrefix));
}

/** Creates a device without a table. EBUSY where name or uuid is taken. */
export function create(name: string, uuid: string): DmInfo {
  return infoOf(dmIoctl({ command: 'create', name, uuid }).header);
}

/** Loads a table into the inactive slot. Opens the path devices, so it may wait for storage. */
export function loadTable(ref: DmRef, table: NewTable): void {
  const payload = targetSpec(table);
  dmIoctl({ command: 'tableLoad', ...ref, flags: table.readOnly ? ['READONLY'] : [], targetCount: 1, payload });
}

/** Drops the table of the inactive slot; harmless where there is none. */
export function clearTable(ref: DmRef): void {
  dmIoctl({ command: 'tableClear', ...ref });
}

/** How to suspend; a resume that brings a new table into use suspends first, in the same way. */
export interface SuspendOptions {
  /** Waits until all I/O is done. Never for a map that queues without a path: it would wait for ever. Default false. */
  readonly flush?: boolean;
  readonly udev?: readonly UdevFlag[];
}

/** Suspends: I/O waits from now on. Waits for I/O that is under way at a path. */
export function suspend(ref: DmRef, options: SuspendOptions = {}): void {
  const quiet = options.flush ? ([] as const) : (['NOFLUSH'] as const);
  dmIoctl({ command: 'suspend', ...ref, flags: ['SUSPEND', 'SKIP_LOCKFS', ...quiet] });
}

/** Brings an inactive table into use and resumes. May wait for I/O that is under way at a path. */
export function resume(ref: DmRef, options: SuspendOptions = {}): void {
  const quiet = options.flush ? ([] as const) : (['NOFLUSH'] as const);
  const eventNr = udevCookie(options.udev ?? []);
  dmIoctl({ command: 'resume', ...ref, flags: ['SKIP_LOCKFS', ...quiet], eventNr });
}

/** The state of a device, or null where there is none. */
export function info(ref: DmRef): DmInfo | null {
  try {
    return infoOf(dmIoctl({ command: 'status', ...ref }).header);
  } catch (error) {
    if (hasErrno(error, errno.ENXIO)) return null;
    throw error;
  }
}

/** A device's state and the text of each of its targets, both of one moment. */
export interface DmText {
  readonly info: DmInfo;
  readonly targets: readonly TargetText[];
}

/** The table in use, as the kernel prints it; null where there is no such device. Does not wait for storage. */
export function tableText(ref: DmRef): DmText | null {
  return readTargets(ref, ['STATUS_TABLE']);
}

/** The status of the table in use; null where there is no such device. Does not wait for storage. */
export function statusText(ref: DmRef): DmText | null {
  return readTargets(ref, []);
}

function readTargets(ref: DmRef, flags: readonly 'STATUS_TABLE'[]): DmText | null {
  try {
    const { header, data } = dmIoctl({ command: 'tableStatus', ...ref, flags: [...flags, 'NOFLUSH'] });
    return { info: infoOf(header), targets: parseTargets(data, header.targetCount) };
  } catch (error) {
    if (hasErrno(error, errno.ENXIO)) return null;
    throw error;
  }
}

/** Sends a message to the target at a sector. EBUSY while the device is suspended. Does not wait for storage. */
export function message(ref: DmRef, sector: number, text: string): void {
  const bytes = cText(text);
  const payload = Buffer.alloc(messageLayout.size + bytes.length);
  payload.writeBigUInt64LE(BigInt(sector), messageLayout.sector);
  bytes.copy(payload, messageLayout.message);
  dmIoctl({ command: 'message', ...ref, payload });
}

/** Gives a device another name. EBUSY where it is taken. */
export function rename(name: string, to: string, udev: readonly UdevFlag[] = []): void {
  if (to === '' || to.includes('/') || to.length >= lengths.DM_NAME_LEN) {
    throw new PathManagerError('BAD_IDENTIFIER', `Map name ${JSON.stringify(to)} is not 1 to 127 bytes without "/"`);
  }
  dmIoctl({ command: 'rename', name, eventNr: udevCookie(udev), payload: cText(to) });
}

/** Removes a device and its tables. EBUSY while it is open, unless deferred: then it goes at the last close. */
export function remove(
  ref: DmRef,
  options: { readonly deferred?: boolean; readonly udev?: readonly UdevFlag[] } = {},
): void {
  const flags = options.deferred ? (['DEFERRED_REMOVE'] as const) : [];
  dmIoctl({ command: 'remove', ...ref, flags, eventNr: udevCookie(options.udev ?? []) });
}

/** Target types that the kernel has loaded, with their versions. */
export function targets(): TargetVersion[] {
  return parseTargetVersions(dmIoctl({ command: 'targets' }).data);
}

/** A target type's version; the kernel loads its module where it can. Null where it has none, or is too old to look. */
export function targetVersion(name: string): TargetVersion | null {
  try {
    return parseTargetVersions(dmIoctl({ command: 'targetVersion', name }).data)[0] ?? null;
  } catch (error) {
    if (hasErrno(error, errno.EINVAL) || hasErrno(error, errno.ENOTTY)) return null;
    throw error;
  }
}

/** Makes a descriptor of the control device poll as ready at the next event of any device. */
export function armPoll(control: number): void {
  dmIoctl({ command: 'armPoll', control });
}

function targetSpec(table: NewTable): Buffer {
  const params = cText(table.params);
  const type = Buffer.from(table.target, 'latin1');
  if (type.length >= lengths.DM_MAX_TYPE_NAME) {
    throw new PathManagerError('INTERNAL', `Target type ${JSON.stringify(table.target)} is too long`);
  }
  const size = align8(targetLayout.size + params.length);
  const spec = Buffer.alloc(size);
  spec.writeBigUInt64LE(BigInt(sectors(table.sizeSectors)), targetLayout.length);
  spec.writeUInt32LE(size, targetLayout.next);
  type.copy(spec, targetLayout.target_type);
  params.copy(spec, targetLayout.size);
  return spec;
}

function cText(text: string): Buffer {
  if (/[^\u0001-\u00ff]/.test(text)) {
    throw new PathManagerError(
      'INTERNAL',
      `Text for the device mapper is not 8-bit without NUL: ${JSON.stringify(text)}`,
    );
  }
  return Buffer.from(`${text}\0`, 'latin1');
}
