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

/** What the Fibre Channel lab alone needs, apart from the rest: no machine with systemd gets it installed. */
const fcPackages = join(cache, 'fc-packages');

/** The programs of a cluster, apart from the rest as well. */
const clusterPackages = join(cache, 'cluster-packages');

/** The user-mode Linux program; throws when setup did not run. */
export function labKernel(): string {
  const kernel = join(packages, 'user-mode-linux/usr/bin/linux.uml');
  if (!existsSync(kernel)) throw new Error('The lab is not set up: run "node .tools/setup.mjs"');
  return kernel;
}

/** The folder to give to `modprobe -d`: it holds lib/modules/<release>. */
export const labModules = join(cache, 'modules');

export interface FcMachine {
  readonly qemu: string;
  /** What QEMU is to be run with. */
  readonly env: Readonly<Record<string, string>>;
  /** Folders with QEMU's firmware. */
  readonly firmware: readonly string[];
  /** Debian's kernel, its release, and the folder to give to `modprobe -d`. */
  readonly kernel: string;
  readonly release: string;
  readonly modules: string;
  /** A busybox that needs no library. */
  readonly busybox: string;
}

/** The machine of the Fibre Channel lab; throws when setup did not run. */
export function fcMachine(): FcMachine {
  const kernel = foldersOf(fcPackages).find((folder) => basename(folder).startsWith('linux-image-'));
  const qemu = join(fcPackages, 'qemu-system-x86/usr/bin/qemu-system-x86_64');
  if (kernel === undefined || !existsSync(qemu)) throw new Error('The lab is not set up: run "node .tools/setup.mjs"');
  const release = basename(kernel).slice('linux-image-'.length);
  return {
    qemu,
    env: {
      LD_LIBRARY_PATH: librariesIn([...foldersOf(fcPackages), ...unpackedFolders()]),
      QEMU_MODULE_DIR: join(fcPackages, 'qemu-system-common/usr/lib/x86_64-linux-gnu/qemu'),
    },
    firmware: ['qemu-system-data/usr/share/qemu', 'seabios/usr/share/seabios'].map((place) => join(fcPackages, place)),
    kernel: join(kernel, 'boot', `vmlinuz-${release}`),
    release,
    modules: kernel,
    busybox: join(fcPackages, 'busybox-static/bin/busybox'),
  };
}

/** The absolute path of a program of the lab, the system's or an unpacked one; run an unpacked one with `labLibraries`. */
export function labTool(file: string): string {
  const unpacked = unpackedFolders().flatMap((folder) => systemFolders.map((place) => join(folder, place)));
  const found = [...systemFolders, ...unpacked].map((folder) => join(folder, file)).find((path) => existsSync(path));
  if (found === undefined) throw new Error(`The lab has no "${file}": run "node .tools/setup.mjs"`);
  return found;
}

/** The folders of the unpacked packages of a cluster; throws when setup did not run for them. */
export function clusterFolders(): string[] {
  const folders = foldersOf(clusterPackages);
  if (folders.length === 0) throw new Error('The lab has no cluster: run "node .tools/setup.mjs --cluster"');
  return folders;
}

/** The absolute path of a program of those packages; run it with `clusterLibraries`. */
export function clusterTool(file: string): string {
  const places = clusterFolders().flatMap((folder) => systemFolders.map((place) => join(folder, place, file)));
  const found = places.find((path) => existsSync(path));
  if (found === undefined) throw new Error(`The lab's cluster has no "${file}"`);
  return found;
}

/** The value of LD_LIBRARY_PATH for those programs. */
export function clusterLibraries(): string {
  return librariesIn(clusterFolders());
}

/** The folder of an unpacked package; throws when setup did not unpack it. */
export function labPackage(name: string): string {
  const folder = join(packages, name);
  if (!existsSync(folder)) throw new Error(`The lab has not unpacked "${name}": run "node .tools/setup.mjs --bench"`);
  return folder;
}

/** The folders of all unpacked packages that a machine with systemd gets installed: not the lab's kernel, not the rival. */
export function unpackedForMachine(): string[] {
  return unpackedFolders().filter((folder) => !['user-mode-linux', 'multipath-tools'].includes(basename(folder)));
}

/** The value of LD_LIBRARY_PATH for programs of the lab; other programs must not get it. */
export function labLibraries(): string {
  return librariesIn(unpackedFolders());
}

function librariesIn(folders: readonly string[]): string {
  // multipath-tools keeps its own beside the folder of the architecture.
  const places = ['usr/lib/x86_64-linux-gnu', 'lib/x86_64-linux-gnu', 'usr/lib', 'lib'];
  return folders
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
  return foldersOf(packages);
}

function foldersOf(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => !name.startsWith('.'))
    .map((name) => join(folder, name));
}
