// Where the lab's kernel and tools are: setup unpacked Debian packages, each into a folder of its own; what the system
// has already was not unpacked again.
import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { projectRoot } from '../../support/paths.js';

const cache = join(projectRoot, '.cache/lab');
const packages = join(cache, 'packages');
const systemFolders = [
  '/usr/sbin',
  '/usr/bin',
  '/sbin',
  '/bin',
  '/usr/lib/systemd',
  '/lib/systemd',
  '/usr/lib/udev',
  '/lib/udev',
];

/** The user-mode Linux program; throws when setup did not run. */
export function labKernel(): string {
  const kernel = join(packages, 'user-mode-linux/usr/bin/linux.uml');
  if (!existsSync(kernel)) throw new Error('The lab is not set up: run "node .tools/setup.mjs"');
  return kernel;
}

/** The folder to give to `modprobe -d`: it holds lib/modules/<release>. */
export const labModules = join(cache, 'modules');

/** The absolute path of a program of the lab, the system's or an unpacked one; run an unpacked one with `labLibraries`. */
export function labTool(file: string): string {
  const unpacked = unpackedFolders().flatMap((folder) => systemFolders.map((place) => join(folder, place)));
  const found = [...systemFolders, ...unpacked].map((folder) => join(folder, file)).find((path) => existsSync(path));
  if (found === undefined) throw new Error(`The lab has no "${file}": run "node .tools/setup.mjs"`);
  return found;
}

/** The folders of all unpacked packages that a machine with systemd gets installed: not the lab's kernel, not the rival. */
export function unpackedForMachine(): string[] {
  return unpackedFolders().filter((folder) => !['user-mode-linux', 'multipath-tools'].includes(basename(folder)));
}

/** The value of LD_LIBRARY_PATH for programs of the lab; other programs must not get it. */
export function labLibraries(): string {
  // multipath-tools keeps its own beside the folder of the architecture.
  const places = ['usr/lib/x86_64-linux-gnu', 'lib/x86_64-linux-gnu', 'usr/lib', 'lib'];
  return unpackedFolders()
    .flatMap((folder) => places.map((place) => join(folder, place)))
    .filter((path) => existsSync(path))
    .join(':');
}

/** Files in udev's rule folders, of the system and of the unpacked packages, by name. */
export function udevRules(): ReadonlyMap<string, string> {
  const folders = ['', ...unpackedFolders()].flatMap((folder) =>
    ['usr/lib/udev/rules.d', 'lib/udev/rules.d'].map((place) => join('/', folder, place)),
  );
  const rules = folders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((name) => [name, join(folder, name)] as const));
  return new Map(rules.reverse());
}

function unpackedFolders(): string[] {
  if (!existsSync(packages)) return [];
  return readdirSync(packages)
    .filter((name) => !name.startsWith('.'))
    .map((name) => join(packages, name));
}
