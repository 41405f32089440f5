/** The controller's API, typed: what spscmd and the daemons ask it with. */
import { join } from 'node:path';
import { type Clock, systemClock } from '../../base/clock.js';
import type { EventStream, StreamHandlers } from './event-stream.js';
import { exchange } from './exchange.js';
import type { GetRoutes, PatchRoutes, PostRoutes, StreamRoute } from './routes.js';

/** A read comes from a snapshot in memory: it is there at once or not at all. */
const READ_TIMEOUT_MS = 5_000;
/** A change is answered when the kernel has it, and a table load may have to wait for storage. */
const CHANGE_TIMEOUT_MS = 30_000;

export interface ApiClientOptions {
  readonly readTimeoutMs?: number;
  readonly changeTimeoutMs?: number;
  readonly clock?: Clock;
  /** Who asks, for the streams' User-Agent: a daemon's name and version. */
  readonly agent?: string;
}

/** Every method rejects with NOT_RUNNING, NO_ANSWER, NOT_PERMITTED, or the error that the controller answered. */
export class ApiClient {
  readonly socketPath: string;
  readonly #readTimeoutMs: number;
  readonly #changeTimeoutMs: number;
  readonly #clock: Clock;
  readonly #agent: string | null;

  constructor(socketPath: string, options: ApiClientOptions = {}) {
    this.socketPath = socketPath;
    this.#readTimeoutMs = options.readTimeoutMs ?? READ_TIMEOUT_MS;
    this.#changeTimeoutMs = options.changeTimeoutMs ?? CHANGE_TIMEOUT_MS;
    this.#clock = options.clock ?? systemClock;
    this.#agent = options.agent ?? null;
  }

  /** On the socket that anyone may use and that only reads. */
  static status(runDir: string, options: ApiClientOptions = {}): ApiClient {
    return new ApiClient(join(runDir, 'status.sock'), options);
  }

  /** On root's socket, which takes everything. */
  static control(runDir: string, options: ApiClientOptions = {}): ApiClient {
    return new ApiClient(join(runDir, 'control.sock'), options);
  }

  get<Route extends keyof GetRoutes>(
    route: Route,
    query: Readonly<Record<string, string>> = {},
  ): Promise<GetRoutes[Route]> {
    const words = new URLSearchParams(query).toString();
    return this.#send('GET', words === '' ? route : `${route}?${words}`, undefined) as Promise<GetRoutes[Route]>;
  }

  post<Route extends keyof PostRoutes>(
    route: Route,
    body: PostRoutes[Route]['body'],
  ): Promise<PostRoutes[Route]['answer']> {
    return this.#send('POST', route, body) as Promise<PostRoutes[Route]['answer']>;
  }

  patch<Route extends keyof PatchRoutes>(
    route: Route,
    body: PatchRoutes[Route]['body'],
  ): Promise<PatchRoutes[Route]['answer']> {
    return this.#send('PATCH', route, body) as Promise<PatchRoutes[Route]['answer']>;
  }

  /**
   * Opens an event stream where `lastEventId` stopped (null: from now on); resolves when the controller has begun it.
   * One connection: who wants to go on after its end calls again with the last identifier seen.
   */
  async events(
    lastEventId: string | null,
    handlers: StreamHandlers,
    route: StreamRoute = '/v1/events',
  ): Promise<EventStream> {
    // Loaded here: a getlun must not pay for the stream reader.
    const { openEventStream } = await import('./event-stream.js');
    const { socketPath } = this;
    return openEventStream(
      { socketPath, route, lastEventId, agent: this.#agent, timeoutMs: this.#readTimeoutMs, clock: this.#clock },
      handlers,
    );
  }

  #send(method: 'GET' | 'POST' | 'PATCH', route: string, body: unknown): Promise<unknown> {
    const timeoutMs = method === 'GET' ? this.#readTimeoutMs : this.#changeTimeoutMs;
    return exchange({ socketPath: this.socketPath, method, route, body, timeoutMs, clock: this.#clock });
  }
}
