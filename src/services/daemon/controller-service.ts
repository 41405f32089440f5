/** The controller behind its API: snapshots for readers, requests for changers, the event stream for followers. */
import type { SteadyClock, Timer } from '../../base/clock.js';
import type { PathManagerError } from '../../base/errors.js';
import type { Wwid } from '../../base/ids.js';
import type { Controller, ControllerListener } from '../../controller/controller.js';
import { PathRecords } from '../../controller/path-records.js';
import { scanScope } from '../../controller/storage-scan.js';
import type { EventId, EventRecord } from '../../model/catalogue.js';
import type { ModelState, PortGroupState, ProbeAnswer, Request } from '../../model/types.js';
import { recordView, settingsView, unitsView } from '../../model/view.js';
import { movedInTime } from '../../model/view-times.js';
import type { HealthView, SettingsView, UnitsView } from '../../model/view.js';
import { Attendance } from '../api/attendance.js';
import { EventRing } from '../api/event-ring.js';
import type { ApiService } from '../api/service.js';
import { logRecord, type Logger } from '../log.js';
import { Metrics } from '../metrics.js';
import { productName, productVersion } from '../version.js';
import { Insight, type InsightParts } from './insight.js';
import { PatrolClock } from './patrol-clock.js';
import { ReservationDesk } from './reservation-desk.js';
import { StreamProber } from './stream-prober.js';
import { PortableSettings } from './portable-settings.js';

/** Changes of units that come together are told together. */
const GATHER_MS = 20;

export class ControllerService implements ApiService, ControllerListener {
  readonly ring: EventRing;
  readonly attendance = new Attendance();
  readonly prober: StreamProber;
  readonly #clock: SteadyClock;
  readonly #log: Logger;
  readonly #startedAt: number;
  readonly #metrics: Metrics;
  readonly #patrol = new PatrolClock();
  readonly #records = new PathRecords();
  readonly #changedUnits = new Set<Wwid>();
  #gather: Timer | null = null;
  #controller: Controller | null = null;
  #insight: Insight | null = null;
  #snapshot: { readonly state: ModelState; readonly jumped: number; readonly view: UnitsView } | null = null;
  #ready = false;
  readonly portable: PortableSettings;
  readonly reservations: ReservationDesk;

  constructor(clock: SteadyClock, log: Logger) {
    this.#clock = clock;
    this.#log = log;
    this.#startedAt = clock.now();
    this.portable = new PortableSettings(clock, () => this.#running());
    this.reservations = new ReservationDesk(() => this.#running());
    this.ring = new EventRing(this.#startedAt.toString(36));
    this.prober = new StreamProber(this.ring, clock, () => this.#running().state);
    this.#metrics = new Metrics(
      () => this.units().units,
      () => this.prober.connected,
    );
  }

  /** The controller exists: from now on the API can be served. */
  attach(controller: Controller, world: Pick<InsightParts, 'claims' | 'kernel' | 'limits'>): void {
    this.#controller = controller;
    this.#insight = new Insight({
      clock: this.#clock,
      controller,
      prober: this.prober,
      patrol: this.#patrol,
      records: this.#records,
      attendance: this.attendance,
      ...world,
    });
  }

  get insight(): Insight {
    return this.#attached(this.#insight);
  }

  /** The first inventory stands. */
  ready(): void {
    this.#ready = true;
    this.note(1010, `version ${productVersion()}`);
  }

  /** Records an event that concerns no unit. */
  note(id: EventId, detail: string): void {
    this.record({ id, at: this.#clock.now(), wwid: null, unit: null, path: null, detail });
  }

  health(): HealthView {
    const { units } = this.units();
    return {
      ready: this.#ready,
      name: productName,
      version: productVersion(),
      pid: process.pid,
      startedAt: this.#clock.onWall(this.#startedAt),
      watcher: this.prober.connected,
      units: units.length,
      paths: units.reduce((sum, unit) => sum + unit.paths.length, 0),
    };
  }

  /** Made once a state; a reader never waits for anything. */
  units(): UnitsView {
    const { state } = this.#running();
    const { jumped } = this.#clock;
    if (this.#snapshot?.state !== state || this.#snapshot.jumped !== jumped) {
      const view = unitsView(state, this.ring.sequence);
      this.#snapshot = { state, jumped, view: movedInTime(view, jumped) };
    }
    return this.#snapshot.view;
  }

  /** How it goes, in a line for `systemctl status`. */
  summary(): string {
    const { units } = this.units();
    const paths = units.flatMap((unit) => unit.paths);
    const failed = paths.filter((path) => path.state === 'failed').length;
    const watcher = this.prober.connected ? '' : ', no watcher';
    return `${units.length} logical units, ${paths.length} paths, ${failed} failed${watcher}`;
  }

  settings(): SettingsView {
    return settingsView(this.#running().state);
  }

  request(request: Request): Promise<readonly Wwid[]> {
    return this.#running().request(request);
  }

  report(
    probes: readonly ProbeAnswer[],
    access: readonly { wwid: Wwid; groups: readonly PortGroupState[] }[],
    nextRoundMs: number | null,
  ): void {
    if (nextRoundMs !== null) this.#patrol.told(this.#clock.now(), nextRoundMs);
    for (const each of access) this.#running().reportAccess(each.wwid, each.groups);
    for (const probe of probes) this.prober.answered(probe.wwid, probe.key);
    if (probes.length > 0) this.#running().report(probes);
  }

  rescan(scope: string): Promise<boolean> {
    return this.#running().rescan(scanScope(scope));
  }

  metrics(): Promise<{ type: string; text: string }> {
    return this.#metrics.text();
  }

  watcherConnected(connected: boolean): void {
    this.prober.watcher(connected);
    if (!this.prober.connected) this.#patrol.end();
    else if (connected) this.#patrol.begin(this.#clock.now(), this.#intervalMs());
    if (connected) this.note(1013, '');
    else this.note(1014, '');
    this.reservations.watcher(connected, this.prober.connected);
  }

  record(record: EventRecord): void {
    const view = recordView({ ...record, at: this.#clock.onWall(record.at) });
    logRecord(this.#log, record, view);
    this.#metrics.count(record);
    this.#records.note(record);
    this.ring.push('record', view);
  }

  changed(units: readonly Wwid[]): void {
    for (const unit of units) this.#changedUnits.add(unit);
    this.#gather ??= this.#clock.after('tell changed units', GATHER_MS, () => {
      this.#gather = null;
      this.ring.push('units', { wwids: [...this.#changedUnits] });
      this.#changedUnits.clear();
    });
  }

  settingsChanged(): void {
    this.ring.push('settings', this.settings());
    if (this.prober.connected) this.#patrol.retime(this.#clock.now(), this.#intervalMs());
  }

  trouble(error: PathManagerError): void {
    this.#log.error({ code: error.code, facts: error.facts }, error.message);
  }

  #intervalMs(): number {
    return this.settings().watcher.intervalSec * 1000;
  }

  #running(): Controller {
    return this.#attached(this.#controller);
  }

  #attached<T>(part: T | null): T {
    if (part === null) throw new TypeError('The API is served before its controller exists');
    return part;
  }
}
