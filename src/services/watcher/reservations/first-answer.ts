/** A question that any of several paths can answer: a path that hangs must hold up nobody. */
import type { Clock } from '../../../base/clock.js';
import type { Outcome } from '../../../scsi/outcome.js';
import type { Finding } from '../../../scsi/question.js';

/** A path that has not answered for so long is waited for no more alone: the next one is asked beside it. */
export const PATIENCE_MS = 150;

/** The device itself has spoken: another path would say the same. */
const isAnswer = (outcome: Outcome): boolean =>
  outcome === 'good' || outcome === 'rejected' || outcome === 'reservation-conflict';

/** Who answered what; where nobody did, the failure that tells most. */
export interface Answered<P, T> {
  readonly path: P;
  readonly finding: Finding<T>;
}

/**
 * Asks one path after the other until one answers, the next one too where a path takes its time. What comes after the first
 * answer is dropped. Null without any path.
 */
export function firstAnswer<P, T>(
  clock: Clock,
  paths: readonly P[],
  ask: (path: P) => Promise<Finding<T>>,
): Promise<Answered<P, T> | null> {
  return new Promise((resolve, reject) => {
    let open = 0;
    let next = 0;
    let failure: Answered<P, T> | null = null;
    const goOn = (): void => {
      const path = paths[next];
      if (path === undefined) {
        if (open === 0) resolve(failure);
        return;
      }
      next += 1;
      open += 1;
      const patience = clock.after('another path', PATIENCE_MS, goOn);
      ask(path).then((finding) => {
        patience.cancel();
        open -= 1;
        if (isAnswer(finding.outcome)) {
          next = paths.length;
          resolve({ path, finding });
          return;
        }
        // An answer that cannot be right tells more than none.
        if (failure?.finding.outcome !== 'malformed') failure = { path, finding };
        goOn();
      }, reject);
    };
    goOn();
  });
}
