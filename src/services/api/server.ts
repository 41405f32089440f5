/** The HTTP API on its two unix sockets: `control.sock` (root) takes everything, `status.sock` (anyone) only reads. */
import { chmodSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { asPathManagerError, type ErrorCode, type ErrorDomain, PathManagerError } from '../../base/errors.js';
import { changeRoutes } from './change-routes.js';
import { insightRoutes, planRoutes } from './insight-routes.js';
import type { ApiService } from './service.js';
import { exportRoutes, importRoute } from './portable-routes.js';
import { reservationRoutes } from './reservation-routes.js';
import { streamEvents } from './stream.js';

/** A report on ten thousand paths is about 2 MiB. */
const BODY_LIMIT = 8 * 1024 * 1024;

const statusOfDomain: Readonly<Record<ErrorDomain, number>> = {
  usage: 400,
  refused: 409,
  setup: 500,
  link: 503,
  kernel: 500,
  device: 500,
  internal: 500,
};
const statusOfCode: Partial<Record<ErrorCode, number>> = {
  UNKNOWN_PATH: 404,
  UNKNOWN_UNIT: 404,
  NOT_PERMITTED: 403,
  APPLY_PENDING: 504,
};

export class ApiServer {
  readonly #servers: FastifyInstance[] = [];

  /** Listens on both sockets under `runDir`; sockets that a killed daemon left are replaced. */
  static async listen(service: ApiService, runDir: string): Promise<ApiServer> {
    const server = new ApiServer();
    await server.#open(service, join(runDir, 'status.sock'), 0o666, false);
    await server.#open(service, join(runDir, 'control.sock'), 0o600, true);
    return server;
  }

  /** Ends all connections at once, streams too; what was pushed to a stream before is still sent. */
  async close(): Promise<void> {
    // Node holds back what is written to a response until the end of this turn: the last event would be lost.
    await new Promise((resolve) => setImmediate(resolve));
    await Promise.all(
      this.#servers.map(async (server) => {
        server.server.closeAllConnections();
        await server.close();
      }),
    );
  }

  async #open(service: ApiService, socket: string, mode: number, control: boolean): Promise<void> {
    const server = fastify({ bodyLimit: BODY_LIMIT, forceCloseConnections: true });
    server.setErrorHandler((error, _request, reply) => sendError(reply, asRequestError(error)));
    server.setNotFoundHandler((request, reply) => sendError(reply, notFound(request, control)));
    readRoutes(server, service);
    if (control) {
      changeRoutes(server, service);
      planRoutes(server, service);
      importRoute(server, service);
      reservationRoutes(server, service);
    }
    rmSync(socket, { force: true });
    // Made private first: between listen and chmod nobody else may connect.
    const mask = process.umask(0o177);
    try {
      await server.listen({ path: socket });
    } finally {
      process.umask(mask);
    }
    chmodSync(socket, mode);
    this.#servers.push(server);
  }
}

function readRoutes(server: FastifyInstance, service: ApiService): void {
  server.get('/v1/health', (_request, reply) => {
    const health = service.health();
    return reply.status(health.ready ? 200 : 503).send(health);
  });
  exportRoutes(server, service);
  server.get('/v1/units', () => service.units());
  server.get('/v1/settings', () => service.settings());
  insightRoutes(server, service);
  server.get('/metrics', async (_request, reply) => {
    const { type, text } = await service.metrics();
    return reply.header('content-type', type).send(text);
  });
  server.get('/v1/events', (request, reply) => {
    reply.hijack();
    streamEvents(service.ring, request.raw, reply.raw, service.attendance.come(request.headers['user-agent']));
  });
}

/** Errors of the HTTP layer itself (no JSON, body too large) are the client's. */
function asRequestError(error: unknown): PathManagerError {
  const status = (error as { statusCode?: unknown }).statusCode;
  if (!(error instanceof PathManagerError) && typeof status === 'number' && status >= 400 && status < 500) {
    const why = error instanceof Error ? error.message : String(error);
    return new PathManagerError('BAD_REQUEST', `Request refused: ${why}`, {}, error);
  }
  return asPathManagerError(error);
}

function notFound(request: FastifyRequest, control: boolean): PathManagerError {
  if (!control && request.method !== 'GET') {
    return new PathManagerError('NOT_PERMITTED', 'This socket only reads; changes go to control.sock, as root');
  }
  return new PathManagerError('BAD_REQUEST', `The API has no "${request.method} ${request.url}"`);
}

function sendError(reply: FastifyReply, error: PathManagerError): void {
  const status = statusOfCode[error.code] ?? statusOfDomain[error.domain];
  void reply.status(status).send({ error: { code: error.code, message: error.message, facts: error.facts } });
}
