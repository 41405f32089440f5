// The folder that tells a starting lab what to do: settings.sh, fstab and job.sh for init.sh, and room for its answers.
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { projectRoot } from '../../support/paths.js';
import { labLibraries, labTool, unpackedForMachine } from './cache.js';

/** Folders of the host that are covered in the lab; the project and Node may live below them. */
const covered = ['/run', '/tmp'];

export interface JobOptions {
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly results: string;
  readonly interactive?: boolean;
  /** After this time the lab ends itself. */
  readonly seconds: number;
}

/** One line of an fstab. */
export interface Mount {
  readonly source?: string;
  readonly target: string;
  readonly type: string;
  readonly options: string;
}

/** What a lab differs in from the others. */
export interface LabKind {
  /** The script that becomes its first process, by absolute path. */
  readonly init: string;
  /** What `modprobe -d` gets: a folder with lib/modules/<release>. */
  readonly modules: string;
  /** Modules that it always has; others are loaded by whoever needs them, with /run/lab/modprobe. */
  readonly loaded: readonly string[];
  /** Where the command finds its results folder. */
  readonly results: string;
  /** Shell commands that make storage before anything is started. */
  readonly storage?: readonly string[];
  /** A folder of the host in the lab: the job and the results, which the lab writes to, and folders that it covers. */
  readonly mount: (what: 'job' | 'results' | 'covered', path: string, target: string) => Mount;
}

/** Writes the folder and gives its path; the caller removes it when the lab has ended. */
export function prepareJob(kind: LabKind, options: JobOptions): string {
  // The kernel's command line is cut at spaces.
  const parent = /\s/.test(tmpdir()) ? '/tmp' : tmpdir();
  const job = mkdtempSync(join(parent, 'pathmanager-lab-'));
  copyFileSync(kind.init, join(job, 'init.sh'));
  chmodSync(join(job, 'init.sh'), 0o755);
  writeFileSync(join(job, 'settings.sh'), settings(kind, options));
  writeFileSync(join(job, 'fstab'), fstab(kind, job, resolve(options.results)));
  writeFileSync(join(job, 'job.sh'), script(kind, options));
  writeFileSync(join(job, 'storage.sh'), (kind.storage ?? []).map((line) => `${line}\n`).join(''));
  return job;
}

function settings(kind: LabKind, options: JobOptions): string {
  const values = {
    LAB_MODPROBE: labTool('modprobe'),
    LAB_LIBRARIES: labLibraries(),
    LAB_MODULES: kind.modules,
    LAB_MODULE_NAMES: kind.loaded.join(' '),
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

function fstab(kind: LabKind, job: string, results: string): string {
  const mounts: Mount[] = [
    { type: 'tmpfs', target: '/tmp', options: 'mode=1777' },
    { type: 'tmpfs', target: '/dev/shm', options: 'mode=1777,X-mount.mkdir' },
    { type: 'devpts', target: '/dev/pts', options: 'X-mount.mkdir' },
    { type: 'configfs', target: '/sys/kernel/config', options: 'defaults' },
    kind.mount('job', job, '/run/lab/job'),
    kind.mount('results', results, '/run/lab/results'),
    ...[...hiddenFolders()].map((path) => kind.mount('covered', path, path)),
    ...['/etc', '/var'].map(overlay),
  ];
  return mounts
    .map(({ source = 'none', target, type, options }) =>
      [source, target, type, options].map(escapeField).join(' ').concat('\n'),
    )
    .join('');
}

/** A writable view of a folder of the host; init.sh makes the folders below /run. */
function overlay(path: string): Mount {
  const layers = `/run/lab/overlay${path}`;
  return {
    type: 'overlay',
    target: path,
    options: `lowerdir=${path},upperdir=${layers}/upper,workdir=${layers}/work`,
  };
}

/** What the lab needs to see and would not, because a tmpfs of its own covers it. */
function hiddenFolders(): Set<string> {
  const needed = [projectRoot, dirname(dirname(process.execPath))];
  return new Set(needed.filter((path) => covered.some((folder) => path.startsWith(`${folder}/`))));
}

function script(kind: LabKind, options: JobOptions): string {
  const exported = Object.entries({
    LAB: '1',
    LAB_RESULTS: kind.results,
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
