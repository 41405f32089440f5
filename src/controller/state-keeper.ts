/** Keeps what survives: saves the state whenever it has changed, and goes on trying where the disk does not take it. */
import type { Clock, Timer } from '../base/clock.js';
import { asPathManagerError, PathManagerError } from '../base/errors.js';
import type { EventId } from '../model/catalogue.js';
import type { SavedState } from '../model/types.js';
import type { Store } from './ports.js';

const RETRY_MS = 10_000;
/** How long somebody waits to be told that a change is saved. */
const PATIENCE_MS = 5_000;

export interface StateKeeperParts {
  readonly clock: Clock;
  readonly store: Store;
  /** What is to be saved now. */
  state(): SavedState;
  record(id: EventId, detail: string): void;
}

export class StateKeeper {
  readonly #parts: StateKeeperParts;
  #saving: Promise<void> = Promise.resolve();
  #pending = false;
  #retry: Timer | null = null;
  #failure: string | null = null;
  #closed = false;

  constructor(parts: StateKeeperParts) {
    this.#parts = parts;
  }

  /** Saves soon; what is asked for while a save waits becomes one with it. */
  save(): void {
    if (this.#pending) return;
    this.#pending = true;
    this.#retry?.cancel();
    this.#saving = this.#saving.then(() => this.#attempt());
  }

  /** Settles when every attempt so far has ended, well or not. */
  settled(): Promise<void> {
    return this.#saving;
  }

  /** Settles when what was asked for is on the disk. Throws NOT_SAVED. */
  async saved(): Promise<void> {
    let timer: Timer | null = null;
    const late = new Promise<boolean>((resolve) => {
      timer = this.#parts.clock.after('patience with a save', PATIENCE_MS, () => resolve(true));
    });
    const isLate = await Promise.race([this.#saving.then(() => false), late]);
    (timer as Timer | null)?.cancel();
    const why = isLate ? 'the disk does not answer' : this.#failure;
    if (why === null) return;
    throw new PathManagerError(
      'NOT_SAVED',
      `The change is made, but the state cannot be saved (${why}), so the next start would not know it; see that the state folder can be written, it is saved by itself then`,
    );
  }

  /** No further attempts but one, where the last one failed. */
  close(): void {
    if (this.#failure !== null) this.save();
    this.#closed = true;
  }

  async #attempt(): Promise<void> {
    this.#pending = false;
    try {
      await this.#parts.store.save(this.#parts.state());
      if (this.#failure !== null) this.#parts.record(1024, '');
      this.#failure = null;
    } catch (error) {
      const why = asPathManagerError(error).message;
      // Once: the disk stays full for hours, and every change would say so again.
      if (this.#failure === null) this.#parts.record(1023, why);
      this.#failure = why;
      if (!this.#closed) this.#retry = this.#parts.clock.after('save the state again', RETRY_MS, () => this.save());
    }
  }
}
