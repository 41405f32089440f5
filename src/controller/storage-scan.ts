/**
 * Has the kernel look at storage again: SCSI hosts for LUNs that are new, disks for their size and names.
 *
 * Each is a write to sysfs that lasts until the storage has answered, or for ever where it does not: a process of its own
 * makes them, which nobody waits for longer than a while.
 */
import { fork } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import type { Clock } from '../base/clock.js';
import { PathManagerError } from '../base/errors.js';
import type { PathNumber } from '../base/ids.js';
import { Sysfs } from '../sysfs/sysfs.js';
import type { StorageScan } from './ports.js';

/** Events of one cause come together: one port that appears tells of itself, its host and every LUN. */
const GATHER_MS = 300;
/** Hosts that answer do so within this; the others go on by themselves. */
const PATIENCE_MS = 10_000;
/** Writes at once, as each holds a thread of the helper while storage hangs. */
const THREADS = 32;
/** Hosts of these drivers have no LUNs that come and go, and a scan would wake or reset their disks. */
const LOCAL_DRIVERS = /^(ahci|ata_|pata_|sata_|usb-storage|uas$)/;

/** Checks what is to be scanned. Throws BAD_REQUEST. */
export function scanScope(text: string): string {
  if (/^(all|host\d{1,10}|\d{1,10}:\d{1,10}:\d{1,10}:\d{1,20})$/.test(text)) return text;
  throw new PathManagerError(
    'BAD_REQUEST',
    `Cannot scan ${JSON.stringify(text)}: wanted "all", a SCSI host as "host3", or a path number as "3:0:1:0"`,
  );
}

/** A write that makes the kernel look. */
export interface ScanWrite {
  /** Below the root of sysfs. */
  readonly file: string;
  readonly text: string;
}

/** Marks a disk among the scopes that is not to be read. */
const EXCEPT = 'not:';

/** What to write for the scopes, each once: every host, one host with its disks, or one disk; "not:3:0:0:1" is left out. */
export function scanWrites(sysfs: Sysfs, scopes: readonly string[]): readonly ScanWrite[] {
  const wanted = new Set(scopes);
  const hosts = sysfs.list('class/scsi_host').filter((host) => {
    if (wanted.has(host)) return true;
    return wanted.has('all') && !LOCAL_DRIVERS.test(sysfs.text(`class/scsi_host/${host}/proc_name`) ?? '');
  });
  const devices = sysfs.list('class/scsi_device').filter((number) => {
    if (wanted.has(number)) return true;
    if (wanted.has(`${EXCEPT}${number}`) || !hosts.includes(`host${number.split(':')[0] ?? ''}`)) return false;
    return sysfs.text(`class/scsi_device/${number}/device/type`) === '0';
  });
  return [
    ...hosts.map((host) => ({ file: `class/scsi_host/${host}/scan`, text: '- - -' })),
    ...devices.map((number) => ({ file: `class/scsi_device/${number}/device/rescan`, text: '1' })),
  ];
}

/** What the helper does: all writes at once, so that a host that hangs holds up no other. A device that has gone is no error. */
export async function writeScans(scopes: readonly string[], sysfs = new Sysfs()): Promise<void> {
  const writes = scanWrites(sysfs, scopes).map(({ file, text }) => writeFile(`${sysfs.root}/${file}`, text));
  await Promise.allSettled(writes);
}

interface Round {
  readonly scopes: Set<string>;
  readonly done: Promise<boolean>;
}

export class HelperStorageScan implements StorageScan {
  readonly #program: string;
  readonly #clock: Clock;
  #gathering: Round | null = null;

  /** `program` is the compiled entry point of the helper (src/bin/storage-scanner). */
  constructor(program: string, clock: Clock) {
    this.#program = program;
    this.#clock = clock;
  }

  scan(scope: string, except: readonly PathNumber[]): Promise<boolean> {
    this.#gathering ??= this.#open();
    this.#gathering.scopes.add(scope);
    for (const number of except) this.#gathering.scopes.add(`${EXCEPT}${number}`);
    return this.#gathering.done;
  }

  #open(): Round {
    const scopes = new Set<string>();
    const done = new Promise<boolean>((resolve) => {
      this.#clock.after('scan storage', GATHER_MS, () => {
        this.#gathering = null;
        this.#run([...scopes], resolve);
      });
    });
    return { scopes, done };
  }

  #run(scopes: readonly string[], settle: (finished: boolean) => void): void {
    const patience = this.#clock.after('patience with a scan', PATIENCE_MS, () => settle(false));
    const finish = (finished: boolean): void => {
      patience.cancel();
      settle(finished);
    };
    const helper = fork(this.#program, scopes, {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      detached: true,
      env: { ...process.env, UV_THREADPOOL_SIZE: String(THREADS) },
    });
    helper.unref();
    helper.channel?.unref();
    helper.once('error', () => finish(false));
    helper.once('exit', (status) => finish(status === 0));
  }
}
