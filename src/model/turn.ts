/** One step in the making: a working copy of the state and what it causes. Thrown away where a request is refused. */
import { escapeControl } from '../base/text.js';
import type { DevT, PathNumber, Wwid } from '../base/ids.js';
import type { MapFacts } from '../base/map-facts.js';
import type { PathFacts } from '../discovery/facts.js';
import type { EventId, EventRecord } from './catalogue.js';
import type { Registry } from './naming.js';
import type { Port, SavedPort } from './ports/types.js';
import type { Effect, ModelState, Path, Policy, ProbeReason, RefusedPath, Settings, Unit } from './types.js';

interface Owner {
  readonly unit: Unit;
  readonly path: Path;
}

export class Turn {
  readonly start: ModelState;
  /** Milliseconds since 1970: the time of everything in this step. */
  readonly at: number;
  settings: Settings;
  policy: Policy;
  isTick = false;
  readonly records: EventRecord[] = [];
  readonly joins: (Effect & { kind: 'join' })[] = [];
  readonly deletions: (Effect & { kind: 'delete-disk' })[] = [];
  /** Messages to the kernel that wait for nothing, in the order in which they were decided. */
  readonly messages: (Effect & { kind: 'fail-path' | 'reinstate-path' })[] = [];
  /** Units whose map the kernel reported differently from before. */
  readonly reported = new Set<Wwid>();
  /** Units with a change that waits for the kernel, wanted table or not. */
  readonly toApply = new Set<Wwid>();
  /** Units that a request changed or probes. */
  readonly touched = new Set<Wwid>();
  /** By unit and path. */
  readonly #probes = new Map<string, Effect & { kind: 'probe' }>();
  readonly #changed = new Map<Wwid, Unit>();
  #units: Map<Wwid, Unit> | null = null;
  #owners: Map<DevT, Wwid> | null = null;
  #refused: Map<DevT, RefusedPath> | null = null;
  #strayMaps: Map<Wwid, MapFacts> | null = null;
  #ports: Map<string, Port> | null = null;
  /** Ports whose time-outs are written again where it has not been seen that the kernel has them. */
  readonly rewritten = new Set<string>();
  savedPorts: ReadonlyMap<string, SavedPort>;
  sharedPorts: ReadonlySet<string>;

  constructor(start: ModelState, at: number) {
    this.start = start;
    this.at = at;
    this.settings = start.settings;
    this.policy = start.policy;
    this.savedPorts = start.savedPorts;
    this.sharedPorts = start.sharedPorts;
  }

  get units(): ReadonlyMap<Wwid, Unit> {
    return this.#units ?? this.start.units;
  }

  /** The units that are not as they were at the start, first changed first; all of them where the settings or the policy are not. */
  get changed(): readonly Unit[] {
    if (this.settings !== this.start.settings || this.policy !== this.start.policy) return [...this.units.values()];
    return [...this.#changed.values()];
  }

  get refused(): ReadonlyMap<DevT, RefusedPath> {
    return this.#refused ?? this.start.refused;
  }

  get strayMaps(): ReadonlyMap<Wwid, MapFacts> {
    return this.#strayMaps ?? this.start.strayMaps;
  }

  get ports(): ReadonlyMap<string, Port> {
    return this.#ports ?? this.start.ports;
  }

  /** The remote port of a path; undefined where it has none, or none is known. */
  portOf({ facts }: Pick<Path, 'facts'>): Port | undefined {
    return facts.remotePort === null ? undefined : this.ports.get(facts.remotePort);
  }

  putPort(port: Port): void {
    this.#ports ??= new Map(this.start.ports);
    this.#ports.set(port.facts.name, port);
  }

  forgetPort(name: string): void {
    this.#ports ??= new Map(this.start.ports);
    this.#ports.delete(name);
  }

  get registry(): Registry {
    return { policy: this.policy, units: this.units, strayMaps: this.strayMaps };
  }

  /** Keeps the unit's new state; the same object again changes nothing. */
  put(unit: Unit): void {
    if (this.units.get(unit.wwid) === unit) return;
    this.#units ??= new Map(this.start.units);
    this.#units.set(unit.wwid, unit);
    this.#changed.set(unit.wwid, unit);
    if (this.#owners !== null) for (const path of unit.paths) this.#owners.set(path.facts.devT, unit.wwid);
  }

  /** Makes `owners` quick for many calls; one alone is quicker without. */
  indexDevices(): void {
    const pairs = [...this.units.values()].flatMap((unit) =>
      unit.paths.map((path) => [path.facts.devT, unit.wwid] as const),
    );
    this.#owners = new Map(pairs);
  }

  /** The unit of which the device is a present path, and that path: one or none. */
  owners(devT: DevT): readonly Owner[] {
    if (this.#owners === null) return [...this.units.values()].flatMap((unit) => ownerIn(unit, devT));
    const wwid = this.#owners.get(devT);
    const unit = wwid === undefined ? undefined : this.units.get(wwid);
    // A device that has left is still in the index: the unit itself knows.
    return unit === undefined ? [] : ownerIn(unit, devT);
  }

  /**
   * Keeps a unit of which nothing has changed but what is told on request, as the date of the last probe: there is nothing
   * to settle, to do or to tell. This is what each round of the patrol brings for every path.
   */
  note(unit: Unit): void {
    this.#units ??= new Map(this.start.units);
    this.#units.set(unit.wwid, unit);
  }

  refuse(devT: DevT, refused: RefusedPath): void {
    this.#refused ??= new Map(this.start.refused);
    this.#refused.set(devT, refused);
  }

  unrefuse(devT: DevT): void {
    if (!this.refused.has(devT)) return;
    this.#refused ??= new Map(this.start.refused);
    this.#refused.delete(devT);
  }

  /** Keeps a map that belongs to no unit. */
  stray(wwid: Wwid, map: MapFacts): void {
    this.#strayMaps ??= new Map(this.start.strayMaps);
    this.#strayMaps.set(wwid, map);
  }

  /** Forgets such a map: it is gone, or its unit has come. */
  unstray(wwid: Wwid): void {
    if (!this.strayMaps.has(wwid)) return;
    this.#strayMaps ??= new Map(this.start.strayMaps);
    this.#strayMaps.delete(wwid);
  }

  record(id: EventId, unit: Unit | null, path: PathFacts | null, detail: string): void {
    this.recordAt(id, unit, path?.number ?? null, detail);
  }

  recordAt(id: EventId, unit: Unit | null, path: PathNumber | null, detail: string): void {
    const [wwid, number] = [unit?.wwid ?? null, unit?.number ?? null];
    this.records.push({ id, at: this.at, wwid, unit: number, path, detail: escapeControl(detail) });
  }

  /** Records what concerns a whole remote port. */
  recordPort(id: EventId, port: string, detail: string): void {
    this.recordAt(id, null, null, `${port}: ${detail}`);
  }

  /** Asks for one probe of a path: the first reason stands for all. */
  probe({ wwid, key }: PathFacts, reason: ProbeReason): void {
    const id = `${wwid} ${key}`;
    if (!this.#probes.has(id)) this.#probes.set(id, { kind: 'probe', wwid, key, reason });
  }

  /** What is to be probed, in the order in which it was asked for. */
  get probes(): Iterable<Effect & { kind: 'probe' }> {
    return this.#probes.values();
  }

  /** The state as it stands now; the one before where nothing has changed. */
  get state(): ModelState {
    const { start } = this;
    const same =
      this.settings === start.settings &&
      this.policy === start.policy &&
      this.units === start.units &&
      this.refused === start.refused &&
      this.strayMaps === start.strayMaps &&
      this.ports === start.ports &&
      this.savedPorts === start.savedPorts &&
      this.sharedPorts === start.sharedPorts;
    if (same) return start;
    return {
      policy: this.policy,
      settings: this.settings,
      units: this.units,
      refused: this.refused,
      strayMaps: this.strayMaps,
      ports: this.ports,
      savedPorts: this.savedPorts,
      sharedPorts: this.sharedPorts,
    };
  }
}

function ownerIn(unit: Unit, devT: DevT): readonly Owner[] {
  const path = unit.paths.find((each) => each.facts.devT === devT);
  return path === undefined ? [] : [{ unit, path }];
}
