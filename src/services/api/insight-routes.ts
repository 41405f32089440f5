/** The routes that explain: on both sockets. */
import type { FastifyInstance } from 'fastify';
import { parseBody, queries } from './schemas.js';
import type { ApiService } from './service.js';

export function insightRoutes(server: FastifyInstance, service: ApiService): void {
  server.get('/v1/explain', (request) => service.insight.explain(parseBody(queries.explain, request.query).name));
}
