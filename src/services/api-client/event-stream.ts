/** One connection to an event stream of the API (WHATWG HTML, "Server-sent events"). */
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import type { Clock } from '../../base/clock.js';
import { PathManagerError } from '../../base/errors.js';
import { answeredError, connection } from './exchange.js';
import { checkSocketPath, linkError, strangeAnswer, timeoutError } from './link-errors.js';
import type { StreamRoute } from './routes.js';

export interface StreamEvent {
  /** For `Last-Event-ID` when the stream is opened again; null where the event has none. */
  readonly id: string | null;
  /** "hello", "gap", "record", "probe", "units", "settings"; to the watcher alone "reservation". */
  readonly kind: string;
  readonly data: unknown;
}

export interface StreamHandlers {
  onEvent(event: StreamEvent): void;
  /** Called once, when the stream is over: with null after `close` or when the controller ended it in order. */
  onEnd(error: PathManagerError | null): void;
}

export interface EventStream {
  /** Ends the stream; harmless when it has ended. No event comes after it. */
  close(): void;
}

export interface StreamRequest {
  readonly socketPath: string;
  readonly route: StreamRoute;
  readonly lastEventId: string | null;
  /** The User-Agent; null: none. */
  readonly agent: string | null;
  /** Time until the controller must have begun the stream. */
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/** Resolves when the stream has begun. Rejects, and calls no handler, with what `exchange` rejects with. */
export async function openEventStream(wanted: StreamRequest, handlers: StreamHandlers): Promise<EventStream> {
  checkSocketPath(wanted.socketPath);
  const { sent, answer } = await connect(wanted);
  if (answer.statusCode !== 200) {
    throw await refusal(answer, wanted.socketPath);
  }
  let over = false;
  const end = (error: PathManagerError | null): void => {
    if (over) return;
    over = true;
    sent.destroy();
    handlers.onEnd(error);
  };
  const parser = createParser({
    onEvent: (message) => {
      if (over) return;
      const event = read(message);
      if (event === null) end(strangeAnswer(wanted.socketPath, 'an event is not JSON'));
      else handlers.onEvent(event);
    },
  });
  answer.setEncoding('utf8');
  answer.on('data', (part: string) => parser.feed(part));
  answer.on('end', () => end(null));
  answer.on('error', (error) => end(linkError(error, wanted.socketPath)));
  return { close: () => end(null) };
}

function connect(wanted: StreamRequest): Promise<{ readonly sent: ClientRequest; readonly answer: IncomingMessage }> {
  const { socketPath, route, lastEventId, agent, timeoutMs, clock } = wanted;
  const headers = {
    accept: 'text/event-stream',
    ...(lastEventId === null ? {} : { 'last-event-id': lastEventId }),
    ...(agent === null ? {} : { 'user-agent': agent }),
  };
  return new Promise((resolve, reject) => {
    const timer = clock.after('api stream', timeoutMs, () =>
      sent.destroy(timeoutError(socketPath, timeoutMs / 1000, false)),
    );
    const sent = request({ ...connection(socketPath), path: route, headers }, (answer) => {
      timer.cancel();
      resolve({ sent, answer });
    });
    sent.on('error', (error) => {
      timer.cancel();
      reject(error instanceof PathManagerError ? error : linkError(error, socketPath));
    });
    sent.end();
  });
}

async function refusal(answer: IncomingMessage, socketPath: string): Promise<PathManagerError> {
  let text = '';
  try {
    for await (const part of answer.setEncoding('utf8')) text += String(part);
    return answeredError(JSON.parse(text), answer.statusCode ?? 0, socketPath);
  } catch {
    return strangeAnswer(socketPath, `HTTP status ${String(answer.statusCode ?? 0)}`);
  }
}

function read(message: EventSourceMessage): StreamEvent | null {
  try {
    return { id: message.id ?? null, kind: message.event ?? 'message', data: JSON.parse(message.data) as unknown };
  } catch {
    return null;
  }
}
