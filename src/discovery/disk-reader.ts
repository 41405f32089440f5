/** Reads disks a few at a time: those that events named, then those that a scan has yet to see. */

import type { Clock, Timer } from '../base/clock.js';
import { asPathManagerError } from '../base/errors.js';
import type { PathManagerError } from '../base/errors.js';
import type { Sysfs } from '../sysfs/sysfs.js';
import type { Inventory } from './inventory.js';
import type { RemotePorts } from './remote-ports.js';
import { diskNames, readPath } from './scan.js';
import { readUsage } from './usage.js';
import type { Usage } from './usage.js';

export interface DiskReaderOptions {
  readonly sysfs: Sysfs;
  readonly procRoot?: string;
  readonly clock: Clock;
  readonly settleMs?: number;
  readonly onTrouble?: (error: PathManagerError) => void;
}

const SETTLE_MS = 5;
const RETRY_MS = 1000;
/** Disks read in one turn of the event loop: some milliseconds of work, then others have their turn. */
const DISKS_A_TURN = 32;

export class DiskReader {
  readonly #options: DiskReaderOptions;
  readonly #inventory: Inventory;
  readonly #ports: Pick<RemotePorts, 'look' | 'list'>;
  /** Disks to read because an event named them. */
  readonly #pending = new Set<string>();
  /** Disks that the scan under way has yet to read. */
  #scan: Set<string> | null = null;
  #scanWanted = false;
  #scanSeqnum = 0;
  #timer: { readonly due: number; readonly timer: Timer } | null = null;
  #open = false;

  /** `ports` are read at the beginning of each scan, so that they are known when their paths are told. */
  constructor(options: DiskReaderOptions, inventory: Inventory, ports: Pick<RemotePorts, 'look' | 'list'>) {
    this.#options = options;
    this.#inventory = inventory;
    this.#ports = ports;
  }

  get isOpen(): boolean {
    return this.#open;
  }

  /** The kernel's count of uevents when the last scan began: what an older one says may be out of date. */
  get scanSeqnum(): number {
    return this.#scanSeqnum;
  }

  open(): void {
    this.#open = true;
  }

  close(): void {
    this.#open = false;
    this.#timer?.timer.cancel();
    this.#timer = null;
  }

  /** Reads all disks, in the next turns. Asked for during a scan, another one follows. */
  rescan(): void {
    this.#scanWanted = true;
    this.#wake(0);
  }

  /** Reads one disk when it has settled. */
  recheck(node: string): void {
    this.#pending.add(node);
    this.#wake(this.#options.settleMs ?? SETTLE_MS);
  }

  /** Does not read a disk that events named before. */
  drop(node: string): void {
    this.#pending.delete(node);
  }

  /** One timer for everything; the earliest wish counts. */
  #wake(delay: number): void {
    if (!this.#open) return;
    const { clock } = this.#options;
    const due = clock.monotonic() + delay;
    if (this.#timer !== null && this.#timer.due <= due) return;
    this.#timer?.timer.cancel();
    this.#timer = { due, timer: clock.after('discovery', delay, () => this.#turn()) };
  }

  #turn(): void {
    this.#timer = null;
    const began = this.#scanWanted && this.#scan === null ? this.#beginScan() : true;
    const failed = this.#readSome();
    this.#endScan();
    if (this.#pending.size > 0 || this.#scan !== null || (this.#scanWanted && began)) this.#wake(0);
    for (const node of failed) this.#pending.add(node);
    if (failed.length > 0 || !began) this.#wake(RETRY_MS);
  }

  /** False where it could not. */
  #beginScan(): boolean {
    const { sysfs } = this.#options;
    this.#scan = this.#attempt(() => {
      // The count first: an event above it is newer than what the scan sees.
      this.#scanSeqnum = sysfs.number('kernel/uevent_seqnum') ?? this.#scanSeqnum;
      this.#ports.look();
      const present = new Set(diskNames(sysfs));
      // What is gone comes first: its path may be there under another name.
      const gone = this.#inventory.nodes().filter((node) => !present.has(node));
      return new Set([...gone, ...present]);
    });
    this.#scanWanted = this.#scan === null;
    return !this.#scanWanted;
  }

  #endScan(): void {
    if (this.#scan === null || this.#scan.size > 0 || !this.#open) return;
    this.#scan = null;
    this.#inventory.complete(this.#ports.list());
  }

  /** Reads the next disks; gives those that could not be read. */
  #readSome(): readonly string[] {
    const { sysfs, procRoot } = this.#options;
    const failed: string[] = [];
    let usage: Usage | null = null;
    const readOne = (node: string): void => {
      this.#pending.delete(node);
      this.#scan?.delete(node);
      const reading = this.#attempt(() => readPath(sysfs, node, (usage ??= readUsage(sysfs, procRoot))));
      if (reading === null) {
        failed.push(node);
        return;
      }
      const owner = this.#inventory.displace(node, reading);
      if (owner !== null && (this.#pending.has(owner) || this.#scan?.has(owner))) readOne(owner);
      if (this.#open) this.#inventory.apply(node, reading);
    };
    for (let count = 0; count < DISKS_A_TURN && this.#open; count++) {
      const node = this.#next();
      if (node === undefined) break;
      readOne(node);
    }
    return failed;
  }

  #next(): string | undefined {
    const [node] = this.#pending.size > 0 ? this.#pending : (this.#scan ?? []);
    return node;
  }

  /** Null where it threw; told as trouble. */
  #attempt<T>(run: () => T): T | null {
    try {
      return run();
    } catch (error) {
      this.#options.onTrouble?.(asPathManagerError(error));
      return null;
    }
  }
}
