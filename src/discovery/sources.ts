/** Turns uevents and scans of sysfs into one ordered stream of inputs. */

import type { PathManagerError } from '../base/errors.js';
import type { Clock } from '../base/clock.js';
import type { PathNumber } from '../base/ids.js';
import type { UeventPort } from '../netlink/uevent-socket.js';
import type { Uevent } from '../netlink/uevent.js';
import type { Sysfs } from '../sysfs/sysfs.js';
import { classify } from './classify.js';
import type { UnitAttentionMeaning } from './classify.js';
import { DiskReader } from './disk-reader.js';
import type { DiscoveryInput, SkippedDisk } from './inputs.js';
import { Inventory } from './inventory.js';

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

/**
 * What is there, and every change of it. Until the first `rescanned` no path is told; from then on each change is.
 *
 * A disk that events name is put on a list and read a little later, once however many events there were; so the facts
 * are always those of now, never those of an event. A removal is told at once. Scans use the same list.
 */
export class Discovery {
  readonly #options: DiscoveryOptions;
  readonly #inventory: Inventory;
  readonly #reader: DiskReader;

  constructor(options: DiscoveryOptions) {
    this.#options = options;
    this.#inventory = new Inventory(options.onInput);
    this.#reader = new DiskReader(options, this.#inventory);
  }

  /** Listens, then scans: in this order, so that nothing falls between. `rescanned` follows. */
  start(): void {
    if (this.#reader.isOpen) return;
    this.#options.uevents.open({
      onEvent: (event) => this.#onEvent(event),
      onMalformed: (error) => this.#options.onTrouble?.(error),
      onOverrun: (cause) => {
        this.#options.onInput({ kind: 'overrun', cause });
        this.rescan();
      },
    });
    this.#reader.open();
    this.rescan();
  }

  /** Reads everything again; the differences are told, then `rescanned`. Asked for during a scan, another one follows. */
  rescan(): void {
    this.#reader.rescan();
  }

  /** Reads one disk again, as after something that gives no event (a mount, a state). */
  recheck(node: string): void {
    this.#reader.recheck(node);
  }

  /** Nothing is told afterwards. Harmless when repeated. */
  close(): void {
    this.#reader.close();
    this.#options.uevents.close();
  }

  /** Disks that are there and are no paths. */
  get skipped(): readonly SkippedDisk[] {
    return this.#inventory.skipped;
  }

  #onEvent(event: Uevent): void {
    const meaning = classify(event);
    if (meaning === null) return;
    switch (meaning.kind) {
      case 'unit-attention':
        this.#onUnitAttention(meaning);
        return;
      case 'port':
        this.#options.onInput({ kind: 'storage-changed', scope: meaning.host, what: 'a port has come' });
        return;
      case 'generic': {
        const path = this.#inventory.withNumber(meaning.number);
        if (path !== null) this.recheck(path.node);
        return;
      }
      case 'disk':
        if (meaning.action === 'present') this.recheck(meaning.node);
        else this.#onRemoved(meaning.node, event.seqnum);
    }
  }

  #onUnitAttention({ number, what }: UnitAttentionMeaning): void {
    const scope = scopeOf(number, what);
    if (scope !== null) this.#options.onInput({ kind: 'storage-changed', scope, what });
    const path = this.#inventory.withNumber(number);
    if (path !== null) this.recheck(path.node);
  }

  #onRemoved(node: string, seqnum: number | null): void {
    this.#reader.drop(node);
    this.#inventory.forget(node);
    // Older than the scan, which may have seen the disk that has the name now: looked at again, it is right either way.
    if (seqnum !== null && seqnum <= this.#reader.scanSeqnum) this.recheck(node);
  }
}

/** Where the kernel has to look after a unit attention, which it only tells of (drivers/scsi/scsi_error.c, scsi_report_sense). */
function scopeOf(number: PathNumber, what: string): string | null {
  switch (what) {
    case 'REPORTED_LUNS_DATA_HAS_CHANGED':
      return `host${number.split(':', 1)[0] ?? ''}`;
    case 'CAPACITY_DATA_HAS_CHANGED':
    case 'INQUIRY_DATA_HAS_CHANGED':
    case 'ASYMMETRIC_ACCESS_STATE_CHANGED':
      return number;
    default:
      return null;
  }
}
