// Boots user-mode Linux for one command: a real kernel as an ordinary process, its root the host's files, read-only.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  describeFailure,
  LabError,
  resultOf,
  runKernel,
  type LabOptions,
  type LabResult,
} from '../host/kernel-process.js';
import { labKernel, labModules } from '../host/cache.js';
import { memoryFolder, prepareJob, type LabKind } from '../host/job.js';
import { projectRoot } from '../../support/paths.js';
import { onOneCpu } from './one-cpu.js';

export interface UmlOptions extends LabOptions {
  /** Gets the process group of the lab's kernel and of all that runs in it, as the host has them. */
  readonly onStart?: (group: number) => void;
  /** Boots a whole systemd with a package installed, which then runs the command. */
  readonly systemd?: SystemdOptions;
}

export interface SystemdOptions {
  /** The machine's own disk, a file with an empty ext4 file system at first: what a boot leaves there the next one finds. */
  readonly rootDisk: string;
  /** Files of the host that are the machine's /dev/ubdb, /dev/ubdc and so on. */
  readonly disks: readonly string[];
  /** Shell commands that make storage before systemd starts, as on any machine; `modprobe_all` loads modules. */
  readonly storage: readonly string[];
}

/** Runs a command in a lab of its own. Rejects with LabError when the lab does not start, panics or takes too long. */
export async function bootUml(options: UmlOptions): Promise<LabResult> {
  const started = performance.now();
  const { command, timeoutMs = 120_000, memoryMb = 1024, interactive = false } = options;
  const kernel = labKernel();
  mkdirSync(options.results, { recursive: true });
  const job = prepareJob(labKind(options.systemd), { ...options, seconds: Math.ceil(timeoutMs / 1000) + 5 });
  try {
    const [program = '', ...args] = [...onOneCpu(kernel), kernel, ...kernelArgs(job, memoryMb, options)];
    const { onConsole, onStart } = options;
    const env = { TMPDIR: memoryFolder(memoryMb), HOME: job, PATH: process.env['PATH'] };
    const run = await runKernel({ program, args, env, job, interactive, onConsole, onStart }, timeoutMs);
    const kernelLog = run.stderr;
    writeFileSync(join(options.results, 'kernel.log'), kernelLog);
    const result = run.timedOut ? undefined : resultOf(job, kernelLog, started);
    const needs = `ptrace and a writable, executable ${memoryFolder(0)}`;
    if (result === undefined) throw new LabError(describeFailure(run, kernelLog, { command, timeoutMs, needs }));
    return result;
  } finally {
    rmSync(job, { recursive: true, force: true });
  }
}

function labKind(systemd: SystemdOptions | undefined): LabKind {
  return {
    init: join(projectRoot, 'test/lab/uml', systemd === undefined ? 'init.sh' : 'init-systemd.sh'),
    modules: labModules,
    loaded: [
      ...['overlay', 'configfs', 'loop', 'sg', 'sd_mod'],
      ...['dm-multipath', 'dm-round-robin', 'dm-queue-length', 'dm-service-time'],
      ...['target_core_mod', 'target_core_file', 'tcm_loop'],
    ],
    results: systemd === undefined ? '/run/lab/results' : '/lab/results',
    storage: systemd?.storage ?? [],
    mount: (what, path, target) => ({
      type: 'hostfs',
      target,
      options: what === 'covered' ? `ro,X-mount.mkdir,${path}` : `X-mount.mkdir,${path}`,
    }),
  };
}

function kernelArgs(job: string, memoryMb: number, { interactive = false, systemd }: UmlOptions): readonly string[] {
  const args = [
    `mem=${memoryMb}M`,
    'root=98:0 rootfstype=hostfs rootflags=/ ro',
    // The command's console is terminal 0, on standard output; the kernel's is terminal 1, on standard error, where a
    // panic still gets out.
    `con=null con0=${interactive ? 'fd:0' : 'null'},fd:1 con1=null,fd:2 console=tty1 ssl=null ignore_loglevel`,
    `uml_dir=${job} umid=lab init=${job}/init.sh LAB_JOB=${job}`,
    // Half a thousand terminals of a time long gone, each of which udev would look at.
    'pty.legacy_count=0',
    ...disksOf(systemd),
  ];
  return args.join(' ').split(' ');
}

/** The disks of user-mode Linux: the machine's own, then those of the array. */
function disksOf(systemd: SystemdOptions | undefined): string[] {
  const files = systemd === undefined ? [] : [systemd.rootDisk, ...systemd.disks];
  return files.map((file, index) => `ubd${String.fromCharCode('a'.charCodeAt(0) + index)}=${file}`);
}
