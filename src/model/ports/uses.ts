/** What logical units use remote ports for: whether one carries the last way of any. */
import { isUsable } from '../availability.js';
import type { Turn } from '../turn.js';
import type { Path, Unit } from '../types.js';

export interface PortUse {
  /** Some logical unit behind the port has no other way that works. */
  readonly isLastWay: boolean;
}

/**
 * The use of each port for which this step may have changed it: by the port itself, or by a unit that has come or gone
 * behind it, or won or lost another way. All of them where the settings or the policy have changed. Ports without a logical
 * unit of ours are not among them.
 */
export function portUses(turn: Turn): ReadonlyMap<string, PortUse> {
  const concerned = concernedPorts(turn);
  const uses = new Map<string, PortUse>();
  if (concerned.size === 0) return uses;
  for (const unit of turn.units.values()) {
    for (const { facts } of unit.paths) {
      const name = facts.remotePort;
      if (name === null || !concerned.has(name) || uses.get(name)?.isLastWay === true) continue;
      uses.set(name, { isLastWay: turn.sharedPorts.has(name) || isLastWay(unit, name) });
    }
  }
  return uses;
}

function concernedPorts(turn: Turn): ReadonlySet<string> {
  const { start } = turn;
  const isOtherPolicy = turn.settings !== start.settings || turn.policy !== start.policy;
  if (isOtherPolicy || turn.sharedPorts !== start.sharedPorts) return new Set(turn.ports.keys());
  const names = new Set(turn.rewritten);
  for (const [name, port] of turn.ports) if (start.ports.get(name) !== port) names.add(name);
  for (const unit of turn.changed) {
    const before = start.units.get(unit.wwid)?.paths ?? [];
    if (isSameWays(before, unit.paths)) continue;
    for (const { facts } of [...before, ...unit.paths]) if (facts.remotePort !== null) names.add(facts.remotePort);
  }
  return names;
}

/** False where a unit may mean something else for its ports than before. */
function isSameWays(before: readonly Path[], after: readonly Path[]): boolean {
  return (
    before.length === after.length &&
    after.every((path, index) => {
      const was = before[index];
      if (was === path) return true;
      return was?.facts.remotePort === path.facts.remotePort && isProven(was) === isProven(path);
    })
  );
}

/** No path through another port works, whatever those through this one do. */
function isLastWay({ paths }: Unit, name: string): boolean {
  return !paths.some((path) => path.facts.remotePort !== name && isProven(path));
}

/** What is on its way back is not yet in the kernel's table. */
function isProven(path: Path): boolean {
  return isUsable(path) && path.suspicion === null && path.reinstating === null;
}
