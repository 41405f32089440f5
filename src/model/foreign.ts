/**
 * Devices that lead to another logical unit than the map that has them: the array has mapped another volume where a path
 * was. What the map writes there would damage that volume, so the device is taken out of use by a message of its own, which
 * waits for nothing. The new table without it follows.
 */
import type { DevT, Wwid } from '../base/ids.js';
import { kernelMark } from './kernel-mark.js';
import type { Turn } from './turn.js';
import type { Path, Unit } from './types.js';

/** A path of the unit leads to the logical unit `to` now. It has not left the unit yet. */
export function expel(turn: Turn, unit: Unit, { facts }: Path, to: Wwid): Unit {
  turn.record(1036, unit, facts, `${facts.node} leads to WWID ${to}`);
  const marked: Unit = { ...unit, foreign: [...unit.foreign, facts.devT] };
  failForeign(turn, marked);
  return marked;
}

/** Takes foreign devices out of use that the map has active: also where a table that was under way brings one back. */
export function failForeign(turn: Turn, { map, foreign }: Unit): void {
  if (map === null) return;
  for (const devT of foreign) {
    if (kernelMark(map, devT)?.failed === false) turn.messages.push({ kind: 'fail-path', map: map.name, devT });
  }
}

/** The unit without foreign devices that its map has no more: the kernel has what is wanted. */
export function withoutForeign(unit: Unit): Unit {
  const foreign = unit.foreign.filter((devT) => kernelMark(unit.map, devT) !== undefined);
  return foreign.length === unit.foreign.length ? unit : { ...unit, foreign };
}

/** The unit that the device belongs to again. */
export function welcomed(unit: Unit, devT: DevT): Unit {
  return unit.foreign.includes(devT) ? { ...unit, foreign: unit.foreign.filter((each) => each !== devT) } : unit;
}
