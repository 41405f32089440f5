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
  readonly #timers = new Set<Timer>();
  #inside = 0;
  #closed = false;

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
    for (const timer of this.#timers) timer.cancel();
  }

  #admit(): void {
    while (!this.#closed && this.#inside < this.#places) {
      const job = this.#waiting.shift();
      if (job === undefined) return;
      this.#inside += 1;
      this.#start(job);
    }
  }

  #start(job: () => Promise<void>): void {
    let gone = false;
    const leave = (): void => {
      timer.cancel();
      this.#timers.delete(timer);
      if (gone) return;
      gone = true;
      this.#inside -= 1;
      this.#admit();
    };
    const timer = this.#clock.after('slow job', this.#slowMs, leave);
    this.#timers.add(timer);
    void job().finally(leave);
  }
}
