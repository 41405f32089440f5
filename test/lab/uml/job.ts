// The folder that tells a starting lab what to do: settings.sh, fstab and job.sh for init.sh, and room for its answers.
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { projectRoot } from '../../support/paths.js';
import { labLibraries, labModules, labTool, unpackedForMachine } from './cache.js';

/** What each lab has loaded; other modules are loaded by whoever needs them, with /run/lab/modprobe. */
const modules = [
  'overlay configfs loop sg sd_mod',
  'dm-multipath dm-round-robin dm-queue-length dm-service-time',
  'target_core_mod target_core_file tcm_loop',
].join(' ');

/** Folders of the host that are covered in the lab; the project and Node may live below them. */
const covered = ['/run', '/tmp'];

export interface JobOptions {
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly results: string;
  readonly interactive?: boolean;
  /** Boots a whole systemd, which then runs the command. */
  readonly systemd?: SystemdOptions;
  /** After this time the lab ends itself. */
  readonly seconds: number;
}

export interface SystemdOptions {
  /** The machine's own disk, a file with an empty ext4 file system at first: what a boot leaves there the next one finds. */
  readonly rootDisk: string;
  /** Files of the host that are the machine's /dev/ubdb, /dev/ubdc and so on. */
  readonly disks: readonly string[];
  /** Shell commands that make storage before systemd starts, as on any machine; `modprobe_all` loads modules. */
  readonly storage: readonly string[];
}

/** Writes the folder and gives its path; the caller removes it when the lab has ended. */
export function prepareJob(options: JobOptions): string {
  // The kernel's command line is cut at spaces.
  const parent = /\s/.test(tmpdir()) ? '/tmp' : tmpdir();
  const job = mkdtempSync(join(parent, 'pathmanager-lab-'));
  const init = options.systemd === undefined ? 'init.sh' : 'init-systemd.sh';
  copyFileSync(join(projectRoot, 'test/lab/uml', init), join(job, 'init.sh'));
  chmodSync(join(job, 'init.sh'), 0o755);
  writeFileSync(join(job, 'settings.sh'), settings(options));
  writeFileSync(join(job, 'fstab'), fstab(job, resolve(options.results)));
  writeFileSync(join(job, 'job.sh'), script(options));
  writeFileSync(join(job, 'storage.sh'), (options.systemd?.storage ?? []).map((line) => `${line}\n`).join(''));
  return job;
}

function settings(options: JobOptions): string {
  const values = {
    LAB_MODPROBE: labTool('modprobe'),
    LAB_LIBRARIES: labLibraries(),
    LAB_MODULES: labModules,
    LAB_MODULE_NAMES: modules,
    LAB_SECONDS: String(options.seconds),
    LAB_NODE: process.execPath,
    LAB_RESULTS_FOLDER: resolve(options.results),
    LAB_PACKAGES: unpackedForMachine().join(' '),
    LAB_INTERACTIVE: options.interactive === true ? '1' : '0',
  };
  return Object.entries(values)
    .map(([name, value]) => `${name}=${quote(value)}\n`)
    .join('');
}

function fstab(job: string, results: string): string {
  const mounts: [type: string, target: string, options: string][] = [
    ['tmpfs', '/tmp', 'mode=1777'],
    ['tmpfs', '/dev/shm', 'mode=1777,X-mount.mkdir'],
    ['devpts', '/dev/pts', 'X-mount.mkdir'],
    ['configfs', '/sys/kernel/config', 'defaults'],
    ['hostfs', '/run/lab/job', `X-mount.mkdir,${job}`],
    ['hostfs', '/run/lab/results', `X-mount.mkdir,${results}`],
    ...[...hiddenFolders()].map((path): [string, string, string] => ['hostfs', path, `ro,X-mount.mkdir,${path}`]),
    ...['/etc', '/var'].map(overlay),
  ];
  return mounts
    .map(([type, target, options]) => `none ${escapeField(target)} ${type} ${escapeField(options)}\n`)
    .join('');
}

/** A writable view of a folder of the host; init.sh makes the folders below /run. */
function overlay(path: string): [string, string, string] {
  const layers = `/run/lab/overlay${path}`;
  return ['overlay', path, `lowerdir=${path},upperdir=${layers}/upper,workdir=${layers}/work`];
}

/** What the lab needs to see and would not, because a tmpfs of its own covers it. */
function hiddenFolders(): Set<string> {
  const needed = [projectRoot, dirname(dirname(process.execPath))];
  return new Set(needed.filter((path) => covered.some((folder) => path.startsWith(`${folder}/`))));
}

function script(options: JobOptions): string {
  const exported = Object.entries({
    LAB: '1',
    LAB_RESULTS: options.systemd === undefined ? '/run/lab/results' : '/lab/results',
    NODE: process.execPath,

    ...(process.stdout.isTTY
      ? { TERM: process.env['TERM'] ?? 'linux', COLUMNS: String(process.stdout.columns) }
      : { TERM: 'dumb', NO_COLOR: '1' }),
    ...options.env,
  }).map(([name, value]) => `export ${name}=${quote(value)}\n`);
  return [
    // The kernel's unknown parameters, which it hands on.
    'unset mem uml_dir LAB_JOB\n',
    ...exported,
    `PATH=${quote(dirname(process.execPath))}:$PATH\n`,
    `cd ${quote(options.cwd ?? projectRoot)} || exit 127\n`,
    `exec ${options.command.map(quote).join(' ')}\n`,
  ].join('');
}

/** Where user-mode Linux keeps the memory of the lab as a file: in memory where the system has the room, executable. */
export function memoryFolder(memoryMb: number): string {
  const mount = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .find((fields) => fields[1] === '/dev/shm');
  if (mount?.[2] !== 'tmpfs' || (mount[3] ?? '').split(',').includes('noexec')) return tmpdir();
  const { bavail, bsize } = statfsSync('/dev/shm');
  return bavail * bsize > memoryMb * 1024 * 1024 ? '/dev/shm' : tmpdir();
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function escapeField(text: string): string {
  return text.replaceAll('\\', '\\134').replaceAll(' ', '\\040').replaceAll('\t', '\\011');
}
