/** One job at a time for each key; jobs of different keys run side by side. */
export class KeyedQueue<Key> {
  readonly #tails = new Map<Key, Promise<unknown>>();

  /** Runs `job` after every earlier job of `key` has ended, whether it succeeded or failed. */
  run<T>(key: Key, job: () => Promise<T>): Promise<T> {
    const before = this.#tails.get(key) ?? Promise.resolve();
    const mine = before.then(job, job);
    const tail = mine
      .catch(() => undefined)
      .then(() => {
        if (this.#tails.get(key) === tail) this.#tails.delete(key);
      });
    this.#tails.set(key, tail);
    return mine;
  }

  /** Keys with a job that runs or waits. */
  get busy(): number {
    return this.#tails.size;
  }

  /** Settles when every job that is queued now has ended. */
  async idle(): Promise<void> {
    await Promise.all(this.#tails.values());
  }
}
