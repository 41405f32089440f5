/** Server-sent events (WHATWG HTML, "Server-sent events") over a plain response. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { OrderStream } from './order-stream.js';
import type { EventRing, StreamEvent } from './event-ring.js';

/** A reader that takes nothing for this many bytes is cut off: it comes back with Last-Event-ID and misses nothing. */
const MAX_BACKLOG_BYTES = 4 * 1024 * 1024;

/**
 * Streams the ring to a client from where it stopped. A `gap` event tells what it missed: {"missed": n | null}.
 * @returns when the client has gone, through `onClose`.
 */
export function streamEvents(
  ring: EventRing,
  request: IncomingMessage,
  response: ServerResponse,
  onClose: () => void,
): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  const lastSeen = request.headers['last-event-id'];
  const hello = `event: hello\ndata: ${JSON.stringify({ sequence: ring.sequence })}\n\n`;
  // At once, so that the client knows that it is connected. It tells where the stream stands only to one who wants nothing
  // from before: an identifier sent ahead of a replay would make a reader that breaks off in it skip the rest.
  response.write(typeof lastSeen === 'string' ? hello : `id: ${ring.idOf(ring.sequence)}\n${hello}`);
  if (typeof lastSeen === 'string') replay(ring, lastSeen, response);
  const subscription = ring.subscribe((event) => {
    response.write(frame(ring, event));
    if (response.writableLength > MAX_BACKLOG_BYTES) response.destroy();
  });
  response.on('close', () => {
    subscription.close();
    onClose();
  });
}

/** Sends the orders that come from now on. They have no identifier, so that no reader can ask for one again. */
export function sendOrders(orders: OrderStream, response: ServerResponse): { close(): void } {
  return orders.subscribe((order) => {
    response.write(`event: reservation\ndata: ${JSON.stringify(order)}\n\n`);
  });
}

function replay(ring: EventRing, lastSeen: string, response: ServerResponse): void {
  const { events, missed } = ring.since(lastSeen);
  if (missed !== 0) response.write(`event: gap\ndata: ${JSON.stringify({ missed })}\n\n`);
  for (const event of events) response.write(frame(ring, event));
}

/** JSON has no line breaks, so one data line carries it. What is not kept has no identifier to ask for it by. */
function frame(ring: EventRing, { sequence, kind, data }: StreamEvent): string {
  const id = sequence === null ? '' : `id: ${ring.idOf(sequence)}\n`;
  return `${id}event: ${kind}\ndata: ${JSON.stringify(data)}\n\n`;
}
