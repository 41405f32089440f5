/** Persistent reservations in the watcher: the controller's orders and the checks of the node's keys. */
import type { Clock } from '../../../base/clock.js';
import type { ReservationKey } from '../../../base/reservation.js';
import type { ReservationAction, ReservationAnswer, ReservationOrder } from '../../../model/reservations/types.js';
import type { UnitView } from '../../../model/view.js';
import { carryOut } from './carry-out.js';
import { KeyChecks } from './key-checks.js';
import type { ReservationAccess } from './path-access.js';
import { UnitTurns } from './unit-turns.js';

export interface ReservationParts {
  readonly clock: Clock;
  readonly access: ReservationAccess;
  /** Gives the controller the answer to an order. */
  answer(answer: ReservationAnswer): Promise<void>;
  /** Tells the controller that the array has a key no more. */
  lost(wwid: string, key: ReservationKey): void;
  trouble(what: string, error: unknown): void;
}

export class Reservations {
  readonly #parts: ReservationParts;
  readonly #turns = new UnitTurns();
  readonly #checks: KeyChecks;
  /** Keys that an order has taken off, by unit: that the array lacks them is no news, whatever the units still say. */
  readonly #givenUp = new Map<string, ReservationKey>();

  constructor(parts: ReservationParts) {
    this.#parts = parts;
    this.#checks = new KeyChecks({
      clock: parts.clock,
      access: parts.access,
      turns: this.#turns,
      lost: (wwid, key) => {
        if (this.#givenUp.get(wwid) !== key) parts.lost(wwid, key);
      },
      trouble: (what, error) => parts.trouble(what, error),
    });
  }

  /** The units as the controller shows them now. */
  watch(units: readonly UnitView[]): void {
    const keys = new Map(units.map(({ wwid, reservation }) => [wwid, reservation?.key]));
    for (const [wwid, key] of this.#givenUp) if (keys.get(wwid) !== key) this.#givenUp.delete(wwid);
    const paths = units.flatMap((unit) => unit.paths);
    this.#parts.access.keepOnly(new Set(paths.flatMap(({ sg }) => (sg === null ? [] : [sg]))));
    this.#checks.watch(units);
  }

  /** Carries an order out after those that came before it for the same unit, and answers. */
  order(order: ReservationOrder): void {
    void this.#turns.run(order.wwid, async () => {
      const key = keyGivenUp(order.action);
      if (key !== null) this.#givenUp.set(order.wwid, key);
      else if (order.action.kind === 'register') this.#givenUp.delete(order.wwid);
      const answer = await carryOut(order, this.#parts.access, this.#parts.clock);
      if (answer.error !== null && key !== null) this.#givenUp.delete(order.wwid);
      await this.#parts.answer(answer).catch((error: unknown) => {
        this.#parts.trouble('Cannot answer the controller on a reservation', error);
      });
    });
  }

  /** The link to the controller is gone: nobody could be told of a key. Orders are carried out to their end. */
  disconnected(): void {
    this.#checks.stop();
    // A controller that comes back may never have been told of what was done last.
    this.#givenUp.clear();
  }

  close(): void {
    this.#checks.stop();
    this.#parts.access.close();
  }
}

/** The key that an order takes off the array; null where it takes none off. */
function keyGivenUp(action: ReservationAction): ReservationKey | null {
  if (action.kind === 'unregister' || action.kind === 'clear') return action.key;
  return action.kind === 'register' && action.previous !== action.key ? action.previous : null;
}
