/** Ends the waiting of I/O whose time is over. */
import { queueingEndsAt } from './no-path.js';
import type { Turn } from './turn.js';

export function endOverdueQueueing(turn: Turn): void {
  for (const unit of turn.units.values()) {
    const end = queueingEndsAt(unit, turn.policy, turn.settings);
    if (end === null || end > turn.at) continue;
    turn.touched.add(unit.wwid);
    turn.put({ ...unit, queueingEnded: true });
    turn.record(1008, unit, null, '');
  }
}
