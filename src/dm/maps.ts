/**
 * Safe sequences on multipath maps: whatever fails in between, no map is left empty or suspended. Arguments and results
 * are plain data, so that another process can run them: loads and resumes may wait for storage.
 */

import { PathManagerError, asPathManagerError, hasErrno } from '../base/errors.js';
import type { ErrorFacts } from '../base/errors.js';
import type { MapName } from '../base/ids.js';
import type { MapFacts, MapTable } from '../base/map-facts.js';
import { escapeControl } from '../base/text.js';
import { errno } from '../ffi/errno.js';
import * as devices from './devices.js';
import type { DmInfo } from './devices.js';
import { mapFacts } from './facts.js';
import type { UdevFlag } from './flags.js';
import { sendMessage } from './messages.js';
import { parseTable, printTable, sameTable, tableFrom } from './table.js';

/** What an operation did: repeating one is harmless. */
export type MapOutcome = 'created' | 'changed' | 'unchanged' | 'removed';

/** uuids of multipath maps begin so: the contract with udev's rules, LVM and dracut. */
export const UUID_PREFIX = 'mpath-';

/** One map, or null where there is none. Does not wait for storage. Throws what mapFacts throws. */
export function readMap(name: MapName): MapFacts | null {
  // Two readings of which a reload may come in between; more than a few in a row cannot be chance.
  for (let attempt = 0; attempt < 5; attempt++) {
    const table = devices.tableText({ name });
    const status = devices.statusText({ name });
    if (table === null || status === null) return null;
    const facts = mapFacts(table, status);
    if (facts !== null) return facts;
  }
  throw new PathManagerError('DM_MALFORMED', `Table and status of map "${name}" do not fit together`, { map: name });
}

/** The name of the device with this uuid; null where there is none. */
export function nameOf(uuid: string): MapName | null {
  return (devices.info({ uuid })?.name ?? null) as MapName | null;
}

/**
 * Sees that the kernel can do multipath; loads the module where it can.
 * @throws PathManagerError DM_UNAVAILABLE with what to do
 */
export function requireMultipath(): void {
  if (devices.targetVersion('multipath') !== null) return;
  if (devices.targets().some((target) => target.name === 'multipath')) return;
  throw new PathManagerError('DM_UNAVAILABLE', 'The kernel has no multipath target; run "modprobe dm-multipath"');
}

/**
 * Every map whose uuid begins with "mpath-", also one without a table. Does not wait for storage.
 * @param onUnreadable told of maps that are left out: a name or a table that cannot be one of ours
 */
export function listMaps(onUnreadable: (name: string, error: PathManagerError) => void = () => undefined): MapFacts[] {
  return devices.list(UUID_PREFIX).flatMap((entry) => {
    try {
      return readMap(entry.name as MapName) ?? [];
    } catch (error) {
      onUnreadable(entry.name, asPathManagerError(error));
      return [];
    }
  });
}

/** Names of multipath maps with a table that was loaded and never came into use. Does not wait for storage. */
export function halfLoadedMaps(): string[] {
  const names = devices.list(UUID_PREFIX).map(({ name }) => name);
  return names.filter((name) => devices.info({ name })?.inactive === true);
}

/**
 * Creates a map, loads its table and resumes it. An empty map of this name and uuid, which a killed process left, is
 * finished; one that is complete is reloaded if its table differs. After a failure there is no map.
 * May wait for storage.
 * @throws PathManagerError DM_NAME_TAKEN where name or uuid belong to something else; DM_IOCTL
 */
export function createMap(name: MapName, uuid: string, table: MapTable, udev: readonly UdevFlag[] = []): MapOutcome {
  const present = presentMap(name, uuid);
  if (present?.active) return reloadMap(name, table, { udev });
  if (present === null) createEmpty(name, uuid);
  try {
    load(name, table);
    devices.resume({ name }, { udev });
    if (devices.info({ name })?.suspended !== false) throw suspended(name);
  } catch (error) {
    removeEmpty(name);
    throw error;
  }
  return 'created';
}

function presentMap(name: MapName, uuid: string): DmInfo | null {
  const named = devices.info({ name });
  const identified = devices.info({ uuid });
  if (identified !== null && identified.name !== name) {
    throw taken(name, `map ${JSON.stringify(escapeControl(identified.name))} has uuid "${uuid}"`);
  }
  if (named !== null && named.uuid !== uuid) {
    throw taken(name, `a device of this name has uuid ${JSON.stringify(escapeControl(named.uuid))}, not "${uuid}"`);
  }
  return named;
}

/** Nothing but a multipath map is ever touched, whatever name it has. */
function refuseForeign(name: MapName, device: { readonly uuid: string } | null | undefined): void {
  if (device == null || device.uuid.startsWith(UUID_PREFIX)) return;
  const uuid = JSON.stringify(escapeControl(device.uuid));
  const text = `Device "${name}" is no multipath map: it has uuid ${uuid}, not one that begins with "${UUID_PREFIX}"`;
  throw new PathManagerError('DM_NAME_TAKEN', text, { map: name });
}

function createEmpty(name: MapName, uuid: string): void {
  try {
    devices.create(name, uuid);
  } catch (error) {
    if (hasErrno(error, errno.EBUSY)) throw taken(name, 'its name or uuid has just been taken', error);
    throw error;
  }
}

function taken(name: MapName, why: string, cause?: unknown): PathManagerError {
  return new PathManagerError('DM_NAME_TAKEN', `Cannot create map "${name}": ${why}`, { map: name }, cause);
}

function removeEmpty(name: MapName): void {
  try {
    devices.remove({ name });
  } catch {
    // The failure that led here says more. A map without a table is found and finished or removed at the next start.
  }
}

/** A device that is write-protected refuses to be opened for writing: then the map is read-only as well. */
function load(name: MapName, table: MapTable): void {
  const wanted = { sizeSectors: table.sizeSectors, target: 'multipath', params: printTable(tableFrom(table)) };
  try {
    devices.loadTable({ name }, wanted);
  } catch (error) {
    if (!hasErrno(error, errno.EROFS) && !hasErrno(error, errno.EACCES)) throw error;
    devices.loadTable({ name }, { ...wanted, readOnly: true });
  }
}

/** How to reload. */
export interface ReloadOptions {
  /** The size changes: waits for I/O under way instead of keeping it, as it was checked against the old size. */
  readonly resize?: boolean;
  readonly udev?: readonly UdevFlag[];
}

/**
 * Exchanges a map's table under running I/O. Where the table in use does the same already, nothing happens.
 *
 * A new table begins anew: every path counts as usable, failure counts are 0, no group is bypassed, and the first group
 * is tried first. What was failed or bypassed must be so again by messages.
 * May wait for storage.
 * @throws PathManagerError DM_IOCTL, the old table in use again; DM_SUSPENDED where that could not be had; DM_NAME_TAKEN;
 *   APPLY_PENDING for a change of size while no path is usable, as it would wait for ever
 */
export function reloadMap(name: MapName, table: MapTable, options: ReloadOptions = {}): MapOutcome {
  const present = devices.tableText({ name });
  refuseForeign(name, present?.info);
  if (present !== null && isInUse(present, table)) return 'unchanged';
  const resize = options.resize ?? false;
  if (resize) refuseEndlessFlush(name);
  // The default: upper layers need not look at a map whose size and content are as before.
  const udev = options.udev ?? (resize ? [] : ['RELOAD' as const]);
  load(name, table);
  try {
    devices.resume({ name }, { flush: resize, udev });
  } catch (error) {
    recover(name, asPathManagerError(error));
    throw error;
  }
  if (devices.info({ name })?.suspended === true) recover(name, suspended(name));
  return 'changed';
}

function isInUse(present: devices.DmText, wanted: MapTable): boolean {
  const [target, second] = present.targets;
  if (target === undefined || second !== undefined || target.type !== 'multipath') return false;
  if (present.info.suspended || target.lengthSectors !== wanted.sizeSectors) return false;
  return sameTable(parseTable(target.text), tableFrom(wanted));
}

function refuseEndlessFlush(name: MapName): void {
  const facts = readMap(name);
  const usable = facts?.groups.some((group) => group.paths.some((path) => !path.failed)) ?? true;
  if (usable || facts?.queueIfNoPath !== true) return;
  const text = `Cannot change the size of map "${name}": it has no usable path and its I/O waits; it is tried again later`;
  throw new PathManagerError('APPLY_PENDING', text, { map: name });
}

/** Brings the old table back after a resume that failed, and sees that I/O goes on. */
function recover(name: MapName, cause: PathManagerError): void {
  try {
    makeRun(name);
  } catch (error) {
    throw suspended(name, { resumeErrno: cause.facts['errno'] ?? null }, error);
  }
}

function suspended(name: MapName, facts: ErrorFacts = {}, cause?: unknown): PathManagerError {
  const text = `Map "${name}" is suspended and does not resume, its I/O waits; try "dmsetup resume ${name}"`;
  return new PathManagerError('DM_SUSPENDED', text, { ...facts, map: name }, cause);
}

/**
 * Resumes a map that a killed process left suspended, with the table it has; drops a table that was loaded and never
 * came into use. A map without a table stays as it is. May wait for storage.
 * @throws PathManagerError DM_SUSPENDED, DM_NAME_TAKEN, DM_IOCTL (ENXIO where there is no such map)
 */
export function ensureRunning(name: MapName): MapOutcome {
  const before = devices.info({ name });
  refuseForeign(name, before);
  if (before !== null && !(before.active && (before.suspended || before.inactive))) return 'unchanged';
  makeRun(name);
  return 'changed';
}

function makeRun(name: MapName): void {
  devices.clearTable({ name });
  devices.resume({ name });
  if (devices.info({ name })?.suspended !== false) throw suspended(name);
}

/**
 * Removes a map that nobody has open. I/O that a queueing map still holds fails first, as a removal would wait for it.
 * "unchanged" where there is none. May wait for I/O that is under way.
 * @throws PathManagerError DM_IOCTL: EBUSY where somebody has it open, and then nothing is changed; DM_NAME_TAKEN
 */
export function removeMap(name: MapName): MapOutcome {
  const facts = readMap(name);
  if (facts === null) return 'unchanged';
  refuseForeign(name, facts);
  if (facts.openCount > 0) {
    const text = `Cannot remove map "${name}": it is in use, opened ${facts.openCount} time(s)`;
    throw new PathManagerError('DM_IOCTL', text, { operation: 'remove', map: name, errno: errno.EBUSY });
  }
  if (facts.hasTable && facts.suspended) ensureRunning(name);
  // Read again: while it is suspended with a flush it reads as not queueing (dm-mpath.c, multipath_presuspend).
  const queueing = readMap(name)?.queueIfNoPath ?? false;
  if (queueing) sendMessage(name, { kind: 'fail-if-no-path' });
  try {
    devices.remove({ name });
  } catch (error) {
    if (hasErrno(error, errno.ENXIO)) return 'unchanged';
    if (queueing) sendMessage(name, { kind: 'queue-if-no-path' });
    throw error;
  }
  return 'removed';
}

/**
 * Gives a map another name. "unchanged" where it has that name already.
 * @throws PathManagerError DM_NAME_TAKEN; DM_IOCTL (ENXIO where there is no such map)
 */
export function renameMap(name: MapName, to: MapName): MapOutcome {
  if (name === to) return 'unchanged';
  refuseForeign(name, devices.info({ name }));
  if (devices.info({ name: to }) !== null) {
    const text = `Cannot rename map "${name}": there is another map "${to}"`;
    throw new PathManagerError('DM_NAME_TAKEN', text, { map: name, owner: to });
  }
  devices.rename(name, to);
  return 'changed';
}
