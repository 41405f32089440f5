/**
 * The controller: feeds what happens to the model and carries out what the model answers. One event, one path:
 * kernel, devices, watcher or operator -> feed -> model.step -> effects -> applier, prober, store, records.
 */
import type { Timer } from '../base/clock.js';
import { asPathManagerError, PathManagerError } from '../base/errors.js';
import { mapUuid, wwidOfUuid, type MapName, type Wwid } from '../base/ids.js';
import type { PathFacts } from '../discovery/facts.js';
import { wantedMap } from '../model/grouping.js';
import { toSaved } from '../model/saved.js';
import { step } from '../model/step.js';
import type { Effect, Input, ModelState, Policy, PortGroupState, ProbeAnswer, Request } from '../model/types.js';
import type { EventId, EventRecord } from '../model/catalogue.js';
import { Applier } from './applier.js';
import { leavePatient, stopQueueing } from './at-rest.js';
import { Capacities } from './capacities.js';
import { knownUnits } from './claims.js';
import { Marking } from './marking.js';
import { expectBack, expectDone } from './expectations.js';
import { PortWrites } from './port-writes.js';
import { ProbeWaits } from './probe-waits.js';
import { StorageChanges } from './storage-changes.js';
import { Reservations } from './reservations.js';
import { StateKeeper } from './state-keeper.js';
import { Telling } from './telling.js';
import { within } from './within.js';
import type { ControllerParts } from './parts.js';
import type { DeviceInput } from './ports.js';

export type { ControllerListener, ControllerParts } from './parts.js';

/** How long an operator's request waits for the kernel before it says that the change is still pending. */
const APPLY_PATIENCE_MS = 20_000;
/** How long a failback waits for its probe. */
const PROBE_PATIENCE_MS = 15_000;
/** How often everything is compared again, in case an event was missed. */
const VERIFY_MS = 30_000;
/** Between two rounds of questions whom paths lead to, where storage says again and again that it has changed. */
const PROVING_REST_MS = 200;
/** The same between two scans, which cost storage more. */
const SCAN_REST_MS = 2_000;

export class Controller {
  readonly #parts: ControllerParts;
  readonly #applier: Applier;
  readonly #waits: ProbeWaits;
  readonly #capacities: Capacities;
  readonly #keeper: StateKeeper;
  readonly #portWrites: PortWrites;
  readonly #marking: Marking;
  /** Storage has changed: whom the paths in service lead to is asked at once, what is new is looked for with more rest. */
  readonly #proving: StorageChanges;
  readonly #scanning: StorageChanges;
  readonly #telling = new Telling();
  readonly #reservations: Reservations;
  readonly #closers: { close(): void }[] = [];
  readonly #policy: Policy;
  #state: ModelState;
  #wake: Timer | null = null;
  #verify: Timer | null = null;
  #firstInventory: () => void = () => undefined;
  /** Settles when the first inventory stands: before it, the state has no paths and would be told wrongly. */
  readonly inventoried = new Promise<void>((resolve) => (this.#firstInventory = resolve));
  #closed = false;

  constructor(parts: ControllerParts, initial: ModelState) {
    this.#parts = parts;
    this.#state = initial;
    this.#policy = initial.policy;
    this.#waits = new ProbeWaits(parts.clock);
    this.#capacities = new Capacities(parts, () => this.#state);
    this.#keeper = new StateKeeper({
      clock: parts.clock,
      store: parts.store,
      state: () => toSaved(this.#state),
      record: (id, detail) => this.#note(id, detail),
    });
    this.#portWrites = new PortWrites({
      timeouts: parts.portTimeouts,
      saved: () => this.#keeper.saved(),
      trouble: (error) => parts.listener.trouble(error),
    });
    this.#marking = new Marking(parts.marks, (wwid) => this.#state.units.get(wwid));
    this.#proving = new StorageChanges(parts.clock, PROVING_REST_MS, (scope) =>
      this.#feed({ at: parts.clock.now(), kind: 'storage-changed', scope }),
    );
    this.#scanning = new StorageChanges(parts.clock, SCAN_REST_MS, (scope) => this.rescan(scope));
    this.#reservations = new Reservations({
      clock: parts.clock,
      orders: parts.orders,
      state: () => this.#state,
      feed: (input) => void this.#feed({ at: parts.clock.now(), ...input }),
      record: ({ wwid, number }, detail) => this.#note(1042, detail, { wwid, unit: number }),
      done: (wwid) => this.#untilApplied([wwid]).then(() => this.#keeper.saved()),
    });
    this.#applier = new Applier(parts, parts.clock, {
      unit: (wwid) => this.#state.units.get(wwid) ?? null,
      wanted: (unit) => wantedMap(unit, this.#state.policy, this.#state.settings),
      feed: (input) => void this.#feed(input),
    });
  }

  get state(): ModelState {
    return this.#state;
  }

  /** Persistent reservations. */
  get reservations(): Reservations {
    return this.#reservations;
  }

  /** The work on the maps. */
  get applier(): Applier {
    return this.#applier;
  }

  /**
   * Takes over what is there. Resolves when every logical unit that was found has been compared with the kernel once,
   * or after `patienceMs`: one hung unit must not keep the others from being ready.
   */
  async start(patienceMs: number): Promise<void> {
    const { kernel, devices, marks } = this.#parts;
    marks.start(new Set(this.#state.units.keys()));
    // Armed before anything is read: what happens meanwhile comes again as an event.
    const events = kernel.watch((name, what) => this.#onMapEvent(name, what));
    this.#closers.push(events, devices, marks, this.#proving, this.#scanning, this.#capacities);
    devices.start((input) => this.#onDevice(input));
    await this.inventoried;
    for (const wwid of this.#state.units.keys()) this.#applier.schedule(wwid);
    await within(
      this.#parts.clock,
      patienceMs,
      Promise.all([...this.#state.units.keys()].map((id) => this.#applier.settled(id))),
    );
    this.#scheduleVerify();
  }

  /**
   * Carries out an operator's request and waits until the kernel has it.
   * @returns the units it concerned.
   * @throws the model's refusal; WATCHER_ABSENT, STILL_FAILED, APPLY_FAILED, APPLY_PENDING, NOT_SAVED.
   */
  async request(request: Request): Promise<readonly Wwid[]> {
    if (request.kind === 'failback' && !this.#parts.prober.connected) {
      throw new PathManagerError(
        'WATCHER_ABSENT',
        'No path can be failed back: the path watcher is not running; start ispmwatcher',
      );
    }
    const result = this.#feed({ at: this.#parts.clock.now(), kind: 'request', request });
    if (result.refusal !== null) throw result.refusal;
    const probes = result.effects.filter((effect) => effect.kind === 'probe');
    await this.#waits.all(probes, PROBE_PATIENCE_MS);
    await Promise.all(probes.map(({ wwid }) => this.#reservations.settled(wwid)));
    await this.#untilApplied(result.touched);
    if (result.effects.some((effect) => effect.kind === 'save')) await this.#keeper.saved();
    for (const { wwid, key } of probes) expectBack(this.#state.units.get(wwid), key);
    return result.touched;
  }

  /** Takes what the watcher saw, all of it as one input: a round of the patrol has an answer of every path. */
  report(answers: readonly ProbeAnswer[]): void {
    const believed = answers.map((answer) => this.#capacities.believed(answer));
    this.#feed({ at: this.#parts.clock.now(), kind: 'probed', answers: believed });
    // Who waits for one that is not believed yet waits for the next.
    for (const [index, answer] of believed.entries()) {
      if (answer === answers[index]) this.#waits.answered(answer.wwid, answer.key);
    }
  }

  /** Takes the states of a unit's target port groups. */
  reportAccess(wwid: Wwid, groups: readonly PortGroupState[]): void {
    this.#feed({ at: this.#parts.clock.now(), kind: 'access-states', wwid, groups });
  }

  /**
   * Has the kernel look at storage again, then reads all devices.
   * @param scope as for StorageScan
   * @returns false where some storage has not answered: what it shows later comes as an event
   */
  async rescan(scope: string): Promise<boolean> {
    const finished = await this.#capacities.scan(scope);
    if (!this.#closed) this.#parts.devices.rescan();
    return finished;
  }

  /**
   * Ends at once, whatever waits for storage. The maps stay; where `keepQueueing` is false, or the waiting was limited
   * by a request, they fail I/O from now on when no path is left, because nobody is there to bring one back. Remote ports
   * become patient, because nobody is there to see that one carries a last path.
   */
  stop(keepQueueing: boolean): void {
    this.#closed = true;
    for (const closer of this.#closers) closer.close();
    this.#wake?.cancel();
    this.#verify?.cancel();
    this.#reservations.close();
    this.#applier.close();
    this.#keeper.close();
    this.#portWrites.close();
    this.#telling.now();
    const attempt = (work: () => void): void => this.#tryNow(work);
    if (!keepQueueing || this.#state.policy !== this.#policy) stopQueueing(this.#parts.kernel, attempt);
    leavePatient(this.#parts.portTimeouts, this.#state, attempt);
    this.#parts.kernel.close();
  }

  /** Settles when the last attempt to save has ended. */
  saved(): Promise<void> {
    return this.#keeper.settled();
  }

  #feed(input: Input): ReturnType<typeof step> {
    const before = this.#state;
    const result = step(before, input);
    this.#state = result.state;
    const isSaved = result.effects.some(({ kind }) => kind === 'save');
    for (const effect of result.effects) this.#carryOut(effect, isSaved);
    this.#telling.later(() => this.#tell(before, result));
    return result;
  }

  #tell(before: ModelState, { state, changed, effects }: ReturnType<typeof step>): void {
    if (changed.length > 0) this.#parts.listener.changed(changed);
    for (const id of changed) this.#marking.unit(id);
    if (before.settings !== state.settings) this.#parts.listener.settingsChanged();
    for (const effect of effects) if (effect.kind === 'record') this.#parts.listener.record(effect.record);
  }

  /** @param isSaved the state is saved with it */
  #carryOut(effect: Effect, isSaved: boolean): void {
    switch (effect.kind) {
      case 'apply':
        this.#applier.schedule(effect.wwid);
        break;
      case 'probe':
        this.#parts.prober.request(effect);
        break;
      case 'join':
        this.#reservations.join(effect);
        break;
      case 'delete-disk':
        void this.#delete(effect.facts);
        break;
      case 'set-port-timeouts':
        this.#portWrites.write(effect, isSaved);
        break;
      case 'fail-path':
      case 'reinstate-path':
        this.#tryNow(() => this.#parts.kernel.message(effect.map, { kind: effect.kind, devT: effect.devT }));
        break;
      case 'save':
        this.#keeper.save();
        break;
      case 'record':
        // Told with the rest of the step.
        break;
      case 'wake':
        this.#wakeAt(effect.at);
        break;
    }
  }

  /** A device, map or port that has gone meanwhile is told of as such, and decided about anew. */
  #tryNow(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#parts.listener.trouble(asPathManagerError(error));
    }
  }

  async #delete(facts: PathFacts): Promise<void> {
    const reason = await this.#parts.removal.remove(facts);
    if (reason === null || this.#closed) return;
    this.#feed({ at: this.#parts.clock.now(), kind: 'disk-kept', devT: facts.devT, reason });
  }

  #wakeAt(at: number): void {
    this.#wake?.cancel();
    const { clock } = this.#parts;
    this.#wake = clock.after('model tick', Math.max(0, at - clock.now()), () => {
      this.#feed({ at: clock.now(), kind: 'tick' });
    });
  }

  #onMapEvent(name: MapName, what: 'changed' | 'added' | 'removed'): void {
    if (this.#closed) return;
    const known = this.#unitOfMap(name);
    if (known !== null && this.#applier.isDue(known)) return;
    const map = what === 'removed' ? null : this.#parts.kernel.read(name);
    const wwid = map === null ? known : wwidOfUuid(map.uuid);
    if (wwid === null) return;
    this.#feed({ at: this.#parts.clock.now(), kind: 'map', wwid, map });
  }

  #unitOfMap(name: MapName): Wwid | null {
    for (const unit of this.#state.units.values()) if (unit.map?.name === name) return unit.wwid;
    return null;
  }

  #onDevice(input: DeviceInput): void {
    if (this.#closed) return;
    const { clock, claims, kernel } = this.#parts;
    const at = clock.now();
    switch (input.kind) {
      case 'present':
        this.#take([input.facts], claims.one(input.facts, knownUnits(this.#state, [])), (ours) => {
          for (const facts of ours) this.#feed({ at, kind: 'path-present', facts });
        });
        break;
      case 'gone':
        claims.gone(input.devT);
        this.#feed({ at, kind: 'shared-ports', names: claims.sharedPorts() });
        this.#feed({ at, ...input, kind: 'path-gone' });
        break;
      case 'empty':
        this.#capacities.foundEmpty(input.disk);
        break;
      case 'all': {
        const maps = kernel.list();
        this.#take(input.facts, claims.all(input.facts, knownUnits(this.#state, maps)), (paths) =>
          this.#feed({ at, kind: 'inventory', paths, maps, ports: input.ports }),
        );
        this.#firstInventory();
        break;
      }
      case 'port':
      case 'port-removed':
      case 'fabric-notice':
        this.#feed({ at, ...input });
        break;
      case 'storage-changed':
        this.#proving.changed(input.scope);
        this.#scanning.changed(input.scope);
        break;
      case 'overrun':
        this.#note(1015, 'the kernel sent more events than could be taken');
        break;
    }
  }

  /** Takes disks in; what udev is told follows from what they have become. */
  #take(seen: readonly PathFacts[], ours: readonly PathFacts[], feed: (ours: readonly PathFacts[]) => void): void {
    this.#feed({ at: this.#parts.clock.now(), kind: 'shared-ports', names: this.#parts.claims.sharedPorts() });
    feed(ours);
    this.#marking.disks(seen, ours);
  }

  #note(id: EventId, detail: string, whose: Pick<EventRecord, 'wwid' | 'unit'> = { wwid: null, unit: null }): void {
    this.#parts.listener.record({ id, at: this.#parts.clock.now(), ...whose, path: null, detail });
  }

  #scheduleVerify(): void {
    this.#verify = this.#parts.clock.after('verify', VERIFY_MS, () => {
      this.#verifyMaps();
      this.#scheduleVerify();
    });
  }

  /** What events should have told: every map as the kernel has it now. */
  #verifyMaps(): void {
    const maps = new Map(this.#parts.kernel.list().map((map) => [map.uuid, map]));
    for (const unit of [...this.#state.units.values()]) {
      if (this.#applier.busy(unit.wwid)) continue;
      const map = maps.get(mapUuid(unit.wwid)) ?? null;
      if (unit.map === null && map === null) continue;
      this.#feed({ at: this.#parts.clock.now(), kind: 'map', wwid: unit.wwid, map });
      this.#applier.schedule(unit.wwid);
    }
  }

  async #untilApplied(units: readonly Wwid[]): Promise<void> {
    const done = await within(
      this.#parts.clock,
      APPLY_PATIENCE_MS,
      Promise.all(units.map((id) => this.#applier.settled(id))),
    );
    if (!done) {
      throw new PathManagerError(
        'APPLY_PENDING',
        'The change is accepted, but the kernel still waits for storage; it is carried out when the storage answers',
      );
    }
    for (const id of units) expectDone(this.#state.units.get(id));
  }
}
