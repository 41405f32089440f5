/** Follows the controller's event stream for as long as it takes: the controller may come and go. */
import type { Clock, Timer } from '../../base/clock.js';
import { asPathManagerError, type PathManagerError } from '../../base/errors.js';
import type { ApiClient } from './client.js';
import type { EventStream, StreamEvent } from './event-stream.js';

const RECONNECT_MS = 250;

/** An identifier of no run: asks for everything that the controller still keeps. */
export const FROM_THE_BEGINNING = '-';

export interface FollowHandlers {
  onEvent(event: StreamEvent): void;
  /** The stream has begun, for the first time or again. */
  onConnected?(): void;
  /** No stream; told once, with what stood against it, until it has begun again. */
  onLost?(error: PathManagerError | null): void;
}

export class EventFollower {
  readonly #client: ApiClient;
  readonly #clock: Clock;
  readonly #handlers: FollowHandlers;
  #lastEventId: string | null;
  #stream: EventStream | null = null;
  #timer: Timer | null = null;
  #lost = false;
  #closed = false;

  /** `lastEventId`: the last event that the caller has; null for from now on. Events after it come in order, each once. */
  constructor(client: ApiClient, clock: Clock, lastEventId: string | null, handlers: FollowHandlers) {
    this.#client = client;
    this.#clock = clock;
    this.#lastEventId = lastEventId;
    this.#handlers = handlers;
  }

  /** Connects now, and again whenever the stream ends. */
  start(): void {
    void this.#connect();
  }

  /** No handler is called after it. */
  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#stream?.close();
  }

  async #connect(): Promise<void> {
    // Events may come before the promise of the stream is settled: the first bytes can hold some.
    let begun = false;
    const begin = (): void => {
      if (begun) return;
      begun = true;
      this.#lost = false;
      this.#handlers.onConnected?.();
    };
    try {
      const stream = await this.#client.events(this.#lastEventId, {
        onEvent: (event) => {
          if (this.#closed) return;
          begin();
          this.#handlers.onEvent(event);
          this.#lastEventId = event.id ?? this.#lastEventId;
        },
        onEnd: (error) => this.#again(error),
      });
      this.#stream = stream;
      if (this.#isClosed()) stream.close();
      else begin();
    } catch (error) {
      this.#again(asPathManagerError(error));
    }
  }

  #again(error: PathManagerError | null): void {
    this.#stream = null;
    if (this.#closed) return;
    if (!this.#lost) {
      this.#lost = true;
      this.#handlers.onLost?.(error);
    }
    this.#timer = this.#clock.after('reconnect', RECONNECT_MS, () => void this.#connect());
  }

  // A function: the compiler does not know that close() may have been called while the connection was awaited.
  #isClosed(): boolean {
    return this.#closed;
  }
}
