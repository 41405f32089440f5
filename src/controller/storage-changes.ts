/**
 * Scans that storage asks for itself: one at a time, with a rest after each. A change of the array is told by every path of
 * every logical unit, and an array that tells of changes without end must not keep the machine busy.
 */
import type { Clock, Timer } from '../base/clock.js';

/** After a scan, before the next one that storage asks for. */
const REST_MS = 2_000;

export class StorageChanges {
  readonly #clock: Clock;
  readonly #scan: (scope: string) => Promise<unknown>;
  readonly #waiting = new Set<string>();
  #scanning = false;
  #rest: Timer | null = null;
  #closed = false;

  /** `scan` takes several calls at once as one scan. */
  constructor(clock: Clock, scan: (scope: string) => Promise<unknown>) {
    this.#clock = clock;
    this.#scan = scan;
  }

  /** Storage has changed there; scanned now, or after what runs. */
  changed(scope: string): void {
    this.#waiting.add(scope);
    if (!this.#scanning) void this.#scanAll();
  }

  close(): void {
    this.#closed = true;
    this.#rest?.cancel();
  }

  async #scanAll(): Promise<void> {
    this.#scanning = true;
    // What is told in the same moment belongs to the same scan.
    await Promise.resolve();
    const scopes = [...this.#waiting];
    this.#waiting.clear();
    await Promise.all(scopes.map((scope) => this.#scan(scope)));
    if (this.#closed) return;
    this.#rest = this.#clock.after('rest after a scan', REST_MS, () => {
      this.#scanning = false;
      if (this.#waiting.size > 0) void this.#scanAll();
    });
  }
}
