/** Reads what sysfs knows of disks: each one is a path with its facts, or is skipped with a reason. */

import { hasCode } from '../base/errors.js';
import { pathKey } from '../base/ids.js';
import type { Wwid } from '../base/ids.js';
import { decodeStandardInquiry } from '../scsi/inquiry.js';
import { decodeUnitSerial, targetPortFromVpd83, wwidFromSysfsText, wwidFromVpd83 } from '../scsi/vpd.js';
import type { TargetPort } from '../scsi/vpd.js';
import { blockFolder, blockSize, diskNumbers } from '../sysfs/block.js';
import type { DiskNumbers } from '../sysfs/block.js';
import { scsiPlace } from '../sysfs/place.js';
import type { ScsiPlace } from '../sysfs/place.js';
import { accessState, genericName, inquiryData, sdevState, vpdPage } from '../sysfs/scsi-device.js';
import type { SdevState } from '../sysfs/scsi-device.js';
import type { Sysfs } from '../sysfs/sysfs.js';
import { isDiskName } from './classify.js';
import type { PathFacts } from './facts.js';
import type { SkippedDisk, SkipReason } from './inputs.js';
import { distinctKey, KnownPaths } from './known-paths.js';
import { pathEnds } from './ports.js';
import { diskUse, readUsage } from './usage.js';
import type { Usage } from './usage.js';

/** A disk that is a path. */
export interface PathReading {
  readonly kind: 'path';
  readonly facts: PathFacts;
  /** See DiskNumbers. */
  readonly sequence: number | null;
}

/** What is known of one disk: it is a path, it is none, or it is not there (any more). */
export type Reading =
  | PathReading
  | { readonly kind: 'skipped'; readonly disk: SkippedDisk; readonly sequence: number | null }
  | { readonly kind: 'absent' };

/**
 * Reads one disk, as "sda". A dozen reads of sysfs; sends nothing to the device and does not open it.
 * @throws PathManagerError SYSCALL where we cannot read (no descriptors left, no right), never for a device that is going
 */
export function readPath(sysfs: Sysfs, node: string, usage: Usage): Reading {
  const folder = blockFolder(sysfs, node);
  const numbers = folder === null ? null : diskNumbers(sysfs, folder);
  if (folder === null || numbers === null) return { kind: 'absent' };
  const place = scsiPlace(folder);
  if (place === null) return skipped(node, numbers, 'not-scsi', 'it hangs on no SCSI host');
  if (place.usb) return skipped(node, numbers, 'usb', 'USB disks have one path');
  const state = sdevState(sysfs, place.deviceFolder);
  // The disk is taken down behind the device that is being removed.
  if (state === null || state === 'cancel' || state === 'deleted') return { kind: 'absent' };
  try {
    return readDisk({ sysfs, node, folder, numbers, place, state, usage });
  } catch (error) {
    if (!hasCode(error, 'SCSI_MALFORMED')) throw error;
    return skipped(node, numbers, 'bad-identity', error.message);
  }
}

/** Reads all disks, in the order of their names. */
export function scanPaths(sysfs: Sysfs, procRoot?: string): { paths: PathFacts[]; skipped: SkippedDisk[] } {
  const usage = readUsage(sysfs, procRoot);
  const known = new KnownPaths();
  const skips: SkippedDisk[] = [];
  for (const node of diskNames(sysfs)) {
    const reading = readPath(sysfs, node, usage);
    if (reading.kind === 'path') known.set(distinctKey(reading.facts, known));
    if (reading.kind === 'skipped') skips.push(reading.disk);
  }
  return { paths: known.list(), skipped: skips };
}

/** Names of all disks of the sd driver: sda to sdz before sdaa. The kernel lists them in no order. */
export function diskNames(sysfs: Sysfs): string[] {
  return sysfs.list('block').filter(isDiskName).sort(byDiskName);
}

export function byDiskName(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}

interface Disk {
  readonly sysfs: Sysfs;
  readonly node: string;
  readonly folder: string;
  readonly numbers: DiskNumbers;
  readonly place: ScsiPlace;
  readonly state: SdevState;
  readonly usage: Usage;
}

function readDisk({ sysfs, node, folder, numbers, place, state, usage }: Disk): Reading {
  const device = numbers.devT;
  const skip = (reason: SkipReason, detail: string): Reading => skipped(node, numbers, reason, detail);
  const data = inquiryData(sysfs, place.deviceFolder);
  if (data === null) return skip('unreadable', 'sysfs has no INQUIRY data of it');
  const inquiry = decodeStandardInquiry(data);
  if (inquiry.qualifier !== 0) return skip('not-connected', `peripheral qualifier is ${inquiry.qualifier}, wanted 0`);
  if (inquiry.deviceType !== 0) return skip('not-disk', `peripheral device type is ${inquiry.deviceType}, wanted 0`);
  const size = blockSize(sysfs, folder);
  if (size === null || size === 0) return skip('no-capacity', 'its size is 0');
  const page = vpdPage(sysfs, place.deviceFolder, '83');
  const wwid = page === null ? wwidWithoutPage(sysfs, place) : wwidFromVpd83(page);
  if (wwid === null) return skip('no-identity', 'it has neither VPD page 83h nor a WWID');

  const port: TargetPort = page === null ? { name: null, group: null, relative: null } : targetPortFromVpd83(page);
  const ends = pathEnds(sysfs, place, port.name);
  const use = diskUse(sysfs, folder, node, device, usage);
  const facts: PathFacts = {
    devT: device,
    node,
    sg: genericName(sysfs, place.deviceFolder),
    number: place.number,
    key: pathKey(ends.initiator, ends.target, place.lun),
    wwid,
    sizeSectors: size,
    vendor: inquiry.vendor,
    product: inquiry.product,
    revision: inquiry.revision,
    serial: serialOf(sysfs, place),
    transport: ends.transport,
    initiatorPort: ends.initiator,
    targetPort: ends.target,
    remotePort: place.remotePort,
    portGroup: port.group,
    relativePort: port.relative,
    access: accessState(sysfs, place.deviceFolder),
    state,
    obstacle: use.obstacle,
    holders: use.holders,
  };
  return { kind: 'path', facts, sequence: numbers.sequence };
}

/** Empty where there is none, also where page 80h is broken: the serial is for people, nothing is decided by it. */
function serialOf(sysfs: Sysfs, place: ScsiPlace): string {
  try {
    const page = vpdPage(sysfs, place.deviceFolder, '80');
    return page === null ? '' : decodeUnitSerial(page);
  } catch (error) {
    if (!hasCode(error, 'SCSI_MALFORMED')) throw error;
    return '';
  }
}

function wwidWithoutPage(sysfs: Sysfs, place: ScsiPlace): Wwid | null {
  const text = sysfs.text(`${place.deviceFolder}/wwid`);
  return text === null || text === '' ? null : wwidFromSysfsText(text);
}

function skipped(node: string, { devT, sequence }: DiskNumbers, reason: SkipReason, detail: string): Reading {
  return { kind: 'skipped', disk: { node, devT, reason, detail }, sequence };
}
