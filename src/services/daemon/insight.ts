/** What people ask for to understand: why paths are as they are, what is left to do in the kernel, what is amiss. */
import type { SteadyClock } from '../../base/clock.js';
import type { Claims } from '../../controller/claims.js';
import type { Controller } from '../../controller/controller.js';
import type { PathRecords } from '../../controller/path-records.js';
import { gatherFacts } from '../../controller/doctor-facts.js';
import { PendingWork } from '../../controller/pending-work.js';
import type { KernelMaps } from '../../controller/ports.js';
import { examine } from '../../model/doctor/examine.js';
import type { DoctorView, PathLimits } from '../../model/doctor/types.js';
import { explain } from '../../model/explain/explain.js';
import { isLive } from '../../model/availability.js';
import type { Circumstances, ExplanationView, LeftAlone } from '../../model/explain/types.js';
import { unitPlanView, type PlanResultView, type PlanView } from '../../model/plan-view.js';
import { movedInTime } from '../../model/view-times.js';
import type { Attendance } from '../api/attendance.js';
import type { InsightService } from '../api/service.js';
import type { PatrolClock } from './patrol-clock.js';
import { productVersion } from '../version.js';
import type { StreamProber } from './stream-prober.js';

/** What is looked at. */
export interface InsightParts {
  readonly clock: SteadyClock;
  readonly controller: Controller;
  readonly prober: Pick<StreamProber, 'connected' | 'askedAt'>;
  readonly patrol: PatrolClock;
  readonly records: PathRecords;
  readonly claims: Claims;
  readonly kernel: KernelMaps;
  readonly attendance: Attendance;
  /** Limits of a disk by its node; null where it is gone. */
  limits(node: string): PathLimits | null;
}

export class Insight implements InsightService {
  readonly #parts: InsightParts;
  readonly #pending: PendingWork;

  constructor(parts: InsightParts) {
    this.#parts = parts;
    this.#pending = new PendingWork(parts.clock, parts.kernel, parts.controller);
  }

  explain(name: string): ExplanationView {
    return this.#onWall(explain(this.#parts.controller.state, name, this.#circumstances()));
  }

  plan(): PlanView {
    return this.#onWall(this.#plan());
  }

  #plan(): PlanView {
    const { clock, controller } = this.#parts;
    const units = this.#pending.list().map(unitPlanView);
    return { at: clock.now(), compared: [...controller.state.units.values()].filter(isLive).length, units };
  }

  async applyPlan(): Promise<PlanResultView> {
    const before = (await this.#pending.tryNow()).map(unitPlanView);
    const left = new Map(this.#plan().units.map((unit) => [unit.number, unit]));
    const units = before.map((unit) => {
      const open = left.get(unit.number);
      return open === undefined ? { ...unit, done: true, waits: null } : { ...open, done: false };
    });
    return this.#onWall({ at: this.#parts.clock.now(), units });
  }

  async doctor(): Promise<DoctorView> {
    const { clock, prober, attendance } = this.#parts;
    const loggers = attendance.versions('ispmlogger');
    const version = productVersion();
    const facts = await gatherFacts(this.#parts);
    const units = [...facts.state.units.values()].filter(isLive);
    return {
      at: clock.onWall(clock.now()),
      version,
      units: units.length,
      paths: units.reduce((sum, { paths }) => sum + paths.length, 0),
      findings: examine({
        ...facts,
        version,
        watcher: { connected: prober.connected, versions: attendance.versions('ispmwatcher') },
        logger: { connected: loggers.length > 0, versions: loggers },
      }),
    };
  }

  /** Told by the wall clock as it is set now; decided by the one that only passes. */
  #onWall<View>(view: View): View {
    return movedInTime(view, this.#parts.clock.jumped);
  }

  #circumstances(): Circumstances {
    const { clock, controller, prober, patrol, records } = this.#parts;
    const at = clock.now();
    return {
      at,
      watcher: { connected: prober.connected, nextRoundAt: patrol.next(at) },
      records: (wwid, path) => records.of(wwid, path),
      probeAskedAt: (wwid, key) => prober.askedAt(wwid, key),
      work: (wwid) => controller.applier.work(wwid),
      leftAlone: this.#leftAlone(),
    };
  }

  #leftAlone(): readonly LeftAlone[] {
    const { controller, claims } = this.#parts;
    const known = new Set(controller.state.units.keys());
    return claims.leftOut(known).map(({ facts: { node, number, devT, wwid }, detail }) => {
      return { node, number, devT, wwid, reason: detail };
    });
  }
}
