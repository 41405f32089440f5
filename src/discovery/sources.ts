/** Turns uevents and scans of sysfs into one ordered stream of inputs. */

import { asPathManagerError } from '../base/errors.js';
import type { PathManagerError } from '../base/errors.js';
import type { Clock, Timer } from '../base/clock.js';
import type { UeventPort } from '../netlink/uevent-socket.js';
import type { Uevent } from '../netlink/uevent.js';
import { dmIdentity } from '../sysfs/block.js';
import type { Sysfs } from '../sysfs/sysfs.js';
import { classify } from './classify.js';
import type { DmMeaning, UnitAttentionMeaning } from './classify.js';
import type { DiscoveryInput, SkippedDisk } from './inputs.js';
import { Inventory } from './inventory.js';
import { diskNames, readPath } from './scan.js';
import { readUsage } from './usage.js';
import type { Usage } from './usage.js';

export interface DiscoveryOptions {
  readonly sysfs: Sysfs;
  /** Where proc is mounted. */
  readonly procRoot?: string;
  readonly clock: Clock;
  readonly uevents: UeventPort;
  /** Milliseconds from the first event of a disk to its reading: what follows in that time needs no reading of its own. */
  readonly settleMs?: number;
  readonly onInput: (input: DiscoveryInput) => void;
  /** What could not be read. Goes on by itself: a disk is tried again, a message is dropped. */
  readonly onTrouble?: (error: PathManagerError) => void;
}

const SETTLE_MS = 5;
const RETRY_MS = 1000;
/** Disks read in one turn of the event loop: about 10 ms of work, then others have their turn. */
const DISKS_A_TURN = 64;

/**
 * What is there, and every change of it. Until the first `rescanned` no path is told; from then on each change is.
 *
 * A disk that events name is put on a list and read a little later, once however many events there were; so the facts
 * are always those of now, never those of an event. A removal is told at once. Scans use the same list.
 */
export class Discovery {
  readonly #options: DiscoveryOptions;
  readonly #inventory: Inventory;
  /** Disks to read because an event named them. */
  readonly #pending = new Set<string>();
  /** Disks that the scan under way has yet to read. */
  #scan: Set<string> | null = null;
  #scanWanted = false;
  /** The kernel's count of uevents when the last scan began: what an older one says may be out of date. */
  #scanSeqnum = 0;
  #timer: { readonly due: number; readonly timer: Timer } | null = null;
  #open = false;

  constructor(options: DiscoveryOptions) {
    this.#options = options;
    this.#inventory = new Inventory(options.onInput);
  }

  /** Listens, then scans: in this order, so that nothing falls between. `rescanned` follows. */
  start(): void {
    if (this.#open) return;
    this.#options.uevents.open({
      onEvent: (event) => this.#onEvent(event),
      onMalformed: (error) => this.#options.onTrouble?.(error),
      onOverrun: (cause) => {
        this.#options.onInput({ kind: 'overrun', cause });
        this.rescan();
      },
    });
    this.#open = true;
    this.rescan();
  }

  /** Reads everything again; the differences are told, then `rescanned`. Asked for during a scan, another one follows. */
  rescan(): void {
    this.#scanWanted = true;
    this.#wake(0);
  }

  /** Reads one disk again, as after something that gives no event (a mount, a state). */
  recheck(node: string): void {
    this.#pending.add(node);
    this.#wake(this.#options.settleMs ?? SETTLE_MS);
  }

  /** Nothing is told afterwards. Harmless when repeated. */
  close(): void {
    this.#open = false;
    this.#options.uevents.close();
    this.#timer?.timer.cancel();
    this.#timer = null;
  }

  /** Disks that are there and are no paths. */
  get skipped(): readonly SkippedDisk[] {
    return this.#inventory.skipped;
  }

  #onEvent(event: Uevent): void {
    const meaning = classify(event);
    if (meaning === null) return;
    switch (meaning.kind) {
      case 'dm':
        this.#options.onInput(this.#dmInput(meaning));
        return;
      case 'unit-attention':
        this.#onUnitAttention(meaning);
        return;
      case 'disk':
        if (meaning.action === 'present') this.recheck(meaning.node);
        else this.#onRemoved(meaning.node, event.seqnum);
    }
  }

  #onUnitAttention({ number, what }: UnitAttentionMeaning): void {
    const path = this.#inventory.told(number);
    if (path === null) return;
    this.#options.onInput({ kind: 'scsi-unit-attention', devT: path.devT, node: path.node, what });
    this.recheck(path.node);
  }

  #onRemoved(node: string, seqnum: number | null): void {
    this.#pending.delete(node);
    this.#inventory.forget(node);
    // Older than the scan, which may have seen the disk that has the name now: looked at again, it is right either way.
    if (seqnum !== null && seqnum <= this.#scanSeqnum) this.recheck(node);
  }

  #dmInput({ action, node, devT, name, uuid, path }: DmMeaning): DiscoveryInput {
    // Only path events carry name and uuid (drivers/md/dm-uevent.c); udev adds them to others, for its own listeners.
    const found = uuid === null && action !== 'remove' ? dmIdentity(this.#options.sysfs, node) : null;
    return { kind: 'dm', action, devT, name: name ?? found?.name ?? null, uuid: uuid ?? found?.uuid ?? null, path };
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
    if (this.#scanWanted && this.#scan === null) this.#beginScan();
    const failed = this.#readSome();
    this.#endScan();
    if (this.#pending.size > 0 || this.#scan !== null) this.#wake(0);
    for (const node of failed) this.#pending.add(node);
    if (failed.length > 0 || this.#scanWanted) this.#wake(RETRY_MS);
  }

  #beginScan(): void {
    const { sysfs } = this.#options;
    this.#scan = this.#attempt(() => {
      // The count first: an event above it is newer than what the scan sees.
      this.#scanSeqnum = sysfs.number('kernel/uevent_seqnum') ?? this.#scanSeqnum;
      const present = new Set(diskNames(sysfs));
      // What is gone comes first: its path may be there under another name.
      const gone = this.#inventory.nodes().filter((node) => !present.has(node));
      return new Set([...gone, ...present]);
    });
    this.#scanWanted = this.#scan === null;
  }

  #endScan(): void {
    if (this.#scan === null || this.#scan.size > 0 || !this.#open) return;
    this.#scan = null;
    this.#inventory.complete();
  }

  /** Reads the next disks; gives those that could not be read. */
  #readSome(): string[] {
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
