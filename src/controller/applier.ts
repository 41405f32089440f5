/**
 * Brings the kernel's maps to what the model wants, one job at a time a logical unit.
 *
 * Level-triggered: each job reads what the kernel has now, plans the difference to what is wanted now, and starts over
 * after every step that may have waited for storage, because both can have changed meanwhile.
 */
import type { Clock, Timer } from '../base/clock.js';
import { asPathManagerError, PathManagerError } from '../base/errors.js';
import { mapUuid, type Wwid } from '../base/ids.js';
import type { MapFacts, MapTable } from '../base/map-facts.js';
import type { Work } from '../model/explain/types.js';
import { plan } from '../model/plan.js';
import type { Input, MapOperation, Unit, WantedMap } from '../model/types.js';
import { MapNames } from './map-names.js';
import type { KernelMaps, MapChange, MapNodes, PathTraffic } from './ports.js';
import { Turns } from './turns.js';

/** What the applier needs of the controller. */
export interface ApplierHost {
  unit(wwid: Wwid): Unit | null;
  wanted(unit: Unit): WantedMap | null;
  feed(input: Input): void;
}

/** What the applier works on. */
export interface ApplierParts {
  readonly kernel: KernelMaps;
  readonly nodes: MapNodes;
  readonly traffic: PathTraffic;
}

interface Lane {
  /** Somebody asked again while a job ran. */
  dirty: boolean;
  /** It waits for its turn, and has read nothing yet. */
  queued: boolean;
  running: Promise<void> | null;
  retry: Timer | null;
  /** When that is due, milliseconds since 1970. */
  retryAt: number;
  failures: number;
}

/** Rounds of read, plan and act before a job says that it does not converge. */
const MAX_ROUNDS = 10;
const RETRY_FIRST_MS = 500;
const RETRY_MAX_MS = 30_000;

export class Applier {
  readonly #kernel: KernelMaps;
  readonly #names: MapNames;
  readonly #nodes: MapNodes;
  readonly #traffic: PathTraffic;
  readonly #clock: Clock;
  readonly #host: ApplierHost;
  readonly #lanes = new Map<Wwid, Lane>();
  readonly #turns = new Turns();
  #closed = false;

  constructor(parts: ApplierParts, clock: Clock, host: ApplierHost) {
    this.#kernel = parts.kernel;
    this.#names = new MapNames(parts.kernel);
    this.#nodes = parts.nodes;
    this.#traffic = parts.traffic;
    this.#clock = clock;
    this.#host = host;
  }

  /** Asks for a job; several asks before it starts are one. */
  schedule(wwid: Wwid): void {
    if (this.#closed) return;
    const lane = this.#lane(wwid);
    lane.dirty = true;
    lane.running ??= this.#drain(wwid, lane);
  }

  /** Settles when the unit has no job that runs or waits. A job that waits for hung storage settles when that ends. */
  async settled(wwid: Wwid): Promise<void> {
    await this.#lanes.get(wwid)?.running;
  }

  /** True where a job of the unit reads its map within a few turns: it will see whatever the kernel has now. */
  isDue(wwid: Wwid): boolean {
    return this.#lanes.get(wwid)?.queued === true;
  }

  /** True while a job of the unit runs. */
  busy(wwid: Wwid): boolean {
    return (this.#lanes.get(wwid)?.running ?? null) !== null;
  }

  /** How it stands with a unit's job. */
  work(wwid: Wwid): Work {
    const lane = this.#lanes.get(wwid);
    return { running: this.busy(wwid), retryAt: lane?.retry == null ? null : lane.retryAt };
  }

  /** No new jobs and no retries; what waits for storage is left to end by itself. */
  close(): void {
    this.#closed = true;
    for (const lane of this.#lanes.values()) lane.retry?.cancel();
  }

  #lane(wwid: Wwid): Lane {
    const known = this.#lanes.get(wwid);
    if (known !== undefined) return known;
    const lane: Lane = { dirty: false, queued: false, running: null, retry: null, retryAt: 0, failures: 0 };
    this.#lanes.set(wwid, lane);
    return lane;
  }

  async #drain(wwid: Wwid, lane: Lane): Promise<void> {
    // The asks of one turn of the event loop become one job.
    lane.queued = true;
    await this.#turns.mine();
    lane.queued = false;
    lane.retry?.cancel();
    lane.retry = null;
    while (lane.dirty && !this.#closed) {
      lane.dirty = false;
      try {
        await this.#bringAbout(wwid);
        lane.failures = 0;
        // Somebody asked for more while this job ended: what the kernel has now is not yet what is wanted now.
        if (!wasAskedAgain(lane)) this.#host.feed({ at: this.#clock.now(), kind: 'applied', wwid });
      } catch (error) {
        const { code, message } = asPathManagerError(error);
        this.#reportAsIs(wwid);
        this.#host.feed({ at: this.#clock.now(), kind: 'apply-failed', wwid, code, message });
        lane.dirty = false;
        this.#retryLater(wwid, lane);
      }
    }
    lane.running = null;
  }

  #retryLater(wwid: Wwid, lane: Lane): void {
    if (this.#closed) return;
    const delay = Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** lane.failures);
    lane.failures += 1;
    lane.retry?.cancel();
    lane.retryAt = this.#clock.now() + delay;
    lane.retry = this.#clock.after(`apply ${wwid} again`, delay, () => this.schedule(wwid));
  }

  async #bringAbout(wwid: Wwid): Promise<void> {
    let flows = false;
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const unit = this.#host.unit(wwid);
      if (unit === null) return;
      const present = this.#present(unit);
      const wanted = this.#host.wanted(unit);
      const operations = plan(wanted, present);
      if (operations.length === 0) {
        this.#report(unit, present);
        return;
      }
      flows = await this.#carryOut(unit, present, wanted, operations, flows);
    }
    throw new PathManagerError('APPLY_FAILED', `The map of logical unit "${wwid}" does not come to the wanted state`);
  }

  /**
   * A new table comes into use when the I/O of the old one has ended (dm.c, dm_suspend): where I/O hangs on one path, all
   * I/O of the map would stop for as long. Measured on 6.1: 69 s. So the change waits, and the I/O goes on.
   */
  async #expectFlow(present: MapFacts): Promise<void> {
    const devices = present.groups.flatMap((group) => group.paths.map((path) => path.devT));
    const stuck = await this.#traffic.stuck(devices);
    if (stuck === null) return;
    throw new PathManagerError(
      'APPLY_PENDING',
      `I/O hangs on device ${stuck} of map "${present.name}", and a new table would stop all of its I/O; the change is made by itself when that has ended`,
      { map: present.name, device: stuck },
    );
  }

  /**
   * Messages are sent in one go, also those before a change: taking paths out and in must not wait for it. A change ends
   * the round, because it may have waited, and so does the look whether I/O flows, which a new table needs first.
   * @returns whether that look has been taken and found nothing stuck.
   */
  async #carryOut(
    unit: Unit,
    present: MapFacts | null,
    wanted: WantedMap | null,
    operations: readonly MapOperation[],
    flows: boolean,
  ): Promise<boolean> {
    const name = present?.name ?? this.#names.forNew(unit);
    for (const operation of operations) {
      if (operation.kind === 'message') {
        this.#kernel.message(name, operation.message);
        continue;
      }
      if (operation.kind === 'reload' && present !== null && !flows) {
        await this.#expectFlow(present);
        return true;
      }
      await this.#kernel.change(toChange(operation, unit.wwid, name, wanted));
      return false;
    }
    return flows;
  }

  #present(unit: Unit): MapFacts | null {
    const uuid = mapUuid(unit.wwid);
    const byName = this.#kernel.read(unit.map?.name ?? unit.name);
    if (byName?.uuid === uuid) return byName;
    return this.#kernel.find(unit.wwid);
  }

  /** After a failure: what the kernel has now, half changed perhaps. */
  #reportAsIs(wwid: Wwid): void {
    const unit = this.#host.unit(wwid);
    if (unit === null) return;
    try {
      this.#report(unit, this.#present(unit));
    } catch {
      // The kernel does not answer: the failure that led here is told, and the job is tried again.
    }
  }

  #report(unit: Unit, present: MapFacts | null): void {
    if (present !== null) {
      this.#names.seen(unit.wwid, present.name);
      this.#nodes.ensure(present.name, present.devT);
    } else if (unit.map !== null) {
      this.#nodes.drop(unit.map.name);
    }
    this.#host.feed({ at: this.#clock.now(), kind: 'map', wwid: unit.wwid, map: present });
  }
}

/** Asked as a function: the compiler does not see that a job changes what was set before it. */
function wasAskedAgain({ dirty }: Lane): boolean {
  return dirty;
}

function toChange(
  operation: Exclude<MapOperation, { kind: 'message' }>,
  wwid: Wwid,
  name: MapFacts['name'],
  wanted: WantedMap | null,
): MapChange {
  switch (operation.kind) {
    case 'create':
      return { kind: 'create', name, wwid, table: tableOf(wanted) };
    case 'reload':
      return { kind: 'reload', name, table: tableOf(wanted), resize: operation.resize };
    case 'resume':
    case 'remove':
      return { kind: operation.kind, name };
  }
}

function tableOf(wanted: WantedMap | null): MapTable {
  if (wanted === null) throw new PathManagerError('INTERNAL', 'A table was planned for a unit that wants none');
  return {
    sizeSectors: wanted.sizeSectors,
    queueIfNoPath: wanted.queueIfNoPath,
    groups: wanted.groups.map(({ selector, paths }) => ({ selector, paths: paths.map((path) => path.devT) })),
  };
}
