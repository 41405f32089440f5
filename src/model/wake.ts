/** When the model has something to do without being told: the time of the next tick. */
import { queueingEndsAt } from './no-path.js';
import type { Port } from './ports/types.js';
import type { ModelState, Policy, Settings, Unit } from './types.js';

/** The first time at which something is due with a unit or with a remote port; null where nothing is. */
export function nextWake({ units, policy, settings, ports }: ModelState): number | null {
  let next = portsDueAt(ports);
  for (const unit of units.values()) next = sooner(next, unitDueAt(unit, policy, settings));
  return next;
}

/** When the I/O of a unit stops waiting, or its paths are to be probed again. */
export function unitDueAt(unit: Unit, policy: Policy, settings: Settings): number | null {
  return sooner(queueingEndsAt(unit, policy, settings), unit.seeking?.at ?? null);
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
