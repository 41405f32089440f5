/** Orders to the path watcher that have not been answered: who waits for them, and for how long. */
import type { Clock } from '../base/clock.js';
import { PathManagerError } from '../base/errors.js';
import type { ReservationAnswer, ReservationOrder } from '../model/reservations/types.js';
import type { ReservationOrders } from './ports.js';

export class OpenOrders {
  readonly #clock: Clock;
  readonly #watcher: ReservationOrders;
  readonly #open = new Map<string, (end: ReservationAnswer | string) => void>();
  /** An answer to another run of the controller must not be taken for one to this. */
  readonly #run: string;
  #count = 0;

  constructor(clock: Clock, watcher: ReservationOrders) {
    this.#clock = clock;
    this.#watcher = watcher;
    this.#run = clock.now().toString(36);
  }

  /**
   * Has the watcher carry an order out, once or never.
   * @returns its answer, also where that is an error
   * @throws WATCHER_ABSENT where it has not begun, RESERVATION_FAILED where nobody knows whether it has ended
   */
  async give(order: Omit<ReservationOrder, 'id'>, patienceMs: number): Promise<ReservationAnswer> {
    this.#count += 1;
    const id = `${this.#run}.${String(this.#count)}`;
    const end = await new Promise<ReservationAnswer | string>((resolve) => {
      const patience = `the path watcher has not answered for ${String(patienceMs / 1000)} s`;
      const timer = this.#clock.after(`reservation order ${id}`, patienceMs, () => this.#end(id, patience));
      this.#open.set(id, (answer) => {
        timer.cancel();
        resolve(answer);
      });
      if (this.#watcher.send({ id, ...order })) return;
      this.#open.delete(id);
      timer.cancel();
      resolve('');
    });
    if (end === '') {
      const text = 'Reservations cannot be handled: the path watcher is not running; start ispmwatcher';
      throw new PathManagerError('WATCHER_ABSENT', text);
    }
    if (typeof end !== 'string') return end;
    const text = `It is not known whether the array has done it: ${end}; look with "spscmd reserve read"`;
    throw new PathManagerError('RESERVATION_FAILED', text);
  }

  /** An answer to an order that nobody waits for any more changes nothing. */
  answered(answer: ReservationAnswer): void {
    this.#end(answer.id, answer);
  }

  /** Nobody will answer what is open. */
  endAll(why: string): void {
    for (const id of [...this.#open.keys()]) this.#end(id, why);
  }

  #end(id: string, end: ReservationAnswer | string): void {
    this.#open.get(id)?.(end);
    this.#open.delete(id);
  }
}
