/** When the patrol's next round is due: what the watcher told last, and from there by the interval. Milliseconds. */
export class PatrolClock {
  #due: number | null = null;
  #intervalMs = 1;

  /** The watcher has come: its first round follows after the interval. */
  begin(now: number, intervalMs: number): void {
    this.#intervalMs = intervalMs;
    this.#due = now + intervalMs;
  }

  /** The settings have changed; another interval makes the rounds begin anew. */
  retime(now: number, intervalMs: number): void {
    if (intervalMs !== this.#intervalMs) this.begin(now, intervalMs);
  }

  /** The watcher's own word. */
  told(now: number, nextRoundMs: number): void {
    if (this.#due !== null) this.#due = now + nextRoundMs;
  }

  /** No watcher is there. */
  end(): void {
    this.#due = null;
  }

  /** Null without a watcher. */
  next(now: number): number | null {
    if (this.#due === null || this.#due > now) return this.#due;
    // A round of which the watcher had nothing to report.
    return this.#due + (Math.floor((now - this.#due) / this.#intervalMs) + 1) * this.#intervalMs;
  }
}
