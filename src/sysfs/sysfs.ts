/** Reads and writes attributes of sysfs. What has vanished is null and never an exception. */

import { closeSync, existsSync, openSync, readdirSync, readlinkSync, readSync, writeSync } from 'node:fs';
import { PathManagerError } from '../base/errors.js';

/** A text attribute is at most one page (sysfs_emit); 64 KiB is the largest page of any architecture. */
const TEXT_BYTES = 65536;
/** The longest binary attribute that we read: a VPD page with its 4-byte header (SPC-4 7.8.1, 16-bit page length). */
export const VPD_PAGE_BYTES = 65535 + 4;
/** A read that gives less than the smallest page has given all (fs/kernfs/file.c: at most one page a call). */
const SMALLEST_PAGE = 4096;

/**
 * What the kernel answers for an attribute of a device that is going, or that has no such thing: all mean "not there".
 * Anything else (EMFILE, EACCES, ENOMEM ...) is a trouble of ours: taken for absence it would make us drop good paths.
 */
const ABSENT: ReadonlySet<string> = new Set([
  'ENOENT',
  'ENOTDIR',
  'ENODEV',
  'ENXIO',
  'EINVAL',
  'EIO',
  'ENODATA',
  'EOPNOTSUPP',
  'ENOTSUP',
  'EBUSY',
]);

/** Sysfs under a root that tests may put elsewhere. Paths are relative to the root, without a leading slash. */
export class Sysfs {
  readonly root: string;
  readonly #buffer = Buffer.alloc(VPD_PAGE_BYTES + 1);

  constructor(root = '/sys') {
    this.root = root;
  }

  /** A text attribute without the blanks round it; null where there is none. Text of devices comes unescaped. */
  text(path: string): string | null {
    const length = this.#read(path, TEXT_BYTES);
    return length === null ? null : this.#buffer.toString('latin1', 0, length).trim();
  }

  /** A text attribute that is a decimal number from 0; null where there is none or it is something else. */
  number(path: string): number | null {
    const text = this.text(path);
    return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;
  }

  /**
   * A binary attribute; null where there is none, and where it is empty (a page that the device does not have).
   * @param limit the most bytes it may have, up to VPD_PAGE_BYTES
   * @throws PathManagerError SCSI_MALFORMED where it has more
   */
  binary(path: string, limit: number): Buffer | null {
    const length = this.#read(path, limit);
    return length === null || length === 0 ? null : Buffer.from(this.#buffer.subarray(0, length));
  }

  /** Where a symbolic link points, as it is written; null where there is none. */
  link(path: string): string | null {
    return orAbsent(path, () => readlinkSync(`${this.root}/${path}`));
  }

  /** Names in a folder, in the order of the kernel; empty where there is none. */
  list(path: string): readonly string[] {
    return orAbsent(path, () => readdirSync(`${this.root}/${path}`)) ?? [];
  }

  /** True where there is such a file or folder. */
  exists(path: string): boolean {
    return existsSync(`${this.root}/${path}`);
  }

  /**
   * Sets an attribute. Can block where the driver does: never for a path that may hang.
   * @throws PathManagerError SYSCALL with `code`
   */
  write(path: string, text: string): void {
    try {
      const fd = openSync(`${this.root}/${path}`, 'w');
      try {
        writeSync(fd, text);
      } finally {
        closeSync(fd);
      }
    } catch (error) {
      throw failure(`write ${JSON.stringify(text)} to`, path, error);
    }
  }

  /** Length of what was read into the buffer. Few system calls, as a dozen attributes of a thousand devices are read. */
  #read(path: string, limit: number): number | null {
    return orAbsent(path, () => {
      const fd = openSync(`${this.root}/${path}`, 'r');
      try {
        return this.#fill(fd, path, limit);
      } finally {
        closeSync(fd);
      }
    });
  }

  #fill(fd: number, path: string, limit: number): number {
    for (let length = 0; ;) {
      const count = readSync(fd, this.#buffer, length, limit + 1 - length, null);
      length += count;
      if (length > limit) {
        throw new PathManagerError('SCSI_MALFORMED', `Attribute "${path}" has more than ${limit} bytes`, {
          path,
          limit,
        });
      }
      if (count < SMALLEST_PAGE) return length;
    }
  }
}

function orAbsent<T>(path: string, run: () => T): T | null {
  try {
    return run();
  } catch (error) {
    if (error instanceof PathManagerError) throw error;
    if (isAbsent(error)) return null;
    throw failure('read', path, error);
  }
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';
}

function isAbsent(error: unknown): boolean {
  return ABSENT.has(errorCode(error));
}

function failure(operation: string, path: string, error: unknown): PathManagerError {
  const code = errorCode(error);
  return new PathManagerError(
    'SYSCALL',
    `Cannot ${operation} sysfs "${path}": kernel returned ${code}`,
    { path, code },
    error,
  );
}
