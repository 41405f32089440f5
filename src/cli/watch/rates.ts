/** From counters to rates: what each path did between two looks. */
import type { CounterReader, PathCounters } from '../../services/path-counters.js';

export interface PathRate {
  readonly ioPerSec: number;
  readonly bytesPerSec: number;
  /** Mean time of one I/O; null where none ended. */
  readonly serviceMs: number | null;
  readonly inFlight: number;
}

interface Look {
  readonly at: number;
  readonly counters: PathCounters;
}

export class RateMeter {
  readonly #read: CounterReader;
  #last = new Map<string, Look>();

  constructor(read: CounterReader) {
    this.#read = read;
  }

  /**
   * Rates since the call before, by device number.
   * @param now milliseconds of a clock that never jumps
   */
  measure(devices: readonly string[], now: number): ReadonlyMap<string, PathRate> {
    const looks = new Map<string, Look>();
    const rates = new Map<string, PathRate>();
    for (const device of devices) {
      const counters = this.#read(device);
      if (counters === null) continue;
      looks.set(device, { at: now, counters });
      const before = this.#last.get(device);
      const rate = before === undefined ? null : rateBetween(before, { at: now, counters });
      if (rate !== null) rates.set(device, rate);
    }
    this.#last = looks;
    return rates;
  }
}

/** Null where the counters began anew: another disk has the number now. */
function rateBetween(before: Look, after: Look): PathRate | null {
  const seconds = (after.at - before.at) / 1000;
  const completed = after.counters.completed - before.counters.completed;
  const bytes = after.counters.bytes - before.counters.bytes;
  const service = after.counters.serviceMs - before.counters.serviceMs;
  if (seconds <= 0 || completed < 0 || bytes < 0 || service < 0) return null;
  return {
    ioPerSec: completed / seconds,
    bytesPerSec: bytes / seconds,
    serviceMs: completed === 0 ? null : service / completed,
    inFlight: after.counters.inFlight,
  };
}
