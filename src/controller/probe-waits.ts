import type { Clock } from '../base/clock.js';
import type { PathKey, Wwid } from '../base/ids.js';

/** Lets requests wait for the answers of probes that they caused. */
export class ProbeWaits {
  readonly #clock: Clock;
  readonly #waiting = new Map<string, Set<() => void>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves when each of the probes has been answered, or after `patienceMs`. */
  async all(probes: readonly { readonly wwid: Wwid; readonly key: PathKey }[], patienceMs: number): Promise<void> {
    await Promise.all(probes.map((probe) => this.#one(probe.wwid, probe.key, patienceMs)));
  }

  answered(wwid: Wwid, key: PathKey): void {
    const id = idOf(wwid, key);
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    for (const resolve of waiting ?? []) resolve();
  }

  #one(wwid: Wwid, key: PathKey, patienceMs: number): Promise<void> {
    const id = idOf(wwid, key);
    return new Promise((resolve) => {
      const timer = this.#clock.after(`probe ${id}`, patienceMs, () => resolve());
      const waiting = this.#waiting.get(id) ?? new Set();
      this.#waiting.set(id, waiting);
      waiting.add(() => {
        timer.cancel();
        resolve();
      });
    });
  }
}

function idOf(wwid: Wwid, key: PathKey): string {
  return `${wwid} ${key}`;
}
