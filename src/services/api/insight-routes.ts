/** The routes that explain, on both sockets; what is to be done may be tried on root's alone. */
import type { FastifyInstance } from 'fastify';
import { bodies, parseBody, queries } from './schemas.js';
import type { ApiService } from './service.js';

export function insightRoutes(server: FastifyInstance, service: ApiService): void {
  server.get('/v1/explain', (request) => service.insight.explain(parseBody(queries.explain, request.query).name));
  server.get('/v1/plan', () => service.insight.plan());
  server.get('/v1/doctor', () => service.insight.doctor());
}

export function planRoutes(server: FastifyInstance, service: ApiService): void {
  server.post('/v1/plan/apply', (request) => {
    parseBody(bodies.nothing, request.body);
    return service.insight.applyPlan();
  });
}
