// Boots Debian's kernel in QEMU, without hardware help, for one command: the lab that has Fibre Channel. Its root is the
// host's files, read-only.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { projectRoot } from '../../support/paths.js';
import { fcMachine, type FcMachine } from '../host/cache.js';
import { prepareJob, type LabKind } from '../host/job.js';
import {
  describeFailure,
  LabError,
  resultOf,
  runKernel,
  type LabOptions,
  type LabResult,
} from '../host/kernel-process.js';
import { makeInitramfs } from './initramfs.js';

/** As bootUml. */
export async function bootFc(options: LabOptions): Promise<LabResult> {
  const started = performance.now();
  const { command, timeoutMs = 120_000, interactive = false, onConsole } = options;
  const machine = fcMachine();
  const results = resolve(options.results);
  mkdirSync(results, { recursive: true });
  const job = prepareJob(labKind(machine), { ...options, seconds: Math.ceil(timeoutMs / 1000) + 5 });
  try {
    const log = join(job, 'kernel.log');
    const places = { job, results, log, initramfs: makeInitramfs(machine, job) };
    const args = machineArgs(machine, places, options.memoryMb ?? defaultMemoryMb);
    const env = { ...machine.env, PATH: process.env['PATH'] };
    const run = await runKernel({ program: machine.qemu, args, env, job, interactive, onConsole }, timeoutMs);
    // Whole where the lab came to its end; otherwise what it said at once.
    const kernelLog = (readLog(join(job, 'dmesg')) || readLog(log)) + run.stderr;
    writeFileSync(join(results, 'kernel.log'), kernelLog);
    const result = run.timedOut ? undefined : resultOf(job, kernelLog, started);
    const needs = `${options.memoryMb ?? defaultMemoryMb} MiB of memory`;
    if (result === undefined) throw new LabError(describeFailure(run, kernelLog, { command, timeoutMs, needs }));
    return result;
  } finally {
    rmSync(job, { recursive: true, force: true });
  }
}

const defaultMemoryMb = 2048;

interface Places {
  readonly job: string;
  readonly results: string;
  readonly log: string;
  readonly initramfs: string;
}

function machineArgs(
  machine: FcMachine,
  { job, results, log, initramfs }: Places,
  memoryMb: number,
): readonly string[] {
  const share = (tag: string, path: string, access: string): string[] => [
    ...['-fsdev', `local,id=${tag},path=${path},security_model=none,${access}`],
    ...['-device', `virtio-9p-pci,fsdev=${tag},mount_tag=${tag}`],
  ];
  return [
    ...machine.firmware.flatMap((folder) => ['-L', folder]),
    // KVM may be there and still unable to run this kernel: what always works is better than what sometimes is faster.
    ...['-M', 'q35', '-accel', 'tcg,thread=multi', '-cpu', 'max', '-smp', '2', '-m', String(memoryMb)],
    ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot'],
    ...['-kernel', machine.kernel, '-initrd', initramfs],
    ...['-append', 'console=ttyS0 ignore_loglevel panic=-1 tsc=reliable'],
    // The kernel speaks on the serial line, the command on a console that costs less.
    ...['-chardev', `file,id=log,path=${log}`, '-serial', 'chardev:log'],
    ...[
      '-chardev',
      'stdio,id=console,signal=off',
      '-device',
      'virtio-serial-pci',
      '-device',
      'virtconsole,chardev=console',
    ],
    ...share('host', '/', 'readonly=on,multidevs=remap'),
    ...share('job', job, 'multidevs=remap'),
    ...share('results', results, 'multidevs=remap'),
  ];
}

function labKind(machine: FcMachine): LabKind {
  const p9 = 'trans=virtio,version=9p2000.L,msize=512000,cache=none,X-mount.mkdir';
  return {
    init: join(projectRoot, 'test/lab/fc/init.sh'),
    modules: machine.modules,
    loaded: [
      ...['configfs', 'sg', 'sd_mod', 'scsi_dh_alua', 'veth', 'sch_netem'],
      ...['dm-multipath', 'dm-round-robin', 'dm-queue-length', 'dm-service-time'],
      ...['target_core_mod', 'target_core_file', 'libfcoe', 'fcoe', 'tcm_fc'],
    ],
    results: '/run/lab/results',
    mount: (what, path, target) =>
      what === 'covered'
        ? // The host's root is at /mnt as well, where nothing covers it.
          { source: join('/mnt', path), target, type: 'none', options: 'bind,X-mount.mkdir' }
        : { source: what, target, type: '9p', options: p9 },
  };
}

function readLog(file: string): string {
  try {
    return readFileSync(file, 'utf8').replaceAll('\r\n', '\n');
  } catch {
    return '';
  }
}
