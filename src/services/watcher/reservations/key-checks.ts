/**
 * Whether the array still has the node's keys: asked so often that a node whose key is taken away knows it, and stops its
 * I/O on every path, within a second.
 */
import type { Clock, Timer } from '../../../base/clock.js';
import type { ReservationKey } from '../../../base/reservation.js';
import type { PathView, UnitView } from '../../../model/view.js';
import { firstAnswer } from './first-answer.js';
import type { ReservationAccess } from './path-access.js';
import type { UnitTurns } from './unit-turns.js';

const INTERVAL_MS = 400;
/** A check waits so long for the paths that it has asked; a path that takes longer is not asked until it has answered. */
const ANSWER_MS = 2_000;

export interface KeyChecksOptions {
  readonly clock: Clock;
  readonly access: ReservationAccess;
  readonly turns: UnitTurns;
  /** The array has this key no more: said again with every check until the units say that it is known. */
  readonly lost: (wwid: string, key: ReservationKey) => void;
  readonly trouble: (what: string, error: unknown) => void;
}

export class KeyChecks {
  readonly #options: KeyChecksOptions;
  readonly #underWay = new Set<string>();
  #units: readonly UnitView[] = [];
  #timer: Timer | null = null;
  /** Each check begins with another path. */
  #round = 0;

  constructor(options: KeyChecksOptions) {
    this.#options = options;
  }

  /** The units as they are now; those with a key are checked. */
  watch(units: readonly UnitView[]): void {
    this.#units = units.filter(({ reservation }) => reservation !== null && reservation.lostSince === null);
    if (this.#units.length === 0) this.stop();
    else this.#timer ??= this.#next();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  #next(): Timer {
    return this.#options.clock.after('key check', INTERVAL_MS, () => {
      this.#timer = this.#next();
      this.#round += 1;
      for (const unit of this.#units) {
        this.#check(unit).catch((error: unknown) => {
          this.#options.trouble('Cannot ask for the reservation keys', error);
        });
      }
    });
  }

  async #check({ wwid, reservation, paths }: UnitView): Promise<void> {
    const { access, turns, lost } = this.#options;
    const turn = turns.quiet(wwid);
    if (reservation === null || turn === null || this.#underWay.has(wwid)) return;
    // What hangs answers later or never; it gets no second question meanwhile.
    const usable = paths.filter((path) => path.state !== 'failed' && !access.isBusy(path));
    this.#underWay.add(wwid);
    try {
      // Once more, to be sure: from this answer there is no way back without an operator.
      const isGone = (await this.#lacks(usable, 0, reservation.key)) && (await this.#lacks(usable, 1, reservation.key));
      if (isGone && turns.quiet(wwid) === turn) lost(wwid, reservation.key);
    } finally {
      this.#underWay.delete(wwid);
    }
  }

  /** True where the array says that it does not have the key; no answer, or one that cannot be right, says nothing. */
  async #lacks(paths: readonly PathView[], offset: number, key: ReservationKey): Promise<boolean> {
    const { clock, access } = this.#options;
    const first = paths.length === 0 ? 0 : (this.#round + offset) % paths.length;
    const ordered = [...paths.slice(first), ...paths.slice(0, first)];
    const answered = await firstAnswer(clock, ordered, (path) => access.ask(path, 'read-keys', ANSWER_MS));
    return answered?.finding.value?.keys.includes(key) === false;
  }
}
