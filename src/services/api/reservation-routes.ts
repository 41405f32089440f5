/** Persistent reservations: what an operator asks, and what the path watcher answers. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod/mini';
import { type ErrorCode, errorCodes } from '../../base/errors.js';
import { reservationTypes, type ReservationType } from '../../base/reservation.js';
import { keySchema } from '../../controller/reservation-schema.js';
import type { ReservationAnswer } from '../../model/reservations/types.js';
import { parseBody } from './schemas.js';
import type { ApiService } from './service.js';

const type = z.enum(Object.keys(reservationTypes) as [ReservationType, ...ReservationType[]]);
const line = z.string().check(z.maxLength(1024));
const count = z.int().check(z.minimum(0), z.maximum(0xffffffff));

/** Keys are the operator's text: the controller reads them, and says what is wrong with them. */
const requestBody = z.strictObject({
  unit: z.string().check(z.minLength(1), z.maxLength(128)),
  action: z.enum(['read', 'register', 'unregister', 'reserve', 'release', 'preempt', 'preempt-abort', 'clear']),
  key: z.optional(z.string().check(z.maxLength(64))),
  victim: z.optional(z.string().check(z.maxLength(64))),
  type: z.optional(type),
  persist: z.optional(z.boolean()),
  allTargetPorts: z.optional(z.boolean()),
  ignoreExisting: z.optional(z.boolean()),
  force: z.optional(z.boolean()),
});

const status = z.strictObject({
  generation: count,
  keys: z.array(keySchema),
  reservation: z.nullable(z.strictObject({ key: z.nullable(keySchema), type })),
  capabilities: z.nullable(
    z.strictObject({
      persistCapable: z.boolean(),
      persistActive: z.boolean(),
      allTargetPorts: z.boolean(),
      otherInitiators: z.boolean(),
      compatibleReserve: z.boolean(),
      types: z.nullable(z.array(type)),
    }),
  ),
  registrants: z.nullable(
    z.array(
      z.strictObject({
        key: keySchema,
        holder: z.boolean(),
        allTargetPorts: z.boolean(),
        targetPort: z.nullable(z.int().check(z.minimum(0), z.maximum(0xffff))),
        initiator: line,
      }),
    ),
  ),
});

const answerBody = z.strictObject({
  id: z.string().check(z.minLength(1), z.maxLength(64)),
  error: z.nullable(
    z.strictObject({
      code: z.enum(Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]]),
      message: z.string().check(z.maxLength(4096)),
    }),
  ),
  paths: z.array(
    z.strictObject({
      key: z.string().check(z.minLength(1), z.maxLength(1024)),
      result: z.enum(['registered', 'unregistered', 'taken-away', 'other-key', 'failed']),
      detail: line,
    }),
  ),
  status: z.nullable(status),
});

export function reservationRoutes(server: FastifyInstance, service: ApiService): void {
  server.post('/v1/reservations', (request) => service.reservations.act(parseBody(requestBody, request.body)));
  server.post('/v1/reservation-answers', (request) => {
    // Keys and paths came from this controller, or were checked above.
    service.reservations.answered(parseBody(answerBody, request.body) as unknown as ReservationAnswer);
    return {};
  });
}
