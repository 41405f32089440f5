/**
 * What is done because storage says that it has changed: one at a time, with a rest after each. A change of the array is
 * told by every path of every logical unit, and an array that tells of changes without end must not keep the machine busy.
 */
import type { Clock, Timer } from '../base/clock.js';

export class StorageChanges {
  readonly #clock: Clock;
  readonly #restMs: number;
  readonly #act: (scope: string) => unknown;
  readonly #waiting = new Set<string>();
  #acting = false;
  #rest: Timer | null = null;
  #closed = false;

  /** `act` is called for each scope; `restMs` follow after the last of them has ended, as its promise says. */
  constructor(clock: Clock, restMs: number, act: (scope: string) => unknown) {
    this.#clock = clock;
    this.#restMs = restMs;
    this.#act = act;
  }

  /** Storage has changed there; acted on now, or after what runs and its rest. */
  changed(scope: string): void {
    this.#waiting.add(scope);
    if (!this.#acting) void this.#actOnAll();
  }

  close(): void {
    this.#closed = true;
    this.#waiting.clear();
    this.#rest?.cancel();
  }

  async #actOnAll(): Promise<void> {
    this.#acting = true;
    // What is told in the same moment belongs together.
    await Promise.resolve();
    const scopes = [...this.#waiting];
    this.#waiting.clear();
    await Promise.all(scopes.map((scope) => this.#act(scope)));
    if (this.#closed) return;
    this.#rest = this.#clock.after('rest after a change of storage', this.#restMs, () => {
      this.#acting = false;
      if (this.#waiting.size > 0) void this.#actOnAll();
    });
  }
}
