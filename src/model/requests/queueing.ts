/** endqueue: I/O without a path waits no longer than so many seconds, from now on and until the controller is started again. */
import { PathManagerError } from '../../base/errors.js';
import { endOverdueQueueing } from '../overdue.js';
import type { Turn } from '../turn.js';
import type { NoPathPolicy } from '../types.js';

const LONGEST_SEC = 3600;

/**
 * Never lets anything wait longer than before. A unit that has had no path for that long already fails its I/O at once.
 * Throws BAD_REQUEST.
 */
export function endQueueing(turn: Turn, seconds: number): void {
  if (!Number.isInteger(seconds) || seconds < 0 || seconds > LONGEST_SEC) {
    throw new PathManagerError(
      'BAD_REQUEST',
      `Cannot end queueing after ${String(seconds)} seconds: wanted an integer from 0 to ${String(LONGEST_SEC)}`,
    );
  }
  const { noPath } = turn.policy;
  if (longest(noPath) <= seconds) return;
  turn.policy = { ...turn.policy, noPath: { mode: 'queue-for', seconds } };
  turn.record(1022, null, null, `${String(seconds)} s at most`);
  endOverdueQueueing(turn);
}

function longest(policy: NoPathPolicy): number {
  switch (policy.mode) {
    case 'fail':
      return 0;
    case 'queue':
      return Infinity;
    case 'queue-for':
      return policy.seconds;
  }
}
