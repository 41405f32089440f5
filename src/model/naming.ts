/** Numbers and names of units: each belongs to one WWID for good, also while the unit is away. */
import { mapName, unitNumber, type MapName, type UnitNumber, type Wwid } from '../base/ids.js';
import type { MapFacts } from '../base/map-facts.js';
import type { Policy, Unit } from './types.js';

/** Who holds names and numbers. */
export interface Registry {
  readonly policy: Policy;
  readonly units: ReadonlyMap<Wwid, Pick<Unit, 'wwid' | 'number' | 'name'>>;
  readonly strayMaps: ReadonlyMap<Wwid, MapFacts>;
}

/** The lowest number that no unit has. */
export function freeNumber(registry: Registry): UnitNumber {
  const taken = new Set([...registry.units.values()].map((unit) => unit.number));
  let number = 0;
  while (taken.has(unitNumber(number))) number += 1;
  return unitNumber(number);
}

/**
 * The name of a new unit: the configured one, the one it had or its map has, or prefix and number, with "-2", "-3" and so
 * on where that is taken.
 */
export function newName(registry: Registry, wwid: Wwid, number: UnitNumber, had: MapName | null): MapName {
  const base = `${registry.policy.namePrefix}${String(number)}`;
  const wishes = [registry.policy.names.get(wwid) ?? null, had, mapName(base)];
  for (const wish of wishes) if (wish !== null && isFree(registry, wwid, wish)) return wish;
  let suffix = 2;
  while (!isFree(registry, wwid, mapName(`${base}-${String(suffix)}`))) suffix += 1;
  return mapName(`${base}-${String(suffix)}`);
}

/**
 * The name of a unit whose map the kernel has under some name: that name, unless an operator, the configuration or another
 * unit objects.
 */
export function adoptedName(registry: Registry, unit: Unit, map: MapFacts): MapName {
  const decided = unit.nameChosen || registry.policy.names.get(unit.wwid) === unit.name;
  return decided || !isFree(registry, unit.wwid, map.name) ? unit.name : map.name;
}

/** A name is held by the unit that has it, by the map that has it, and by the WWID that it is configured for. */
function isFree(registry: Registry, wwid: Wwid, name: MapName): boolean {
  for (const unit of registry.units.values()) if (unit.name === name && unit.wwid !== wwid) return false;
  return !isReserved(registry, wwid, name);
}

/** True where a map that belongs to no unit has the name, or the configuration keeps it for another WWID. */
export function isReserved({ strayMaps, policy }: Registry, wwid: Wwid, name: MapName): boolean {
  for (const [owner, map] of strayMaps) if (map.name === name && owner !== wwid) return true;
  for (const [owner, configured] of policy.names) if (configured === name && owner !== wwid) return true;
  return false;
}
