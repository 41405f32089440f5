/** One HTTP request and its whole answer over a unix socket. */
import { request, type RequestOptions } from 'node:http';
import { createConnection } from 'node:net';
import type { Clock } from '../../base/clock.js';
import { errorCodes, type ErrorCode, PathManagerError } from '../../base/errors.js';
import { checkSocketPath, linkError, strangeAnswer, timeoutError } from './link-errors.js';
import type { ErrorView } from './routes.js';

export interface Exchange {
  readonly socketPath: string;
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly route: string;
  readonly body?: unknown;
  /** Time for the whole exchange, from the connection to the last byte. */
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/**
 * Sends and waits. Gives the answer's JSON value.
 * Rejects with NOT_RUNNING, NO_ANSWER, NOT_PERMITTED, or with the error that the controller answered.
 */
export async function exchange(wanted: Exchange): Promise<unknown> {
  checkSocketPath(wanted.socketPath);
  const { status, text } = await send(wanted);
  const value = parseJson(text, wanted.socketPath);
  if (status >= 200 && status < 300) return value;
  // The health of a controller that is not ready yet: an answer, and no error.
  if (status === 503 && !isError(value)) return value;
  throw answeredError(value, status, wanted.socketPath);
}

/** The error that the controller answered, with its own code where this release knows it. */
export function answeredError(value: unknown, status: number, socketPath: string): PathManagerError {
  const error = (value as Partial<ErrorView> | null)?.error;
  if (typeof error?.message !== 'string') return strangeAnswer(socketPath, `HTTP status ${String(status)}`);
  const code: ErrorCode = Object.hasOwn(errorCodes, error.code) ? error.code : 'INTERNAL';
  return new PathManagerError(code, error.message, { ...error.facts, status });
}

function isError(value: unknown): boolean {
  return (value as Partial<ErrorView> | null)?.error !== undefined;
}

function parseJson(text: string, socketPath: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw strangeAnswer(socketPath, 'it is not JSON');
  }
}

/**
 * How to reach the socket without an agent: a kept connection would keep a command from ending, and finding out that a
 * socket's path is no server name takes an agent as long as the whole exchange.
 */
export function connection(socketPath: string): RequestOptions {
  return { createConnection: () => createConnection(socketPath) };
}

function send(wanted: Exchange): Promise<{ readonly status: number; readonly text: string }> {
  const { socketPath, method, route, timeoutMs, clock } = wanted;
  const body = wanted.body === undefined ? null : JSON.stringify(wanted.body);
  const headers =
    body === null ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      timer.cancel();
      reject(error instanceof PathManagerError ? error : linkError(error, socketPath));
    };
    const sent = request({ ...connection(socketPath), method, path: route, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (part: string) => (text += part));
      answer.on('error', fail);
      answer.on('end', () => {
        timer.cancel();
        resolve({ status: answer.statusCode ?? 0, text });
      });
    });
    const timer = clock.after('api answer', timeoutMs, () => {
      // Before destroy: once an answer has begun, Node reports "aborted" whatever error destroy is given.
      fail(timeoutError(socketPath, timeoutMs / 1000, method !== 'GET'));
      sent.destroy();
    });
    sent.on('error', fail);
    sent.end(body);
  });
}
