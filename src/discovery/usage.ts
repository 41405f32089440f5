/** What else uses a disk: file systems, swap, and the block drivers that stack on it. */

import { readFileSync } from 'node:fs';
import { escapeControl } from '../base/text.js';
import { blockHolders, dmIdentity, partition, sdPartitions } from '../sysfs/block.js';
import type { Sysfs } from '../sysfs/sysfs.js';
import type { ClaimObstacle } from './facts.js';

/** What is mounted, swapped on and partitioned now, read once for many disks. */
export interface Usage {
  /** Mount point by device number ("8:1") and by kernel name ("sda1"). */
  readonly mounts: ReadonlyMap<string, string>;
  /** File by kernel name. */
  readonly swaps: ReadonlyMap<string, string>;
  /** Names of partitions by disk. */
  readonly partitions: ReadonlyMap<string, readonly string[]>;
}

/** Use of one disk: the first obstacle found, and the dm devices that hold the disk itself. */
export interface DiskUse {
  readonly obstacle: ClaimObstacle | null;
  readonly holders: readonly string[];
}

/**
 * Reads mounts, swap and partitions. A namespace of our own sees the mounts that reach it; what a container hides is still caught
 * by the kernel, which refuses a dm table over a disk in use.
 * @param procRoot where proc is mounted
 */
export function readUsage(sysfs: Sysfs, procRoot = '/proc'): Usage {
  const mounts = readMounts(readOptional(`${procRoot}/self/mountinfo`));
  for (const [node, by] of btrfsMembers(sysfs)) if (!mounts.has(node)) mounts.set(node, by);
  return { mounts, swaps: readSwaps(readOptional(`${procRoot}/swaps`)), partitions: sdPartitions(sysfs) };
}

/**
 * /proc/self/mountinfo (proc(5)): the third field is the device number, the fifth the mount point; after " - " come
 * type and source. btrfs and overlays have a number of their own there, so that the source counts as well.
 */
function readMounts(text: string): Map<string, string> {
  const mounts = new Map<string, string>();
  for (const line of text.split('\n')) {
    const fields = line.split(' ');
    const [, , device, , point] = fields;
    if (device === undefined || point === undefined) continue;
    const where = escapeControl(point);
    if (!mounts.has(device)) mounts.set(device, where);
    const source = /^\/dev\/([^/]+)$/.exec(fields[fields.indexOf('-') + 2] ?? '')?.[1];
    if (source !== undefined && !mounts.has(source)) mounts.set(source, where);
  }
  return mounts;
}

/** /proc/swaps gives the node that symbolic links led to (mm/swapfile.c, swap_show), which udev names as the kernel does. */
function readSwaps(text: string): Map<string, string> {
  const swaps = new Map<string, string>();
  for (const line of text.split('\n').slice(1)) {
    const file = line.split(/\s/, 1)[0] ?? '';
    const node = /^\/dev\/([^/]+)$/.exec(file)?.[1];
    if (node !== undefined) swaps.set(node, escapeControl(file));
  }
  return swaps;
}

/** Every disk of a mounted btrfs: mountinfo names only one of them (fs/btrfs/sysfs.c). */
function btrfsMembers(sysfs: Sysfs): [node: string, by: string][] {
  return sysfs.list('fs/btrfs').flatMap((id) => {
    const members = sysfs.list(`fs/btrfs/${id}/devices`);
    return members.map((node): [string, string] => [node, `btrfs ${escapeControl(id)}`]);
  });
}

/** Looks at a disk and its partitions. `folder` is the disk's own in sysfs. */
export function diskUse(sysfs: Sysfs, folder: string, node: string, device: string, usage: Usage): DiskUse {
  const holders = blockHolders(sysfs, folder);
  const names = usage.partitions.get(node) ?? [];
  const parts = [{ name: node, devT: device, holders }, ...names.map((name) => partition(sysfs, folder, name))];
  let obstacle: ClaimObstacle | null = null;
  for (const part of parts) obstacle ??= partObstacle(sysfs, part, usage);
  return { obstacle, holders: holders.filter((name) => name.startsWith('dm-')) };
}

function partObstacle(
  sysfs: Sysfs,
  part: { readonly name: string; readonly devT: string | null; readonly holders: readonly string[] },
  usage: Usage,
): ClaimObstacle | null {
  const mounted = usage.mounts.get(part.devT ?? '') ?? usage.mounts.get(part.name);
  if (mounted !== undefined) return { reason: 'mounted', by: mounted };
  const swap = usage.swaps.get(part.name);
  if (swap !== undefined) return { reason: 'swap', by: swap };
  for (const holder of part.holders) {
    const by = stranger(sysfs, holder);
    if (by !== null) return { reason: 'held', by };
  }
  return null;
}

/** Who holds it, as "dm-4 (vg-root)"; null for a multipath map, which is what a path is for. */
function stranger(sysfs: Sysfs, holder: string): string | null {
  if (!holder.startsWith('dm-')) return escapeControl(holder);
  const identity = dmIdentity(sysfs, holder);
  if (identity?.uuid?.startsWith('mpath-')) return null;
  return identity?.name ? `${holder} (${escapeControl(identity.name)})` : holder;
}

function readOptional(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // No swap support, or no proc in a test's tree: then nothing is mounted or swapped on as far as can be known.
    return '';
  }
}
