/** Sysfs attributes read in the fewest system calls: some are read before each command. */

import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';

const text = Buffer.alloc(256);

/** An attribute's text without its line end; null where it cannot be read. */
export function attribute(folder: string, name: string): string | null {
  try {
    const fd = openSync(join(folder, name), 'r');
    try {
      return text.toString('latin1', 0, readSync(fd, text, 0, text.length, null)).trim();
    } finally {
      closeSync(fd);
    }
  } catch {
    return null;
  }
}

/** An attribute that is a number; 0 where it is missing or none. */
export function count(folder: string, name: string): number {
  const value = Number(attribute(folder, name));
  return Number.isFinite(value) ? value : 0;
}
