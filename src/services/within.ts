import { systemClock } from '../base/clock.js';

/** Waits for `work`, but not longer than `ms`. True when it ended in time; its failure counts as ended. */
export function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = systemClock.after('patience', ms, () => resolve(false));
    const done = (): void => {
      timer.cancel();
      resolve(true);
    };
    work.then(done, done);
  });
}
