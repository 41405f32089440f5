/** What is done to a logical unit's reservations, one thing after the other. */
export class UnitTurns {
  readonly #last = new Map<string, Promise<void>>();
  readonly #turns = new Map<string, number>();

  /** Runs the job when those before it for the same unit have ended. The job handles its own errors. */
  run(wwid: string, job: () => Promise<void>): Promise<void> {
    const mine = (this.#last.get(wwid) ?? Promise.resolve()).then(job);
    this.#last.set(wwid, mine);
    this.#turns.set(wwid, (this.#turns.get(wwid) ?? 0) + 1);
    return mine.finally(() => {
      if (this.#last.get(wwid) === mine) this.#last.delete(wwid);
    });
  }

  /**
   * Null while the unit has a job. Otherwise a number: as long as it stays the same, no job has come in between, and what
   * was read of the unit is not of a time before one.
   */
  quiet(wwid: string): number | null {
    return this.#last.has(wwid) ? null : (this.#turns.get(wwid) ?? 0);
  }
}
