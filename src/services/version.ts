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
  const version = versionIn(join(folder, 'package.json'));
  const parent = dirname(folder);
  // Not here: the compiled tree puts this file some folders below, and has a package.json of its own without a version.
  return version ?? (parent === folder ? 'unknown' : readVersion(parent));
}

function versionIn(file: string): string | null {
  try {
    const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version?: unknown };
    return typeof version === 'string' ? version : null;
  } catch {
    return null;
  }
}
