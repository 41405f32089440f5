/** Settings as a whole: out, tried out, and in. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod/mini';
import { PathManagerError } from '../../base/errors.js';
import { mapName, PRIORITY_MAX, PRIORITY_MIN, wwid } from '../../base/ids.js';
import { firstIssue } from '../../controller/schema-text.js';
import { watcherSchema } from '../../controller/watcher-schema.js';
import type { Request } from '../../model/types.js';
import { parseBody } from './schemas.js';
import type { ApiService } from './service.js';

const path = z.strictObject({
  priority: z.optional(z.int().check(z.minimum(PRIORITY_MIN), z.maximum(PRIORITY_MAX))),
  enabled: z.optional(z.boolean()),
});

const unit = z.strictObject({
  number: z.optional(z.int().check(z.minimum(0), z.maximum(999_999))),
  name: z.optional(z.string().check(z.refine(accepts(mapName), 'not a map name'))),
  balance: z.optional(z.enum(['none', 'round-robin', 'queue-length', 'service-time', 'historical-service-time'])),
  paths: z.optional(z.record(z.string().check(z.minLength(1), z.maxLength(1024)), path)),
});

const portableSettings = z.strictObject({
  version: z.literal(1, 'not 1, the only version that this release knows'),
  failback: z.optional(z.enum(['active', 'standby'])),
  cluster: z.optional(z.boolean()),
  clusterBalancing: z.optional(z.boolean()),
  watcher: z.optional(z.partial(z.strictObject(watcherSchema))),
  units: z.optional(z.record(z.string().check(z.refine(accepts(wwid), 'not a WWID')), unit)),
});

const importBody = z.strictObject({
  settings: z.unknown(),
  skipMissing: z._default(z.boolean(), false),
  force: z._default(z.boolean(), false),
});

/** What only reads: on both sockets. */
export function exportRoutes(server: FastifyInstance, service: ApiService): void {
  server.get('/v1/export', () => service.portable.export());
  server.post('/v1/import/preview', (request) => service.portable.preview(importOf(request.body)));
}

export function importRoute(server: FastifyInstance, service: ApiService): void {
  server.post('/v1/import', (request) => service.portable.import(importOf(request.body)));
}

/** Throws BAD_REQUEST; its facts name the place in the settings, so that a client can find it in a file. */
function importOf(body: unknown): Extract<Request, { kind: 'import' }> {
  const { settings, skipMissing, force } = parseBody(importBody, body);
  const result = z.safeParse(portableSettings, settings);
  if (result.success) return { kind: 'import', settings: result.data, skipMissing, force };
  const issue = firstIssue(result.error);
  const at = JSON.stringify(placeOf(result.error));
  throw new PathManagerError('BAD_REQUEST', `Settings refused: ${issue}`, { issue, at });
}

/** Keys from the whole of the settings down; of a key that must not be there, the key itself. */
function placeOf({ issues: [issue] }: z.core.$ZodError): readonly string[] {
  const keys = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
  return [...(issue?.path ?? []).map(String), ...keys];
}

function accepts(construct: (text: string) => unknown): (text: string) => boolean {
  return (text) => {
    try {
      construct(text);
      return true;
    } catch {
      // The constructor's own message repeats the text; the schema names the field instead.
      return false;
    }
  };
}
