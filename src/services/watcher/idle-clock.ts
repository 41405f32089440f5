/** For how long each path has carried no I/O, from the counters of its block device. */
export interface IoCount {
  /** Requests completed since boot. */
  readonly completed: number;
  readonly inFlight: number;
}

interface Seen {
  readonly completed: number;
  readonly lastBusy: number;
}

export class IdleClock {
  readonly #seen = new Map<string, Seen>();

  /**
   * Takes a reading of a device; a device seen for the first time counts as busy now.
   * @returns milliseconds since it last was busy, null at the first reading.
   */
  reading(device: string, count: IoCount, now: number): number | null {
    const before = this.#seen.get(device);
    if (before === undefined || before.completed !== count.completed || count.inFlight > 0) {
      this.#seen.set(device, { completed: count.completed, lastBusy: now });
      return before === undefined ? null : 0;
    }
    return now - before.lastBusy;
  }

  /** Forgets devices that are gone, so that a number that is used again starts afresh. */
  keepOnly(devices: ReadonlySet<string>): void {
    for (const device of this.#seen.keys()) if (!devices.has(device)) this.#seen.delete(device);
  }
}
