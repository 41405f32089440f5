/** Block devices in sysfs: a disk, its partitions, what holds them, and its I/O counters. */

import { devT, sectors } from '../base/ids.js';
import type { DevT, Sectors } from '../base/ids.js';
import type { Sysfs } from './sysfs.js';

/** Counters of Documentation/block/stat.rst since the device appeared. Sectors are of 512 bytes. */
export interface IoCounters {
  readonly reads: number;
  readonly sectorsRead: number;
  /** Milliseconds that all reads together took, waiting included. */
  readonly readMs: number;
  readonly writes: number;
  readonly sectorsWritten: number;
  readonly writeMs: number;
  /** Requests given to the driver and not yet completed. */
  readonly inFlight: number;
  /** Milliseconds during which the device had a request in flight. */
  readonly ioTicks: number;
}

/** A partition that the kernel has found on a disk. */
export interface Partition {
  readonly name: string;
  readonly devT: DevT | null;
  readonly holders: readonly string[];
}

const DEVICE_NUMBER = /^\d{1,4}:\d{1,7}$/;

/**
 * The folder of a block device below the root, as "devices/.../block/sda": one readlink of /sys/block/sda gives its
 * whole place in the device tree. Null where there is no such device.
 */
export function blockFolder(sysfs: Sysfs, node: string): string | null {
  const target = sysfs.link(`block/${node}`);
  return target !== null && /^\.\.\/devices\/(?!.*\/\.\.\/)/.test(target) ? target.slice('../'.length) : null;
}

/** Numbers of a disk. */
export interface DiskNumbers {
  readonly devT: DevT;
  /**
   * The kernel's number of this very disk, never given twice (block/genhd.c, 5.15 and later): tells a disk that came back
   * under the same name from the one that was there before. Null where the kernel gives none.
   */
  readonly sequence: number | null;
}

/** Reads the numbers of a disk from its `uevent` attribute, which has both in one read; null where it is gone. */
export function diskNumbers(sysfs: Sysfs, folder: string): DiskNumbers | null {
  const text = sysfs.text(`${folder}/uevent`) ?? '';
  const numberOf = (key: string): string => new RegExp(`^${key}=(\\d{1,15})$`, 'm').exec(text)?.[1] ?? '';
  const number = `${numberOf('MAJOR')}:${numberOf('MINOR')}`;
  if (!DEVICE_NUMBER.test(number)) return null;
  const sequence = numberOf('DISKSEQ');
  return { devT: devT(number), sequence: sequence === '' ? null : Number(sequence) };
}

/** Device number of a block device or partition, by its folder. */
export function blockDevT(sysfs: Sysfs, folder: string): DevT | null {
  const text = sysfs.text(`${folder}/dev`);
  return text !== null && DEVICE_NUMBER.test(text) ? devT(text) : null;
}

/** Capacity; `size` counts 512-byte sectors whatever the logical block size (block/genhd.c, part_size_show). */
export function blockSize(sysfs: Sysfs, folder: string): Sectors | null {
  const size = sysfs.number(`${folder}/size`);
  return size === null ? null : sectors(size);
}

/** Names of the block devices that hold this one (dm-3, md0, bcache0). */
export function blockHolders(sysfs: Sysfs, folder: string): readonly string[] {
  return sysfs.list(`${folder}/holders`);
}

/** Names of all partitions of disks of the sd driver, by disk: one list instead of one for each disk. */
export function sdPartitions(sysfs: Sysfs): ReadonlyMap<string, readonly string[]> {
  const partitions = new Map<string, string[]>();
  for (const name of sysfs.list('class/block')) {
    const disk = /^(sd[a-z]+)\d+$/.exec(name)?.[1];
    if (disk === undefined) continue;
    const others = partitions.get(disk);
    if (others === undefined) partitions.set(disk, [name]);
    else others.push(name);
  }
  return partitions;
}

/** A partition by its disk's folder and its name. */
export function partition(sysfs: Sysfs, diskFolder: string, name: string): Partition {
  const folder = `${diskFolder}/${name}`;
  return { name, devT: blockDevT(sysfs, folder), holders: blockHolders(sysfs, folder) };
}

/** I/O counters of a device by its device number; null where it is gone or the kernel writes something else. */
export function ioCountersOf(sysfs: Sysfs, device: DevT): IoCounters | null {
  return countersOf(sysfs.text(`dev/block/${device}/stat`) ?? '');
}

/** I/O counters from the text of a `stat` attribute; null where it is something else. */
export function countersOf(stat: string): IoCounters | null {
  const fields = stat.split(/\s+/).map(Number);
  const [reads, , sectorsRead, readMs, writes, , sectorsWritten, writeMs, inFlight, ioTicks] = fields;
  if (reads === undefined || sectorsRead === undefined || readMs === undefined) return null;
  if (writes === undefined || sectorsWritten === undefined || writeMs === undefined) return null;
  if (inFlight === undefined || ioTicks === undefined || !fields.every(Number.isFinite)) return null;
  return { reads, sectorsRead, readMs, writes, sectorsWritten, writeMs, inFlight, ioTicks };
}

/** Name and uuid of a device-mapper device ("dm-3"); null where there is none. Empty texts are null. */
export function dmIdentity(sysfs: Sysfs, node: string): { name: string | null; uuid: string | null } | null {
  const name = sysfs.text(`block/${node}/dm/name`);
  const uuid = sysfs.text(`block/${node}/dm/uuid`);
  if (name === null && uuid === null) return null;
  return { name: name === '' ? null : name, uuid: uuid === '' ? null : uuid };
}
