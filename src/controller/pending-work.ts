/** What the kernel's maps lack of what is wanted: shown, and tried at once where an operator asks for it. */
import type { Clock } from '../base/clock.js';
import { mapUuid, type Wwid } from '../base/ids.js';
import { wantedMap } from '../model/grouping.js';
import { plan } from '../model/plan.js';
import type { OpenPlan } from '../model/plan-view.js';
import type { Unit } from '../model/types.js';
import type { Controller } from './controller.js';
import type { KernelMaps } from './ports.js';

/** How long an operator waits for what is tried: storage that hangs lets a change wait for longer. */
const PATIENCE_MS = 20_000;

export class PendingWork {
  readonly #clock: Clock;
  readonly #kernel: Pick<KernelMaps, 'list'>;
  readonly #controller: Controller;

  constructor(clock: Clock, kernel: Pick<KernelMaps, 'list'>, controller: Controller) {
    this.#clock = clock;
    this.#kernel = kernel;
    this.#controller = controller;
  }

  /** Every unit whose map, as the kernel has it now, is not what is wanted; by number. */
  list(): readonly OpenPlan[] {
    const { policy, settings } = this.#controller.state;
    const maps = new Map(this.#kernel.list().map((map) => [map.uuid, map]));
    return this.#units().flatMap((unit) => {
      const present = maps.get(mapUuid(unit.wwid)) ?? null;
      const wanted = wantedMap(unit, policy, settings);
      const operations = plan(wanted, present);
      if (operations.length === 0) return [];
      return [{ unit, present, wanted, operations, work: this.#controller.applier.work(unit.wwid) }];
    });
  }

  /**
   * Tries at once what is open, also what was put off or refused; the guards of the applier hold as always. Resolves when
   * all of that has ended, or after a while.
   * @returns what was open before
   */
  async tryNow(): Promise<readonly OpenPlan[]> {
    const open = this.list();
    const troubled = this.#units().filter((unit) => unit.problem !== null);
    const concerned = new Set<Wwid>([...open.map(({ unit }) => unit.wwid), ...troubled.map(({ wwid }) => wwid)]);
    const { applier } = this.#controller;
    for (const wwid of concerned) applier.schedule(wwid);
    const ended = Promise.all([...concerned].map((wwid) => applier.settled(wwid)));
    await new Promise<void>((resolve) => {
      const timer = this.#clock.after('patience with a plan', PATIENCE_MS, resolve);
      void ended.finally(() => {
        timer.cancel();
        resolve();
      });
    });
    return open;
  }

  #units(): readonly Unit[] {
    return [...this.#controller.state.units.values()].sort((a, b) => a.number - b.number);
  }
}
