import { z } from 'zod/mini';

/** The watcher's settings with their ranges, as the state file and the API take them. */
export const watcherSchema = {
  healthCheck: z.boolean(),
  recoveryCheck: z.boolean(),
  intervalSec: z.int().check(z.minimum(1), z.maximum(3600)),
  thresholdSec: z.int().check(z.minimum(0), z.maximum(3600)),
  timeoutSec: z.int().check(z.minimum(1), z.maximum(600)),
};
