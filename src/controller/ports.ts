/** What the controller needs of the world: interfaces that the real shells and the tests' fakes implement alike. */
import type { DevT, MapName, PathKey, PathNumber, Wwid } from '../base/ids.js';
import type { MapFacts, MapTable, SelectorName } from '../base/map-facts.js';
import type { PathFacts } from '../discovery/facts.js';
import type { PathLoss } from '../discovery/inputs.js';
import type { FabricNotice, RemotePort } from '../discovery/remote-port.js';
import type { PortTimeoutsOutcome, PortTimeoutValues } from '../sysfs/port-timeouts.js';
import type { ReservationOrder } from '../model/reservations/types.js';
import type { MapMessage, ProbeReason, SavedState } from '../model/types.js';

/** A change of a map that may have to wait for storage: a table load opens the paths, a suspend waits for I/O. */
export type MapChange =
  | { readonly kind: 'create'; readonly name: MapName; readonly wwid: Wwid; readonly table: MapTable }
  | {
      readonly kind: 'reload';
      readonly name: MapName;
      readonly table: MapTable;
      /** The size changes: upper layers must look again. */
      readonly resize: boolean;
    }
  | { readonly kind: 'resume'; readonly name: MapName }
  | { readonly kind: 'remove'; readonly name: MapName };

/** The kernel's dm-multipath. */
export interface KernelMaps {
  /** Path selectors that the running kernel has or can load. */
  selectors(): readonly SelectorName[];
  /** Every map whose uuid is "mpath-<WWID>", also one without a table. Answers at once. */
  list(): readonly MapFacts[];
  /** Names of maps with a table that was loaded and never came into use. Answers at once. */
  halfLoaded(): readonly string[];
  /** One map by name, or null where there is none. Answers at once. */
  read(name: MapName): MapFacts | null;
  /** The map of a logical unit, whatever its name, or null where there is none. Answers at once. */
  find(wwid: Wwid): MapFacts | null;
  /** Sends a message to the map's multipath target. Answers at once. Throws DM_IOCTL. */
  message(name: MapName, message: MapMessage): void;
  /** Carries out a change; several at once for different maps. Rejects with DM_IOCTL, DM_NAME_TAKEN, DM_SUSPENDED. */
  change(change: MapChange): Promise<void>;
  /**
   * Calls back after events of a map ("changed": a path failed or came back, a group was switched), its creation and its
   * removal. Table loads, suspends and queueing messages give no event.
   */
  watch(onEvent: (name: MapName, what: 'changed' | 'added' | 'removed') => void): { close(): void };
  /** Ends helpers; changes that still wait for storage go on without us. */
  close(): void;
}

/** A disk that the kernel takes for one of size 0, so that it can be no path. */
export interface EmptyDisk {
  readonly devT: DevT;
  readonly number: PathNumber;
  readonly wwid: Wwid;
}

/** What discovery tells the controller. */
export type DeviceInput =
  | { readonly kind: 'present'; readonly facts: PathFacts }
  | ({ readonly kind: 'gone'; readonly devT: DevT; readonly node: string } & PathLoss)
  | { /** Told once, when it is found. */ readonly kind: 'empty'; readonly disk: EmptyDisk }
  | {
      /** The end of a scan: this is everything there is. */
      readonly kind: 'all';
      readonly facts: readonly PathFacts[];
      readonly ports: readonly RemotePort[];
    }
  | { /** A remote port is new, or any fact of it has changed. */ readonly kind: 'port'; readonly port: RemotePort }
  | { readonly kind: 'port-removed'; readonly name: string }
  | { readonly kind: 'fabric-notice'; readonly notice: FabricNotice }
  | {
      /** Storage says that it is not as it was: the kernel has to look. */
      readonly kind: 'storage-changed';
      /** As for StorageScan. */
      readonly scope: string;
    }
  | { /** Events were lost; a scan is under way and ends with `all`. */ readonly kind: 'overrun' };

/** The devices of the machine. */
export interface Devices {
  /** Listens, then scans: the first `all` is the first inventory, later changes follow one by one. */
  start(onInput: (input: DeviceInput) => void): void;
  /** Scans again; ends with `all`. */
  rescan(): void;
  /** Reads a remote port again, in a later turn; what has changed of it comes as `port`. */
  recheckPort(name: string): void;
  /** True where the kernel takes the disk for one of size 0. */
  isEmpty(devT: DevT): boolean;
  close(): void;
}

/** The time-outs of the Fibre Channel ports at the other end, as the kernel keeps them. */
export interface PortTimeouts {
  /**
   * Sets them at once, and has the port read again in a later turn: the new values come as `port`.
   * @throws PathManagerError SYSCALL where the kernel refuses a value: it says what was asked and what the kernel has
   */
  write(name: RemotePort['name'], values: PortTimeoutValues): PortTimeoutsOutcome;
}

/** Whoever sends the SCSI commands: the watcher behind the API. */
export interface Prober {
  readonly connected: boolean;
  request(probe: { readonly wwid: Wwid; readonly key: PathKey; readonly reason: ProbeReason }): void;
}

/** Whoever carries out the orders of reservations: the watcher behind the API. */
export interface ReservationOrders {
  /** Hands the order over, to be carried out once. False where nobody is there: then it never will be. */
  send(order: ReservationOrder): boolean;
}

/** Where the settings survive a reboot. */
export interface Store {
  /** What was saved last; null where nothing was. `damage` tells of a file that could not be read and where it is kept. */
  load(): { readonly saved: SavedState | null; readonly damage: string | null };
  /** Saves atomically; resolves when it is on the disk. */
  save(state: SavedState): Promise<void>;
}

/** The nodes under /dev/mapper. */
export interface MapNodes {
  /** Makes /dev/mapper/<name> lead to the map's device, where udev has not done so. */
  ensure(name: MapName, devT: DevT): void;
  /** Takes away a node of ours that leads nowhere. */
  drop(name: MapName): void;
}

/** The I/O on the path devices. */
export interface PathTraffic {
  /** A device of the list whose I/O in flight has not moved for a while, or null. At once where no I/O is in flight. */
  stuck(devices: readonly DevT[]): Promise<DevT | null>;
}

/** Has the kernel look at storage again. */
export interface StorageScan {
  /**
   * @param scope "all", a SCSI host as "host3", or a path number; several within a moment become one scan
   * @param except paths whose disks are not to be read, unless they are the scope themselves
   * @returns false where some storage has not answered in time: the kernel goes on with it
   */
  scan(scope: string, except: readonly PathNumber[]): Promise<boolean>;
}

/** Has the kernel forget a disk. */
export interface DiskRemoval {
  /** Why the disk is kept, null where it is gone or going. Never rejects, and never settles where the storage hangs. */
  remove(disk: Pick<PathFacts, 'node' | 'devT' | 'number' | 'wwid'>): Promise<string | null>;
}

/** What udev is to know of disks and maps. Waits for nothing and never throws: udev may be absent. */
export interface UdevMarks {
  /** Before the first claim: forgets what belongs to no unit that is known. */
  start(known: ReadonlySet<Wwid>): void;
  /** The disk is a path of ours: nobody else is to look at it. */
  claim(devT: DevT, wwid: Wwid): void;
  /** The disk is not ours. */
  release(devT: DevT, wwid: Wwid): void;
  /** Whether the map has a usable path; without one nobody is to read from it. */
  mapReady(name: MapName, devT: DevT, ready: boolean): void;
  close(): void;
}
