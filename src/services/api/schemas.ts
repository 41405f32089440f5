/** The bodies that the API takes, each checked to the last field: an unknown field is refused, not ignored. */
import { z } from 'zod/mini';
import { PathManagerError } from '../../base/errors.js';
import { keySchema } from '../../controller/reservation-schema.js';
import { watcherSchema } from '../../controller/watcher-schema.js';
import { firstIssue } from '../../controller/schema-text.js';

const pathText = z.string().check(z.minLength(1), z.maxLength(64));

/** The queries that the API takes. */
export const queries = {
  explain: z.strictObject({ name: z.string().check(z.minLength(1), z.maxLength(128)) }),
} as const;

export const bodies = {
  nothing: z.strictObject({}),
  path: z.strictObject({ path: pathText }),
  disable: z.strictObject({ path: pathText, force: z._default(z.boolean(), false) }),
  swap: z.strictObject({ first: pathText, second: pathText }),
  priority: z.strictObject({ path: pathText, priority: z.number() }),
  balance: z.strictObject({
    path: pathText,
    mode: z.enum(['none', 'round-robin', 'queue-length', 'service-time', 'historical-service-time']),
  }),
  failback: z.strictObject({ path: z.nullable(pathText) }),
  endQueueing: z.strictObject({ seconds: z.number() }),
  rescan: z.strictObject({ scope: z._default(z.string().check(z.maxLength(64)), 'all') }),
  settings: z.strictObject({
    failback: z.optional(z.enum(['active', 'standby'])),
    cluster: z.optional(z.boolean()),
    clusterBalancing: z.optional(z.boolean()),
    watcher: z.optional(z.partial(z.strictObject(watcherSchema))),
  }),
  report: z.strictObject({
    nextRoundMs: z._default(z.nullable(z.number().check(z.minimum(0), z.maximum(3_600_000))), null),
    probes: z._default(
      z.array(
        z.strictObject({
          wwid: z.string(),
          key: z.string(),
          verdict: z.enum(['up', 'down', 'standby', 'retry', 'ignore']),
          outcome: z.string().check(z.maxLength(256)),
          latencyMs: z.number().check(z.minimum(0)),
          listed: z.optional(z.boolean()),
          leadsTo: z.optional(z.string().check(z.maxLength(256))),
        }),
      ),
      [],
    ),
    lostKeys: z._default(z.array(z.strictObject({ wwid: z.string(), key: keySchema })), []),
    access: z._default(
      z.array(
        z.strictObject({
          wwid: z.string(),
          groups: z.array(
            z.strictObject({
              id: z.int().check(z.minimum(0), z.maximum(65_535)),
              state: z.enum([
                'optimized',
                'non-optimized',
                'standby',
                'unavailable',
                'lba-dependent',
                'offline',
                'transitioning',
              ]),
            }),
          ),
        }),
      ),
      [],
    ),
  }),
} as const;

/** The body as its schema's type. Throws BAD_REQUEST naming the first thing that is wrong. */
export function parseBody<Schema extends z.core.$ZodType>(schema: Schema, body: unknown): z.infer<Schema> {
  const result = z.safeParse(schema, body ?? {});
  if (!result.success) throw new PathManagerError('BAD_REQUEST', `Request refused: ${firstIssue(result.error)}`);
  return result.data;
}
