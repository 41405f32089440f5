/** What discovery tells: everything there is, one device that is there, one that has gone. */
import { wwidOfUuid, type DevT, type Wwid } from '../base/ids.js';
import type { MapFacts } from '../base/map-facts.js';
import type { PathFacts } from '../discovery/facts.js';
import { expel } from './foreign.js';
import { kernelMark } from './kernel-mark.js';
import { reportMap } from './kernel-report.js';
import { enter, leave, reconsider } from './membership.js';
import { refreshPath, resize } from './path-facts.js';
import { failLost } from './ports/paths.js';
import { follow, notePorts } from './ports/take.js';
import type { Turn } from './turn.js';
import type { Input, Unit } from './types.js';

/** Takes in the whole truth: what is not listed is gone. */
export function takeInventory(turn: Turn, { paths, maps, ports }: Extract<Input, { kind: 'inventory' }>): void {
  turn.indexDevices();
  const turned = notePorts(turn, ports);
  const listed = new Map(paths.map((facts) => [facts.devT, facts]));
  for (const devT of turn.refused.keys()) if (!listed.has(devT)) turn.unrefuse(devT);
  for (const unit of turn.units.values()) {
    for (const path of unit.paths) if (!listed.has(path.facts.devT)) pathGone(turn, path.facts.devT, null);
  }
  takeMaps(turn, maps);
  for (const unit of turn.units.values()) resizeTogether(turn, unit, listed);
  for (const facts of inOrderOfEntry(turn, [...listed.values()])) place(turn, facts, inService(turn, facts));
  follow(turn, turned);
}

/** A device is there, new or with other properties than before. */
export function pathPresent(turn: Turn, facts: PathFacts): void {
  place(turn, facts, true);
  failLost(turn, facts.devT);
}

/**
 * A device has gone.
 * @param to the logical unit that it leads to now; null where it leads nowhere
 */
export function pathGone(turn: Turn, devT: DevT, to: Wwid | null): void {
  turn.unrefuse(devT);
  const [owner] = turn.owners(devT);
  if (owner === undefined) return;
  const unit = to === null ? owner.unit : expel(turn, owner.unit, owner.path, to);
  leave(turn, unit, owner.path, owner.path.facts.node);
  reconsider(turn, owner.unit);
}

function place(turn: Turn, facts: PathFacts, hot: boolean): void {
  const [owner] = turn.owners(facts.devT);
  if (owner === undefined) {
    enter(turn, facts, hot);
  } else if (owner.unit.wwid === facts.wwid && owner.path.key === facts.key) {
    refreshPath(turn, owner.unit, owner.path, facts);
  } else {
    // The same device node leads somewhere else now: out of the old unit before anything else.
    const isOther = owner.unit.wwid !== facts.wwid;
    const unit = isOther ? expel(turn, owner.unit, owner.path, facts.wwid) : owner.unit;
    leave(turn, unit, owner.path, `${facts.node} leads elsewhere now, to WWID ${facts.wwid} as ${facts.key}`);
    reconsider(turn, owner.unit);
    enter(turn, facts, hot);
  }
}

/** Unit by unit as discovered; in a unit that is to be adopted, first the paths that its map has. */
function inOrderOfEntry(turn: Turn, paths: readonly PathFacts[]): readonly PathFacts[] {
  const byUnit = new Map<Wwid, PathFacts[]>();
  for (const facts of paths) byUnit.set(facts.wwid, [...(byUnit.get(facts.wwid) ?? []), facts]);
  return [...byUnit].flatMap(([wwid, own]) => {
    const map = turn.strayMaps.get(wwid) ?? null;
    const isIn = (facts: PathFacts): boolean => kernelMark(map, facts.devT) !== undefined;
    return [...own.filter(isIn), ...own.filter((facts) => !isIn(facts))];
  });
}

/** At the start, and for a unit that was away, the patrol comes soon enough; a path beside others is proved at once. */
function inService(turn: Turn, facts: PathFacts): boolean {
  const before = turn.start.units.get(facts.wwid);
  return before !== undefined && before.paths.length > 0;
}

function takeMaps(turn: Turn, maps: readonly MapFacts[]): void {
  const byWwid = new Map(maps.map((map) => [wwidOfUuid(map.uuid), map]));
  for (const wwid of turn.strayMaps.keys()) if (!byWwid.has(wwid)) turn.unstray(wwid);
  for (const unit of turn.units.values()) {
    const map = byWwid.get(unit.wwid) ?? null;
    if (unit.map === null && map !== null) turn.record(1016, unit, null, `map "${map.name}"`);
    reportMap(turn, unit, map);
  }
  for (const [wwid, map] of byWwid) if (wwid !== null && !turn.units.has(wwid)) turn.stray(wwid, map);
}

/** Where every path of a unit reports one new size, the unit has it; one by one they would be refused. */
function resizeTogether(turn: Turn, unit: Unit, listed: ReadonlyMap<DevT, PathFacts>): void {
  const now = unit.paths.map((path) => listed.get(path.facts.devT)).filter((facts) => facts !== undefined);
  const [first] = now;
  if (first === undefined || first.sizeSectors === unit.sizeSectors) return;
  const agreed = now.every((facts) => facts.wwid === unit.wwid && facts.sizeSectors === first.sizeSectors);
  if (agreed) resize(turn, unit, first);
}

/** The kernel's word on one map. One of a WWID without a unit is kept until a path of it comes. */
export function takeMap(turn: Turn, wwid: Wwid, map: MapFacts | null): void {
  const unit = turn.units.get(wwid);
  if (unit !== undefined) reportMap(turn, unit, map);
  else if (map === null) turn.unstray(wwid);
  else turn.stray(wwid, map);
}
