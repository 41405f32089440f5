/**
 * The kernel's device mapper in memory, with disks that break, hang and come back: what scenarios run the controller on.
 * The contract suite (test/contract) runs on it and on the real kernel.
 */
import { PathManagerError } from '../../src/base/errors.js';
import type { DevT, MapName, Sectors, Wwid } from '../../src/base/ids.js';
import { devT, mapUuid, sectors } from '../../src/base/ids.js';
import type { MapFacts, MapTable, SelectorName } from '../../src/base/map-facts.js';
import type { KernelMaps, MapChange } from '../../src/controller/ports.js';
import { errno, errnoName } from '../../src/ffi/errno.js';
import type { MapMessage } from '../../src/model/types.js';
import { FakeMultipath } from './fake-multipath.js';

export type MapEvent = 'changed' | 'added' | 'removed';
export type ReadOutcome = 'done' | 'failed';
/** `breaks`: every I/O fails. `hangs`: I/O and opening wait until that is over. */
export type DiskState = 'works' | 'breaks' | 'hangs';
/** What was asked of the kernel. */
export type KernelLogEntry =
  MapChange | { readonly kind: 'message'; readonly name: MapName; readonly message: MapMessage };

interface FakeDisk {
  readonly sizeSectors: Sectors;
  readonly readOnly: boolean;
  state: DiskState;
}

interface FakeMap {
  name: MapName;
  readonly uuid: string;
  readonly devT: DevT;
  table: MapTable | null;
  target: FakeMultipath | null;
  readOnly: boolean;
  suspended: boolean;
  /** A table was loaded that is not in use. */
  inactive: boolean;
  openCount: number;
  eventNr: number;
}

export class FakeKernel implements KernelMaps {
  /** Every message and change in the order in which they arrived. */
  readonly log: KernelLogEntry[] = [];
  readonly #selectors: readonly SelectorName[];
  readonly #disks = new Map<DevT, FakeDisk>();
  readonly #maps = new Set<FakeMap>();
  readonly #listeners = new Set<(name: MapName, what: MapEvent) => void>();
  /** Attempts of what waits, repeated whenever something changed. */
  readonly #waiting = new Set<() => void>();
  readonly #events: { readonly name: MapName; readonly what: MapEvent }[] = [];
  readonly #refusals: { readonly kind: MapChange['kind']; readonly error: PathManagerError }[] = [];
  #nextMinor = 0;

  constructor(selectors: readonly SelectorName[] = ['round-robin', 'queue-length', 'service-time']) {
    this.#selectors = selectors;
  }

  addDisk(device: DevT, sizeSectors: Sectors, readOnly = false): void {
    this.#disks.set(device, { sizeSectors, readOnly, state: 'works' });
    this.#retry();
  }

  /** As after a remote port's time-out: maps keep it as a path, and I/O to it fails. */
  removeDisk(device: DevT): void {
    this.#disks.delete(device);
    this.#retry();
  }

  setDisk(device: DevT, state: DiskState): void {
    const disk = this.#disks.get(device);
    if (disk === undefined) throw new Error(`There is no disk ${device}`);
    disk.state = state;
    this.#retry();
  }

  /** Reads a block through a map; stays unsettled as long as the read waits, and the map counts as open meanwhile. */
  readBlock(name: MapName): Promise<ReadOutcome> {
    const map = this.#existing(name, 'open');
    const opened = this.open(name);
    return this.#eventually(() => this.#tryRead(map)).finally(() => opened.close());
  }

  #tryRead(map: FakeMap): ReadOutcome | null {
    while (!map.suspended) {
      if (map.target === null) return 'failed';
      const path = map.target.choosePath();
      if (path === null) return map.target.queueIfNoPath ? null : 'failed';
      const state = this.#disks.get(path)?.state ?? 'breaks';
      if (state !== 'breaks') return state === 'works' ? 'done' : null;
      map.target.fail(path);
    }
    return null;
  }

  /** Keeps a map open, as a mount does. */
  open(name: MapName): { close(): void } {
    const map = this.#existing(name, 'open');
    map.openCount++;
    return {
      close: () => {
        map.openCount--;
      },
    };
  }

  /** Leaves a map suspended, as a process does that is killed in the middle. */
  suspend(name: MapName): void {
    this.#existing(name, 'suspend').suspended = true;
  }

  /** Leaves a map without a table, as a process does that is killed in the middle. */
  createEmpty(name: MapName, uuid: string): void {
    this.#insert(name, uuid);
  }

  /** Loads a table and leaves it so, as a process does that is killed in the middle. */
  loadOnly(name: MapName): void {
    this.#existing(name, 'load table for').inactive = true;
  }

  /** What `dmsetup rename` does. */
  rename(name: MapName, to: MapName): void {
    const map = this.#existing(name, 'rename');
    this.#tell(name, 'removed');
    map.name = to;
    map.eventNr++;
    this.#tell(to, 'added');
  }

  /** The next change of this kind is refused. */
  refuseNext(kind: MapChange['kind'], error: PathManagerError): void {
    this.#refusals.push({ kind, error });
  }

  selectors(): readonly SelectorName[] {
    return this.#selectors;
  }

  list(): readonly MapFacts[] {
    return [...this.#maps].filter((map) => map.uuid.startsWith('mpath-')).map(factsOf);
  }

  halfLoaded(): readonly string[] {
    return [...this.#maps].filter((map) => map.inactive).map((map) => map.name);
  }

  read(name: MapName): MapFacts | null {
    const map = this.#find((each) => each.name === name);
    return map?.uuid.startsWith('mpath-') === true ? factsOf(map) : null;
  }

  find(wwid: Wwid): MapFacts | null {
    const map = this.#find((each) => each.uuid === `mpath-${wwid}`);
    return map == null ? null : factsOf(map);
  }

  message(name: MapName, message: MapMessage): void {
    this.log.push({ kind: 'message', name, message });
    const map = this.#existing(name, 'send message to');
    const isForeign = 'devT' in message && !this.#disks.has(message.devT) && map.target?.has(message.devT) !== true;
    if (isForeign) throw refusal('send message to', name, errno.ENXIO);
    // The device mapper itself refuses where there is no table.
    if (map.target === null) throw refusal('send message to', name, errno.EINVAL);
    const number = map.suspended ? errno.EBUSY : map.target.message(message);
    if (number !== 0) throw refusal('send message to', name, number);
    this.#retry();
  }

  async change(change: MapChange): Promise<void> {
    this.log.push(change);
    const refusalAt = this.#refusals.findIndex((each) => each.kind === change.kind);
    const [refused] = refusalAt < 0 ? [] : this.#refusals.splice(refusalAt, 1);
    if (refused !== undefined) throw refused.error;
    // Never before the caller goes on: it is another process that does it.
    await Promise.resolve();
    if (change.kind === 'create' || change.kind === 'reload') {
      await this.#eventually(() => (this.#opens(change.table) ? true : null));
    }
    this.#carryOut(change);
    this.#retry();
  }

  #opens(table: MapTable): boolean {
    const paths = table.groups.flatMap((group) => group.paths);
    return paths.every((path) => this.#disks.get(path)?.state !== 'hangs');
  }

  #carryOut(change: MapChange): void {
    const { name } = change;
    const owner = this.#find((map) => map.name === name);
    if (owner?.uuid.startsWith('mpath-') === false) {
      throw new PathManagerError('DM_NAME_TAKEN', `Device "${name}" is no multipath map`);
    }
    switch (change.kind) {
      case 'create':
        this.#create(name, mapUuid(change.wwid), change.table);
        break;
      case 'reload':
        this.#reload(this.#existing(name, 'load table for'), change.table, change.resize);
        break;
      case 'resume':
        Object.assign(this.#existing(name, 'clear the inactive table of'), { suspended: false, inactive: false });
        break;
      case 'remove':
        this.#remove(name);
        break;
    }
  }

  #create(name: MapName, uuid: string, table: MapTable): void {
    const named = this.#find((map) => map.name === name);
    const identified = this.#find((map) => map.uuid === uuid);
    if (named !== identified) {
      throw new PathManagerError('DM_NAME_TAKEN', `Cannot create map "${name}": its name or uuid is taken`);
    }
    if (named?.table != null) {
      this.#reload(named, table, false);
      return;
    }
    const map = named ?? this.#insert(name, uuid);
    try {
      this.#load(map, table);
    } catch (error) {
      this.#delete(map);
      throw error;
    }
  }

  #insert(name: MapName, uuid: string): FakeMap {
    const device = devT(`254:${this.#nextMinor++}`);
    const state = { readOnly: false, suspended: false, inactive: false, openCount: 0, eventNr: 0 };
    const map: FakeMap = { name, uuid, devT: device, table: null, target: null, ...state };
    this.#maps.add(map);
    this.#tell(name, 'added');
    return map;
  }

  #reload(map: FakeMap, table: MapTable, resize: boolean): void {
    if (!map.suspended && map.target !== null && JSON.stringify(inUse(map)) === JSON.stringify(table)) return;
    const usable = map.target?.groups.some((group) => group.paths.some((path) => !path.failed)) ?? true;
    if (resize && !usable && map.target?.queueIfNoPath === true) {
      throw new PathManagerError('APPLY_PENDING', `Cannot change the size of map "${map.name}": its I/O waits`);
    }
    this.#load(map, table);
  }

  #load(map: FakeMap, table: MapTable): void {
    for (const { selector, paths } of table.groups) {
      if (!this.#selectors.includes(selector)) throw refusal('load table for', map.name, errno.EINVAL);
      for (const path of paths) {
        const disk = this.#disks.get(path);
        if (disk === undefined) throw refusal('load table for', map.name, errno.ENXIO);
        if (disk.sizeSectors < table.sizeSectors) throw refusal('load table for', map.name, errno.EINVAL);
      }
    }
    map.table = table;
    map.target = new FakeMultipath(table, () => {
      map.eventNr++;
      this.#tell(map.name, 'changed');
    });
    map.readOnly = map.target.devices.some((path) => this.#disks.get(path)?.readOnly === true);
    map.suspended = false;
    map.inactive = false;
  }

  #remove(name: MapName): void {
    const map = this.#find((each) => each.name === name);
    if (map === undefined) return;
    if (map.openCount > 0) throw refusal('remove', name, errno.EBUSY);
    this.#delete(map);
  }

  #delete(map: FakeMap): void {
    this.#maps.delete(map);
    map.target = null;
    this.#tell(map.name, 'removed');
  }

  watch(onEvent: (name: MapName, what: MapEvent) => void): { close(): void } {
    this.#listeners.add(onEvent);
    return { close: () => this.#listeners.delete(onEvent) };
  }

  close(): void {
    this.#listeners.clear();
  }

  #find(wanted: (map: FakeMap) => boolean): FakeMap | undefined {
    return [...this.#maps].find(wanted);
  }

  #existing(name: MapName, verb: string): FakeMap {
    const map = this.#find((each) => each.name === name);
    if (map === undefined) throw refusal(verb, name, errno.ENXIO);
    return map;
  }

  /** Events of one turn are told together, each once: as the kernel's are between two looks at the list. */
  #tell(name: MapName, what: MapEvent): void {
    if (this.#events.length === 0) queueMicrotask(() => this.#deliver());
    const told = this.#events.some((event) => event.name === name && (event.what === what || what === 'changed'));
    if (!told) this.#events.push({ name, what });
  }

  #deliver(): void {
    for (const { name, what } of this.#events.splice(0)) {
      for (const listener of this.#listeners) listener(name, what);
    }
  }

  /** Settles when `attempt` gives something, which is tried now and whenever something changed. */
  #eventually<T>(attempt: () => T | null): Promise<T> {
    return new Promise((resolve, reject) => {
      const retry = (): void => {
        try {
          const outcome = attempt();
          if (outcome === null) return;
          resolve(outcome);
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
        this.#waiting.delete(retry);
      };
      this.#waiting.add(retry);
      retry();
    });
  }

  #retry(): void {
    for (const retry of [...this.#waiting]) retry();
  }
}

/** The table in use: queueing may have been changed by a message since. */
function inUse(map: FakeMap): MapTable | null {
  const queueIfNoPath = map.target?.queueIfNoPath ?? false;
  return map.table === null ? null : { ...map.table, queueIfNoPath };
}

function factsOf(map: FakeMap): MapFacts {
  const { name, uuid, readOnly, suspended, openCount, eventNr, target, table } = map;
  return {
    ...{ name, uuid, devT: map.devT, readOnly, suspended, openCount, eventNr },
    sizeSectors: table?.sizeSectors ?? sectors(0),
    hasTable: table !== null,
    queueIfNoPath: target?.queueIfNoPath ?? false,
    groups: target?.groups ?? [],
    activeGroup: target?.activeGroup ?? 0,
  };
}

function refusal(verb: string, name: MapName, number: number): PathManagerError {
  const text = `Cannot ${verb} "${name}": kernel returned ${errnoName(number)} (${number})`;
  return new PathManagerError('DM_IOCTL', text, { map: name, errno: number });
}
