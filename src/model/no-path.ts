/** What happens to the I/O of a unit without an available path: wait, wait for a while, or fail. */
import { isLockedOut } from './reservations/standing.js';
import type { Policy, Settings, Unit } from './types.js';

/**
 * True where I/O without a path is to wait. In cluster mode it fails at once, so that the cluster can switch nodes; a node
 * whose reservation key was taken away must never write what has waited.
 */
export function queuesIo(unit: Unit, policy: Policy, settings: Settings): boolean {
  return policy.noPath.mode !== 'fail' && !settings.cluster && !unit.queueingEnded && !isLockedOut(unit);
}

/** When the I/O of a unit stops waiting, in milliseconds since 1970; null where nothing is counted down. */
export function queueingEndsAt(unit: Unit, policy: Policy, settings: Settings): number | null {
  if (policy.noPath.mode !== 'queue-for' || unit.pathlessSince === null || !queuesIo(unit, policy, settings))
    return null;
  return unit.pathlessSince + policy.noPath.seconds * 1000;
}
