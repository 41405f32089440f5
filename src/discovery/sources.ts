/** Turns uevents, events of Fibre Channel and readings of sysfs into one ordered stream of inputs. */

import { asPathManagerError } from '../base/errors.js';
import type { PathManagerError } from '../base/errors.js';
import type { Clock } from '../base/clock.js';
import type { PathNumber } from '../base/ids.js';
import type { FcEventPort } from '../netlink/fc-event-socket.js';
import type { FcEvent } from '../netlink/fc-event.js';
import type { NetlinkListener } from '../netlink/netlink-socket.js';
import type { UeventPort } from '../netlink/uevent-socket.js';
import type { Uevent } from '../netlink/uevent.js';
import type { Sysfs } from '../sysfs/sysfs.js';
import { classify } from './classify.js';
import type { HostPortMeaning, UnitAttentionMeaning } from './classify.js';
import { DiskReader } from './disk-reader.js';
import { FabricNotices } from './fabric-notices.js';
import type { DiscoveryInput, SkippedDisk } from './inputs.js';
import { Inventory } from './inventory.js';
import type { RemotePort } from './remote-port.js';
import { RemotePorts } from './remote-ports.js';

export interface DiscoveryOptions {
  readonly sysfs: Sysfs;
  /** Where proc is mounted. */
  readonly procRoot?: string;
  readonly clock: Clock;
  readonly uevents: UeventPort;
  readonly fcEvents: FcEventPort;
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
  readonly #ports: RemotePorts;
  readonly #notices: FabricNotices;
  readonly #reader: DiskReader;

  constructor(options: DiscoveryOptions) {
    this.#options = options;
    this.#inventory = new Inventory(options.onInput);
    this.#ports = new RemotePorts(options, {
      onPort: (port) => this.#tell({ kind: 'port', port }),
      onUsable: (port, came) => this.#onUsable(port, came),
      onRemoved: (name) => this.#tell({ kind: 'port-removed', name }),
      onSettled: (names) => this.#recheckHeldBack(new Set(names)),
      onTrouble: (error) => this.#options.onTrouble?.(error),
    });
    this.#notices = new FabricNotices(
      () => this.#ports.list(),
      (notice) => this.#tell({ kind: 'fabric-notice', notice }),
    );
    this.#reader = new DiskReader(options, this.#inventory, this.#ports);
  }

  /** Listens, then scans: in this order, so that nothing falls between. `rescanned` follows. */
  start(): void {
    if (this.#reader.isOpen) return;
    this.#options.uevents.open(this.#listener((event: Uevent) => this.#onEvent(event)));
    this.#hearFabric();
    this.#ports.open();
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

  /** Reads a remote port again in a later turn, as after its time-outs were written. */
  recheckPort(name: string): void {
    this.#ports.recheck(name);
  }

  /** Nothing is told afterwards. Harmless when repeated. */
  close(): void {
    this.#reader.close();
    this.#ports.close();
    this.#options.uevents.close();
    this.#options.fcEvents.close();
  }

  /** Disks that are there and are no paths. */
  get skipped(): readonly SkippedDisk[] {
    return this.#inventory.skipped;
  }

  /** What is told of ports and of the fabric waits for the first scan, as paths do. */
  #tell(input: DiscoveryInput): void {
    if (this.#inventory.isComplete) this.#options.onInput(input);
  }

  #listener<Event>(onEvent: (event: Event) => void): NetlinkListener<Event> {
    return {
      onEvent,
      onMalformed: (error) => this.#options.onTrouble?.(error),
      onOverrun: (cause) => {
        this.#options.onInput({ kind: 'overrun', cause });
        this.rescan();
      },
    };
  }

  /** Again with each new host: the first one may have brought the transport with it. The states are sampled all the same. */
  #hearFabric(): void {
    try {
      this.#options.fcEvents.open(this.#listener((event: FcEvent) => this.#onFcEvent(event)));
    } catch (error) {
      this.#options.onTrouble?.(asPathManagerError(error));
    }
  }

  #onEvent(event: Uevent): void {
    const meaning = classify(event);
    if (meaning === null) return;
    switch (meaning.kind) {
      case 'unit-attention':
        this.#onUnitAttention(meaning);
        return;
      case 'host-port':
        this.#onHostPort(meaning);
        return;
      case 'remote-port':
        if (meaning.action === 'removed') this.#ports.drop(meaning.name);
        else this.#ports.recheck(meaning.name);
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

  #onHostPort({ host, action }: HostPortMeaning): void {
    if (action === 'added') {
      this.#hearFabric();
      this.#options.onInput({ kind: 'storage-changed', scope: host, what: 'a port has come' });
    }
    this.#ports.lookAtHost(host);
  }

  /** Whatever it is, the states of the ports are what counts; of a port that has come, storage is told to have changed. */
  #onFcEvent(event: FcEvent): void {
    this.#ports.lookAtHost(event.host);
    if (event.kind === 'link-up') this.#notices.linkUp(event.host);
    if (event.kind === 'fpin') this.#notices.received(event.host, event.descriptors);
  }

  #onUsable(port: RemotePort, came: boolean): void {
    this.#notices.portBack(port);
    this.#recheckHeldBack(new Set([port.name]));
    if (came) this.#tell({ kind: 'storage-changed', scope: port.host, what: 'a port has come' });
  }

  /** The state of a device gives no event: what is known of it would stay as it was while its port was away. */
  #recheckHeldBack(usable: ReadonlySet<string>): void {
    for (const node of this.#inventory.heldBack(usable)) this.recheck(node);
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
