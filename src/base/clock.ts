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
