/** Keeps the watcher's connection to the controller, which may come and go; each new one begins with reading everything. */
import type { Clock } from '../../base/clock.js';
import { asPathManagerError } from '../../base/errors.js';
import type { ReservationOrder } from '../../model/reservations/types.js';
import type { ProbeRequestView } from '../../model/view.js';
import type { ApiClient } from '../api-client/client.js';
import type { Logger } from '../log.js';
import type { Reservations } from './reservations/reservations.js';
import type { Watcher } from './watcher.js';

const RECONNECT_MS = 250;

export class Follower {
  readonly #client: ApiClient;
  readonly #watcher: Watcher;
  readonly #reservations: Reservations;
  readonly #clock: Clock;
  readonly #log: Logger;
  #stream: { close(): void } | null = null;
  #told = false;
  #closed = false;

  constructor(client: ApiClient, watcher: Watcher, reservations: Reservations, clock: Clock, log: Logger) {
    this.#client = client;
    this.#watcher = watcher;
    this.#reservations = reservations;
    this.#clock = clock;
    this.#log = log;
  }

  /** Connects now, and again for as long as it takes. */
  start(): void {
    void this.#connect();
  }

  get connected(): boolean {
    return this.#stream !== null;
  }

  close(): void {
    this.#closed = true;
    this.#stream?.close();
  }

  async #connect(): Promise<void> {
    try {
      this.#stream = await this.#client.events(null, this.#handlers(), '/v1/watcher');
      await this.#watcher.connected();
      this.#told = false;
      this.#log.info('Connected to the controller');
    } catch (error) {
      const { code, message } = asPathManagerError(error);
      // Said once and not four times a second.
      if (!this.#told) this.#log.warn({ code }, message);
      this.#told = true;
      if (this.#stream === null) this.#again();
      else this.#stream.close();
    }
  }

  #again(): void {
    this.#stream = null;
    if (this.#closed) return;
    this.#clock.after('reconnect', RECONNECT_MS, () => void this.#connect());
  }

  #handlers(): Parameters<ApiClient['events']>[1] {
    return {
      onEvent: ({ kind, data }) => {
        if (kind === 'probe') this.#do(this.#watcher.demanded(data as ProbeRequestView));
        if (kind === 'reservation') this.#reservations.order(data as ReservationOrder);
        if (kind === 'units') this.#watcher.refreshSoon();
        if (kind === 'settings') this.#do(this.#watcher.refresh());
      },
      onEnd: () => {
        this.#watcher.disconnected();
        this.#reservations.disconnected();
        this.#again();
      },
    };
  }

  #do(work: Promise<void>): void {
    work.catch((error: unknown) => {
      const { code, message } = asPathManagerError(error);
      this.#log.warn({ code }, message);
    });
  }
}
