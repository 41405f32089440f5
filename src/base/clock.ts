/** A pending timer. */
export interface Timer {
  /** Ends it; harmless when it has run. */
  cancel(): void;
}

/** Time as a port: the real clock in the daemons, a fake one that tests move by hand. */
export interface Clock {
  /** Milliseconds since 1970, for records that people read. May jump. */
  now(): number;
  /** Milliseconds on a clock that never jumps, for durations. */
  monotonic(): number;
  /** Runs `run` once after `delay` milliseconds. `name` is for diagnostics. */
  after(name: string, delay: number, run: () => void): Timer;
}

/** The machine's clock. Its timers do not keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (_name, delay, run) => {
    const handle = setTimeout(run, delay);
    handle.unref();
    return { cancel: () => clearTimeout(handle) };
  },
};

/**
 * Time that starts as the machine's wall clock and from then on only passes: nobody who sets the wall clock makes I/O wait
 * for years or fail at once. What is decided by time is decided by this; people are told `onWall`.
 */
export class SteadyClock implements Clock {
  readonly #clock: Clock;
  readonly #origin: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#origin = clock.now() - clock.monotonic();
  }

  now(): number {
    return Math.round(this.#origin + this.#clock.monotonic());
  }

  monotonic(): number {
    return this.#clock.monotonic();
  }

  after(name: string, delay: number, run: () => void): Timer {
    return this.#clock.after(name, delay, run);
  }

  /** How far the wall clock has been set since the start, in milliseconds, whole seconds. */
  get jumped(): number {
    return Math.trunc((this.#clock.now() - this.now()) / 1000) * 1000;
  }

  /** A time of this clock by the wall clock as it is set now. */
  onWall(at: number): number {
    return at + this.jumped;
  }
}
