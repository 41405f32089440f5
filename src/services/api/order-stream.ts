/**
 * Orders to the path watcher: they go to the one that connected last, and to nobody else, and are never kept. An order that
 * were read twice, or by a watcher that comes later, would be carried out again: a key would be taken away once more.
 */
import type { ReservationOrder } from '../../model/reservations/types.js';

type Reader = (order: ReservationOrder) => void;

export class OrderStream {
  readonly #readers: Reader[] = [];

  subscribe(reader: Reader): { close(): void } {
    this.#readers.push(reader);
    return { close: () => void this.#readers.splice(this.#readers.indexOf(reader), 1) };
  }

  /** False where no watcher is there: then nobody will ever get the order. */
  send(order: ReservationOrder): boolean {
    const reader = this.#readers.at(-1);
    reader?.(order);
    return reader !== undefined;
  }
}
