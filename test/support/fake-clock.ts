import type { Clock, Timer } from '../../src/base/clock.js';

interface Due {
  readonly at: number;
  readonly name: string;
  readonly order: number;
  readonly run: () => void;
}

/** Longest delay of setTimeout. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** A clock that stands still until a test moves it. */
export class FakeClock implements Clock {
  #time: number;
  #jumped = 0;
  #order = 0;
  #timers: Due[] = [];

  constructor(start = 1_700_000_000_000) {
    this.#time = start;
  }

  now(): number {
    return this.#time + this.#jumped;
  }

  monotonic(): number {
    return this.#time;
  }

  after(name: string, delay: number, run: () => void): Timer {
    // Node takes a longer one for none at all and runs it at once, again and again.
    if (delay > MAX_DELAY_MS) throw new Error(`timer "${name}" waits ${String(delay)} ms`);
    const due: Due = { at: this.#time + Math.max(0, delay), name, order: (this.#order += 1), run };
    this.#timers.push(due);
    return { cancel: () => void (this.#timers = this.#timers.filter((each) => each !== due)) };
  }

  /** Sets the wall clock by so much; no time passes. */
  jump(ms: number): void {
    this.#jumped += ms;
  }

  /** Names of the timers that wait. */
  get pending(): readonly string[] {
    return this.#timers.map((each) => each.name);
  }

  /** Moves on by `ms` in one turn of the event loop: nothing from outside can come in between. */
  skip(ms: number): void {
    this.#time += ms;
    for (const due of this.#timers.filter((each) => each.at <= this.#time)) {
      this.#timers = this.#timers.filter((each) => each !== due);
      due.run();
    }
  }

  /** Moves on by `ms`, running what falls due in order; promises that a timer settles go on before the next one. */
  async advance(ms: number): Promise<void> {
    const end = this.#time + ms;
    await settle();
    for (;;) {
      const next = this.#timers.filter((each) => each.at <= end).sort((a, b) => a.at - b.at || a.order - b.order)[0];
      if (next === undefined) break;
      this.#timers = this.#timers.filter((each) => each !== next);
      this.#time = next.at;
      next.run();
      await settle();
    }
    this.#time = end;
  }
}

/** Lets every promise that can go on go on. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
