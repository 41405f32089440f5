import type { Clock, Timer } from '../../base/clock.js';

/**
 * Lets so many jobs run at once. A job that is slow gives up its place after a while, though it goes on: with hung storage
 * every place would be taken sooner or later.
 */
export class Turnstile {
  readonly #clock: Clock;
  readonly #places: number;
  readonly #slowMs: number;
  readonly #waiting: (() => Promise<void>)[] = [];
  /** The jobs that have a place, and how many looks at them they have had one at. */
  readonly #inside = new Map<symbol, number>();
  /** One for all that are inside: a timer for each would be much of what a quick job costs. */
  #look: Timer | null = null;
  #closed = false;

  /** @param slowMs a job keeps its place so long at most, and half as long at least */
  constructor(clock: Clock, places: number, slowMs: number) {
    this.#clock = clock;
    this.#places = places;
    this.#slowMs = slowMs;
  }

  /** Starts the job as soon as there is a place. The job handles its own errors. */
  run(job: () => Promise<void>): void {
    this.#waiting.push(job);
    this.#admit();
  }

  /** Drops what waits. */
  close(): void {
    this.#closed = true;
    this.#waiting.length = 0;
    this.#look?.cancel();
  }

  #admit(): void {
    while (!this.#closed && this.#inside.size < this.#places) {
      const job = this.#waiting.shift();
      if (job === undefined) break;
      this.#start(job);
    }
    if (this.#inside.size > 0 && !this.#closed) this.#lookLater();
  }

  #start(job: () => Promise<void>): void {
    const place = Symbol();
    this.#inside.set(place, 0);
    void job().finally(() => {
      this.#inside.delete(place);
      this.#admit();
    });
  }

  #lookLater(): void {
    this.#look ??= this.#clock.after('slow jobs', this.#slowMs / 2, () => {
      this.#look = null;
      for (const [place, looks] of this.#inside) {
        if (looks > 0) this.#inside.delete(place);
        else this.#inside.set(place, looks + 1);
      }
      this.#admit();
    });
  }
}
