// The machine of the systemd lab: a disk of its own and an array, both files of the host, which stay from boot to boot.
import { spawnSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ArraySpec } from '../inside/array.js';
import type { LabResult } from '../host/kernel-process.js';
import { bootUml } from '../uml/boot.js';
import { labLibraries, labTool } from '../host/cache.js';
import { memoryFolder } from '../host/job.js';

const diskMb = 2048;
/** A guess at what will have been written to all disks at the end. */
const writtenMb = 512;

export interface BootOptions {
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What makes the storage, in this order: the order decides about the numbers of SCSI hosts and the names of disks. */
  readonly storage: readonly StorageSpec[];
  readonly results: string;
  readonly timeoutMs: number;
  readonly onConsole: (text: string) => void;
}

/** An array, or the parameters of the module scsi_debug. */
export type StorageSpec =
  | { readonly array: ArraySpec }
  | {
      readonly scsiDebug: string;
      /** The machine goes on when there are so many disks: the module is loaded before it has them all. */
      readonly disks?: number;
    };

export class Machine {
  readonly #folder: string;
  readonly #rootDisk: string;
  readonly #disks: readonly string[];

  /** Makes the disks, empty: the machine's own and one of each size for the array, as /dev/ubdb and so on. */
  constructor(sizesMb: readonly number[]) {
    // In memory where there is room for what will be written: dpkg and journals wait for the disk again and again.
    const parent = memoryFolder(writtenMb);
    // The kernel's command line is cut at spaces.
    this.#folder = mkdtempSync(join(/\s/.test(parent) ? '/tmp' : parent, 'pathmanager-machine-'));
    this.#rootDisk = this.#file('root', diskMb);
    this.#disks = sizesMb.map((size, index) => this.#file(`disk${index}`, size));
    const { status, stderr } = spawnSync(labTool('mkfs.ext4'), ['-q', '-F', this.#rootDisk], {
      encoding: 'utf8',
      env: { ...process.env, LD_LIBRARY_PATH: labLibraries() },
    });
    if (status !== 0) throw new Error(`Cannot make the machine's disk: ${stderr}`);
  }

  /** One life of the machine, from power on to power off. Rejects as bootUml. */
  boot(options: BootOptions): Promise<LabResult> {
    return bootUml({
      command: options.command,
      results: options.results,
      timeoutMs: options.timeoutMs,
      ...(options.env === undefined ? {} : { env: options.env }),
      systemd: {
        rootDisk: this.#rootDisk,
        disks: this.#disks,
        storage: options.storage.flatMap((spec) => shellCommands(spec)),
      },
      onConsole: options.onConsole,
    });
  }

  /** Throws the disks away. */
  destroy(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #file(name: string, sizeMb: number): string {
    const path = join(this.#folder, name);
    const file = openSync(path, 'w');
    ftruncateSync(file, sizeMb * 1024 * 1024);
    closeSync(file);
    return path;
  }
}

function shellCommands(spec: StorageSpec): string[] {
  if ('scsiDebug' in spec) {
    const { scsiDebug, disks = 0 } = spec;
    const wait = `until [ "$(ls /sys/block | grep -c ^sd)" -ge ${disks} ]; do sleep 0.1; done`;
    return [`modprobe_all scsi_debug ${scsiDebug}`, wait];
  }
  const program = join(import.meta.dirname, 'boot-array.js');
  return [
    'modprobe_all -a target_core_mod target_core_file tcm_loop',
    'mount -t configfs none /sys/kernel/config',
    `"$LAB_NODE" '${program}' '${JSON.stringify(spec.array)}'`,
  ];
}
