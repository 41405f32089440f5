// The Debian packages that a story installs, and dpkg as an administrator runs it.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** "next" is the same with a higher version. */
export type PackageRole = 'current' | 'next';

/** The file of a package. The host names the folder that has one for each in an environment variable. */
export function packageFile(role: PackageRole): string {
  const folder = join(process.env['LAB_PACKAGES'] ?? '', role);
  const file = readdirSync(folder).find((name) => name.endsWith('.deb'));
  if (file === undefined) throw new Error(`There is no package in "${folder}"`);
  return join(folder, file);
}

/** Runs dpkg, with a database of this machine's own and nobody to answer questions; gives what it said, throws where it fails. */
export function dpkg(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync('dpkg', ['--admindir=/lab/dpkg', '--force-unsafe-io', ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (status !== 0) throw new Error(`dpkg ${args.join(' ')} failed:\n${stdout}${stderr}`);
  return stdout + stderr;
}
