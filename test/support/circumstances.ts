/** What explains a state besides the model's own: nothing special, with what a test changes. */
import type { EventRecord } from '../../src/model/catalogue.js';
import type { Circumstances } from '../../src/model/explain/types.js';

/** `now` and a watcher whose next round is 40 s later; `records` are given to every path. */
export function circumstances(
  now: number,
  records: readonly EventRecord[] = [],
  changes: Partial<Circumstances> = {},
): Circumstances {
  return {
    at: now,
    watcher: { connected: true, nextRoundAt: now + 40_000 },
    records: () => records,
    probeAskedAt: () => null,
    work: () => ({ running: false, retryAt: null }),
    leftAlone: [],
    ...changes,
  };
}
