/**
 * Keeps the program itself in memory. Its code lies on a disk that may hang when it is needed most, and a page that the
 * kernel has dropped is read again from there.
 *
 * Never mlockall: V8 gives memory back with madvise, which fails on locked pages, and aborts. Only mappings of files are
 * locked; the rest cannot be dropped but only swapped, which the unit forbids (MemorySwapMax=0).
 */
import { readFileSync } from 'node:fs';
import { errno } from './errno.js';
import { prepare } from './prepared.js';

const mlock = prepare('mlock', { result: 'int', arguments: ['pointer', 'long'] });

/** A range of this process's memory, in bytes. */
export interface MemoryRange {
  readonly start: number;
  readonly length: number;
}

export interface LockedMemory {
  readonly ranges: number;
  readonly bytes: number;
  /** Ranges that could not be locked, and the last cause as -errno; ENOMEM is RLIMIT_MEMLOCK, EPERM a missing right. */
  readonly failed: number;
  readonly error: number;
}

/** Locks what the kernel could drop. Never throws: without the right to lock, the daemon goes on as it is. */
export function lockFileMappings(maps = readFileSync('/proc/self/maps', 'latin1')): LockedMemory {
  const result = { ranges: 0, bytes: 0, failed: 0, error: 0 };
  for (const { start, length } of fileMappings(maps)) {
    const code = mlock(start, length);
    // Unmapped since the list was read.
    if (code === -errno.EINVAL) continue;
    if (code < 0) {
      result.failed += 1;
      result.error = code;
      continue;
    }
    result.ranges += 1;
    result.bytes += length;
  }
  return result;
}

const mapping = /^([0-9a-f]+)-([0-9a-f]+) (\S{4}) [0-9a-f]+ \S+ (\d+) +(\/.*)$/;

/** The readable mappings of real files in a text of /proc/PID/maps (proc(5)): not of devices, not of memory that has a name. */
export function fileMappings(maps: string): readonly MemoryRange[] {
  const ranges: MemoryRange[] = [];
  for (const each of maps.split('\n')) {
    const [, from = '', to = '', rights = '', inode = '', file = ''] = mapping.exec(each) ?? [];
    if (!rights.startsWith('r') || inode === '0' || /^\/(dev\/|memfd:|SYSV)/.test(file)) continue;
    const start = parseInt(from, 16);
    ranges.push({ start, length: parseInt(to, 16) - start });
  }
  return ranges;
}
