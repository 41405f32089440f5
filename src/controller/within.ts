/** Waits for work, but not for ever. */
import type { Clock, Timer } from '../base/clock.js';

/** True when `work` ended within `ms`; rejects as it does. */
export async function within(clock: Clock, ms: number, work: Promise<unknown>): Promise<boolean> {
  let timer: Timer | null = null;
  const late = new Promise<boolean>((resolve) => {
    timer = clock.after('patience', ms, () => resolve(false));
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    (timer as Timer | null)?.cancel();
  }
}
