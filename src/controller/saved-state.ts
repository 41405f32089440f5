/** The form of the state file, checked field by field: a file that was cut or edited wrongly is refused by name. */
import { z } from 'zod/mini';
import { PathManagerError } from '../base/errors.js';
import { mapName, PRIORITY_MAX, PRIORITY_MIN, wwid } from '../base/ids.js';
import type { SavedState } from '../model/types.js';
import { keySchema } from './reservation-schema.js';
import { firstIssue } from './schema-text.js';
import { watcherSchema } from './watcher-schema.js';

const path = z.strictObject({
  key: z.string().check(z.minLength(1), z.maxLength(1024)),
  priority: z.int().check(z.minimum(PRIORITY_MIN), z.maximum(PRIORITY_MAX)),
  enabled: z.boolean(),
});

const reservation = z.strictObject({
  key: keySchema,
  persist: z.boolean(),
  allTargetPorts: z.boolean(),
  lostSince: z.nullable(z.number()),
  lostDetail: z.string().check(z.maxLength(1024)),
});

const unit = z.strictObject({
  wwid: z.string().check(z.refine(accepts(wwid), 'not a WWID')),
  number: z.int().check(z.minimum(0), z.maximum(999_999)),
  name: z.string().check(z.refine(accepts(mapName), 'not a map name')),
  balance: z.enum(['none', 'round-robin', 'queue-length', 'service-time', 'historical-service-time']),
  balanceChosen: z.boolean(),
  prioritiesChosen: z.boolean(),
  // Saves from before there was an import do not have it.
  nameChosen: z._default(z.boolean(), false),
  // Nor those from before reservations.
  reservation: z._default(z.nullable(reservation), null),
  paths: z.array(path),
});

const port = z.strictObject({
  initiatorPort: z.string().check(z.minLength(1), z.maxLength(256)),
  targetPort: z.string().check(z.minLength(1), z.maxLength(256)),
  fastIoFailSec: z.array(z.int().check(z.minimum(0))),
  devLossSec: z.array(z.int().check(z.minimum(0))),
});

const savedState = z.strictObject({
  version: z.literal(1),
  settings: z.strictObject({
    failback: z.enum(['active', 'standby']),
    cluster: z.boolean(),
    clusterBalancing: z._default(z.boolean(), false),
    watcher: z.strictObject(watcherSchema),
  }),
  units: z.array(unit).check(
    z.refine((units) => allDiffer(units.map((each) => each.wwid)), 'two units have one WWID'),
    z.refine((units) => allDiffer(units.map((each) => each.number)), 'two units have one number'),
  ),
  // Saves from before remote ports were managed do not have them.
  ports: z._default(z.array(port), []),
});

/** The state in a file's text. Throws BAD_STATE_FILE with the first thing that is wrong. */
export function parseSavedState(text: string): SavedState {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw new PathManagerError('BAD_STATE_FILE', 'it is not JSON, perhaps cut short', {}, error);
  }
  const result = savedState.safeParse(content);
  if (!result.success) throw new PathManagerError('BAD_STATE_FILE', firstIssue(result.error));
  // The checks above are those of the branded constructors.
  return result.data as unknown as SavedState;
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

function allDiffer(values: readonly (string | number)[]): boolean {
  return new Set(values).size === values.length;
}
