import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The product's name as `getver` prints it. */
export const productName = 'Storage PathManager for Linux';

let found: string | null = null;

/** The version from package.json, the one place that has it. */
export function productVersion(): string {
  found ??= readVersion(import.meta.dirname);
  return found;
}

function readVersion(folder: string): string {
  try {
    const content = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version?: unknown };
    return typeof content.version === 'string' ? content.version : 'unknown';
  } catch {
    // Not here: the compiled tree puts this file some folders below.
    const parent = dirname(folder);
    return parent === folder ? 'unknown' : readVersion(parent);
  }
}
