/** The controller's units, kept up to date by its event stream, and the latest events. */
import type { Clock } from '../../base/clock.js';
import { asPathManagerError } from '../../base/errors.js';
import type { UnitView } from '../../model/view.js';
import type { ApiClient } from '../../services/api-client/client.js';
import { EventFollower } from '../../services/api-client/follow.js';
import { readRecord } from '../../services/logger/stream-record.js';
import { inDisplayOrder } from '../display-order.js';
import { entryOf, type EventEntry } from '../events/entry.js';

export class LiveUnits {
  readonly #client: ApiClient;
  readonly #follower: EventFollower;
  readonly #onChange: () => void;
  readonly #onEvent: (entry: EventEntry) => void;
  #units: readonly UnitView[] = [];
  #trouble: string | null = null;
  #reading = false;
  #again = false;

  constructor(client: ApiClient, clock: Clock, onChange: () => void, onEvent: (entry: EventEntry) => void) {
    this.#client = client;
    this.#onChange = onChange;
    this.#onEvent = onEvent;
    this.#follower = new EventFollower(client, clock, null, {
      onEvent: ({ kind, data }) => {
        if (kind === 'units' || kind === 'gap') void this.#refresh();
        const record = kind === 'record' ? readRecord(data) : null;
        if (record !== null) this.#onEvent(entryOf(record));
      },
      onConnected: () => void this.#refresh(),
      onLost: (error) => this.#troubled(error?.message ?? 'The controller has ended'),
    });
  }

  get units(): readonly UnitView[] {
    return this.#units;
  }

  /** What stands against fresh data; null while all is well. */
  get trouble(): string | null {
    return this.#trouble;
  }

  /** Reads the units; rejects where the controller does not answer. */
  async read(): Promise<void> {
    this.#units = inDisplayOrder(await this.#client.get('/v1/units'), 'usual').units;
  }

  follow(): void {
    this.#follower.start();
  }

  close(): void {
    this.#follower.close();
  }

  /** One at a time: a storm of events asks once more and not a hundred times. */
  async #refresh(): Promise<void> {
    this.#again = true;
    if (this.#reading) return;
    this.#reading = true;
    try {
      while (this.#takeAgain()) await this.read();
      this.#trouble = null;
      this.#onChange();
    } catch (error) {
      this.#troubled(asPathManagerError(error).message);
    } finally {
      this.#reading = false;
    }
  }

  #takeAgain(): boolean {
    const again = this.#again;
    this.#again = false;
    return again;
  }

  #troubled(message: string): void {
    this.#trouble = message;
    this.#onChange();
  }
}
