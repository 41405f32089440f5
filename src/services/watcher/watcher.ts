/**
 * The path patrol: asks each path by a SCSI command how it is and reports what it saw. It decides nothing.
 *
 * Rounds follow the operator's interval; besides them the controller can ask for a probe at once (failback, a path whose
 * transport came back). Commands run side by side without threads, and one that hangs holds up nobody.
 */
import type { Clock, Timer } from '../../base/clock.js';
import type { ReservationKey } from '../../base/reservation.js';
import type { PathView, ProbeRequestView, SettingsView, UnitView } from '../../model/view.js';
import { IdleClock } from './idle-clock.js';
import { LunLists } from './lun-lists.js';
import { patrolTargets, type PatrolTarget } from './patrol.js';
import { Turnstile } from './turnstile.js';
import { UnderWay } from './under-way.js';
import type { ControllerLink, IoCounters, ScsiAccess } from './ports.js';
import { Reports } from './reports.js';

/** An operator waits for these: a path that hangs is reported as such after this time and not after the patrol's. */
const ON_DEMAND_TIMEOUT_MS = 10_000;
/** Commands under way at once. */
const PARALLEL = 64;
/** A command that takes longer than this no longer counts as under way: hung paths must not use up the places. */
const SLOW_MS = 1_000;
/** Units that change together are read once: a port that is lost changes hundreds, and others need the CPU then. */
const SETTLE_MS = 500;

export interface WatcherParts {
  readonly clock: Clock;
  readonly link: ControllerLink;
  readonly scsi: ScsiAccess;
  readonly ioCounts: IoCounters;
  /** Called with the units each time that they have been read. */
  onUnits(units: readonly UnitView[]): void;
  trouble(what: string, error: unknown): void;
}

export class Watcher {
  readonly #parts: WatcherParts;
  readonly #idle = new IdleClock();
  readonly #turnstile: Turnstile;
  readonly #probes = new UnderWay();
  /** REPORT TARGET PORT GROUPS, and the units that have one under way or waiting. */
  readonly #questions = new UnderWay();
  readonly #luns: LunLists;
  readonly #reports: Reports;
  readonly #asked = new Set<string>();
  #settings: SettingsView | null = null;
  #units: readonly UnitView[] = [];
  /** The controller tells of every change; what could not be read then is read with the next round. */
  #stale = true;
  #reading: Promise<void> | null = null;
  #readAgain: Promise<void> | null = null;
  #settle: Timer | null = null;
  #timer: Timer | null = null;
  /** When the next round is due, on the clock that never jumps. */
  #roundAt = 0;
  #closed = false;

  constructor(parts: WatcherParts) {
    this.#parts = parts;
    this.#luns = new LunLists({ clock: parts.clock, ask: (paths) => this.#askLuns(paths) });
    this.#turnstile = new Turnstile(parts.clock, PARALLEL, SLOW_MS);
    this.#reports = new Reports({
      clock: parts.clock,
      link: parts.link,
      nextRoundMs: () => Math.max(0, Math.round(this.#roundAt - parts.clock.monotonic())),
      trouble: (what, error) => parts.trouble(what, error),
    });
  }

  /** The link to the controller stands (again): learn everything, prove every failed path, begin the rounds. */
  async connected(): Promise<void> {
    await this.refresh();
    this.#probeAll(this.#failedPaths(), this.#timeoutMs());
    this.#askPortGroups(this.#units);
    this.#scheduleRound();
  }

  /** Units have changed: read them again in a moment. A probe that is asked for meanwhile brings its own facts. */
  refreshSoon(): void {
    this.#stale = true;
    this.#settle ??= this.#parts.clock.after('read units', SETTLE_MS, () => {
      this.#settle = null;
      this.refresh().catch((error: unknown) => this.#parts.trouble('Cannot read the units from the controller', error));
    });
  }

  /** Units or settings changed: read them again. What changes while they are read makes one more reading, not many. */
  refresh(): Promise<void> {
    this.#stale = true;
    if (this.#reading === null) {
      this.#reading = this.#read().finally(() => (this.#reading = null));
      return this.#reading;
    }
    this.#readAgain ??= this.#reading
      .catch(() => undefined)
      .then(() => {
        this.#readAgain = null;
        return this.refresh();
      });
    return this.#readAgain;
  }

  async #read(): Promise<void> {
    this.#stale = false;
    try {
      await this.#readUnits();
    } catch (error) {
      this.#stale = true;
      throw error;
    }
  }

  async #readUnits(): Promise<void> {
    const [{ units }, settings] = await Promise.all([this.#parts.link.units(), this.#parts.link.settings()]);
    const known = new Set(this.#units.map((unit) => unit.wwid));
    this.#units = units;
    const interval = this.#settings?.watcher.intervalSec;
    this.#settings = settings;
    if (interval !== undefined && interval !== settings.watcher.intervalSec) this.#scheduleRound();
    const paths = units.flatMap((unit) => unit.paths);
    this.#parts.scsi.keepOnly(new Set(paths.flatMap((path) => (path.sg === null ? [] : [path.sg]))));
    this.#idle.keepOnly(new Set(paths.map((path) => path.devT)));
    this.#parts.ioCounts.keepOnly(new Set(paths.map((path) => path.node)));
    this.#parts.onUnits(units);
    if (interval !== undefined) this.#askPortGroups(units.filter((unit) => !known.has(unit.wwid)));
  }

  /** The controller asks for a probe now. */
  async demanded(request: ProbeRequestView): Promise<void> {
    let target = this.#find(request);
    if (target === null) {
      await this.refresh();
      target = this.#find(request);
    }
    if (target !== null) this.#probeAll([target], Math.min(ON_DEMAND_TIMEOUT_MS, this.#timeoutMs()));
  }

  /** The array has a reservation key of this node no more. */
  keyLost(wwid: string, key: ReservationKey): void {
    this.#reports.add('lostKeys', { wwid, key }, true);
  }

  /** The link is gone: probes without a controller serve nobody. */
  disconnected(): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#settle?.cancel();
    this.#settle = null;
  }

  close(): void {
    this.#closed = true;
    this.disconnected();
    this.#reports.close();
    this.#turnstile.close();
    this.#parts.scsi.close();
  }

  #timeoutMs(): number {
    return (this.#settings?.watcher.timeoutSec ?? 120) * 1000;
  }

  #scheduleRound(): void {
    this.#timer?.cancel();
    if (this.#closed || this.#settings === null) return;
    const intervalMs = this.#settings.watcher.intervalSec * 1000;
    this.#roundAt = this.#parts.clock.monotonic() + intervalMs;
    this.#timer = this.#parts.clock.after('patrol round', intervalMs, () => {
      this.#scheduleRound();
      void this.#round();
    });
  }

  async #round(): Promise<void> {
    try {
      if (this.#stale) await this.refresh();
    } catch (error) {
      this.#parts.trouble('Cannot read the units from the controller', error);
      return;
    }
    if (this.#settings === null) return;
    const now = this.#parts.clock.monotonic();
    const targets = patrolTargets(this.#units, this.#settings.watcher, (path) => this.#idleMs(path, now));
    this.#probeAll(targets, this.#timeoutMs());
    if (this.#settings.watcher.healthCheck) this.#askPortGroups(this.#units);
  }

  #idleMs(path: PathView, now: number): number | null {
    const count = this.#parts.ioCounts.read(path.node);
    return count === null ? null : this.#idle.reading(path.devT, count, now);
  }

  #failedPaths(): readonly PatrolTarget[] {
    return this.#units.flatMap((unit) =>
      unit.paths.filter((path) => path.state === 'failed').map((path) => ({ unit, path, check: 'recovery' as const })),
    );
  }

  #find(request: ProbeRequestView): PatrolTarget | null {
    const unit = this.#units.find((each) => each.wwid === request.wwid);
    const path = unit?.paths.find((each) => each.key === request.key);
    if (unit === undefined || path === undefined) return null;
    const { sg, devT } = request;
    return { unit, path: { ...path, sg, devT }, check: 'recovery' };
  }

  #probeAll(targets: readonly PatrolTarget[], timeoutMs: number): void {
    for (const { unit, path, check } of targets) {
      // What comes back may be something else than what went.
      const expected = check === 'recovery' ? unit.wwid : null;
      this.#turnstile.run(async () => {
        if (this.#questions.has(path.devT)) await this.#questions.none(path.devT);
        const answer = await this.#probes.note(path.devT, this.#parts.scsi.probe(path, expected, timeoutMs));
        if (answer === null) return;
        const listed = answer.verdict === 'down' ? await this.#luns.lists(path, answer.outcome, this.#units) : null;
        const news = check === 'recovery' || answer.verdict !== 'up';
        const probe = { wwid: unit.wwid, key: path.key, ...answer, ...(listed === null ? {} : { listed }) };
        this.#reports.add('probes', probe, news);
      });
    }
  }

  /**
   * One command a unit serves all of its paths: the answer tells the state of every target port group. It goes to a path
   * that is not being probed, which is each in turn where the unit is idle.
   */
  #askPortGroups(units: readonly UnitView[]): void {
    for (const { wwid, paths } of units) {
      const askable = paths.filter((each) => each.portGroup !== null && each.state !== 'failed');
      if (askable.length === 0 || this.#asked.has(wwid)) continue;
      this.#asked.add(wwid);
      this.#turnstile.run(() => this.#askOne(wwid, askable).finally(() => void this.#asked.delete(wwid)));
    }
  }

  async #askOne(wwid: string, paths: readonly PathView[]): Promise<void> {
    const device = await this.#probes.firstWithout(paths.map((path) => path.devT));
    const path = paths.find((each) => each.devT === device);
    if (path === undefined || this.#closed) return;
    const timeoutMs = Math.min(ON_DEMAND_TIMEOUT_MS, this.#timeoutMs());
    const groups = await this.#questions.note(device, this.#parts.scsi.portGroups(path, timeoutMs));
    if (groups === null) return;
    const states = new Map(groups.map((group) => [group.id, group.state]));
    const news = paths.some(({ portGroup, access }) => portGroup !== null && states.get(portGroup) !== access);
    this.#reports.add('access', { wwid, groups }, news);
  }

  async #askLuns(paths: readonly PathView[]): Promise<readonly string[] | null> {
    const device = await this.#probes.firstWithout(paths.map((path) => path.devT));
    const path = paths.find((each) => each.devT === device);
    if (path === undefined || this.#closed) return null;
    const timeoutMs = Math.min(ON_DEMAND_TIMEOUT_MS, this.#timeoutMs());
    return this.#questions.note(device, this.#parts.scsi.luns(path, timeoutMs));
  }
}
