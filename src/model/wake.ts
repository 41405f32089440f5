/** When the model has something to do without being told: the time of the next tick. */
import { queueingEndsAt } from './no-path.js';
import type { Port } from './ports/types.js';
import type { ModelState } from './types.js';

/** The first time at which some I/O stops waiting, or something is due with a remote port; null where nothing is. */
export function nextWake({ units, policy, settings, ports }: ModelState): number | null {
  let next = portsDueAt(ports);
  for (const unit of units.values()) next = sooner(next, queueingEndsAt(unit, policy, settings));
  return next;
}

/** When a path is to be probed again, or a port's hold ends. */
export function portsDueAt(ports: ReadonlyMap<string, Port>): number | null {
  let next: number | null = null;
  for (const { asking, held } of ports.values()) next = sooner(sooner(next, asking?.at ?? null), held?.until ?? null);
  return next;
}

function sooner(a: number | null, b: number | null): number | null {
  return a === null || (b !== null && b < a) ? b : a;
}
