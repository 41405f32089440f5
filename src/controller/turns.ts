/**
 * Spreads work over turns of the event loop: a lost port is a job for each of hundreds of maps, and while they are done, one
 * a turn, what else comes in (an answer to a probe, another port) is taken between them.
 */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  #isTaken = false;

  /** Resolves now where nobody has had this turn, or in a later one, in the order of asking. */
  mine(): Promise<void> {
    if (this.#isTaken) return new Promise((resolve) => void this.#waiting.push(resolve));
    this.#isTaken = true;
    setImmediate(() => this.#next());
    return Promise.resolve();
  }

  #next(): void {
    const resolve = this.#waiting.shift();
    this.#isTaken = resolve !== undefined;
    if (resolve === undefined) return;
    // An immediate that is asked for in one runs in the turn after it.
    setImmediate(() => this.#next());
    resolve();
  }
}
