// HTTP on a unix socket as curl would speak it: nothing of the project's own client in it.
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { until } from './until.js';

export interface HttpAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** One request and its whole answer. */
export function http(socketPath: string, method: string, path: string, body?: string): Promise<HttpAnswer> {
  const headers = body === undefined ? {} : { 'content-type': 'application/json' };
  return new Promise((resolve, reject) => {
    const call = request({ socketPath, method, path, headers, timeout: 10_000 }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, type: response.headers['content-type'] ?? '', body: text }),
      );
    });
    call.on('timeout', () => call.destroy(new Error(`No answer to ${method} ${path} within 10 s`)));
    call.on('error', reject);
    call.end(body);
  });
}

export interface SentEvent {
  readonly id: string | null;
  readonly event: string;
  readonly data: unknown;
}

/** A stream of server-sent events, read line by line. */
export class EventTail {
  readonly events: SentEvent[] = [];
  readonly #call: ClientRequest;
  #text = '';
  #ended = false;

  private constructor(call: ClientRequest, response: IncomingMessage) {
    this.#call = call;
    response.setEncoding('utf8').on('data', (part: string) => this.#take(part));
    response.on('close', () => (this.#ended = true));
    response.on('error', () => (this.#ended = true));
  }

  /** Resolves when the first event is there; `lastEventId` as a client sends it that was cut off. */
  static async open(socketPath: string, path: string, lastEventId?: string): Promise<EventTail> {
    const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
    const tail = await new Promise<EventTail>((resolve, reject) => {
      const call = request({ socketPath, path, headers }, (response) => resolve(new EventTail(call, response)));
      call.on('error', reject);
      call.end();
    });
    await until('the stream begins', () => tail.events.length > 0);
    return tail;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** The identifier of the last event that has one. */
  get lastId(): string {
    return this.events.findLast((event) => event.id !== null)?.id ?? '';
  }

  /** The identifiers in the catalogue of the records so far. */
  get records(): number[] {
    return this.events.flatMap(({ event, data }) => (event === 'record' ? [(data as { id: number }).id] : []));
  }

  close(): void {
    this.#call.destroy();
  }

  #take(part: string): void {
    this.#text += part;
    const blocks = this.#text.split('\n\n');
    this.#text = blocks.pop() ?? '';
    for (const block of blocks) this.events.push(parse(block));
  }
}

function parse(block: string): SentEvent {
  const fields = new Map(block.split('\n').map((line) => [line.split(': ', 1)[0], line.replace(/^[^:]*: /, '')]));
  return {
    id: fields.get('id') ?? null,
    event: fields.get('event') ?? 'message',
    data: JSON.parse(fields.get('data') ?? 'null') as unknown,
  };
}
