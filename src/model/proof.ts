/** What the watcher saw: probes and port group states. */
import type { Wwid } from '../base/ids.js';
import { withAccess } from './access.js';
import { isAvailable } from './availability.js';
import { endFailback, failOnSuspicion, replacePath } from './path-machine.js';
import { askAgain } from './ports/asking.js';
import { staysOut } from './ports/paths.js';
import { admit, isLockedOut, mayCarry } from './reservations/standing.js';
import { askToJoin } from './reservations/take.js';
import type { Turn } from './turn.js';
import type { Path, PortGroupState, ProbeAnswer, ProbeResult, Unit } from './types.js';
import { takeVanished, vanishedAfter } from './vanished.js';

/** A probe of one path ended. An unknown path has gone meanwhile: its result says nothing. */
export function takeProbe(turn: Turn, { wwid, key, listed, ...answer }: ProbeAnswer): void {
  const unit = turn.units.get(wwid);
  const path = unit?.paths.find((each) => each.key === key);
  if (unit === undefined || path === undefined) return;
  if (answer.verdict !== 'up' && answer.verdict !== 'standby') askAgain(turn, unit, path);
  if (answer.verdict === 'ignore') return;
  const result: ProbeResult = { at: turn.at, ...answer };
  const vanished = vanishedAfter(turn, path, result.verdict, listed);
  const probed: Path = { ...path, lastProbe: result, vanished };
  const noted = replacePath(unit, probed);
  const judged = takeVanished(turn, judge(turn, noted, probed, result), path, vanished);
  if (judged === noted && vanished === path.vanished && !turn.toApply.has(wwid)) turn.note(noted);
  else turn.put(judged);
}

/**
 * The array has mapped something anew: each path in service there is asked whether it still leads to its logical unit, by a
 * probe that asks for the WWID. Some arrays let a dummy answer in the place of a LUN that they serve no more.
 */
export function takeStorageChanged(turn: Turn, scope: string): void {
  const [, host] = /^host(\d+)$/.exec(scope) ?? [];
  const isThere = (number: string): boolean => (host === undefined ? number === scope : number.startsWith(`${host}:`));
  for (const { paths } of turn.units.values()) {
    for (const path of paths) {
      // One without its sg node cannot be asked, and is so new that it was read just now.
      const isAskable = path.facts.sg !== null && isAvailable(path);
      if (isAskable && isThere(path.facts.number)) turn.probe(path.facts, 'suspect');
    }
  }
}

/** An answer to REPORT TARGET PORT GROUPS: it holds for every path through these groups. */
export function takeAccessStates(turn: Turn, wwid: Wwid, groups: readonly PortGroupState[]): void {
  const unit = turn.units.get(wwid);
  if (unit === undefined) return;
  const states = new Map(groups.map((group) => [group.id, group.state]));
  let changed = unit;
  for (const path of unit.paths) {
    const access = path.facts.portGroup === null ? undefined : states.get(path.facts.portGroup);
    if (access === undefined || (access === path.access && !path.standbyByProbe)) continue;
    changed = replacePath(changed, withAccess(path, access));
  }
  turn.put(changed);
}

function judge(turn: Turn, unit: Unit, path: Path, { verdict, outcome }: ProbeResult): Unit {
  const detail = `probe: ${outcome}`;
  switch (verdict) {
    case 'up':
      return proved(turn, unit, path);
    case 'down':
      return isAvailable(path)
        ? failOnSuspicion(turn, unit, path, 'probe', detail)
        : endFailback(turn, unit, path, detail);
    case 'standby':
      return standingBy(turn, unit, path, `${detail}; its target port stands by`);
    case 'retry':
    case 'ignore':
      return unit;
  }
}

function proved(turn: Turn, unit: Unit, path: Path): Unit {
  if (path.failure === null && path.suspicion === null && !path.standbyByProbe) return unit;
  const known = path.standbyByProbe ? withAccess(path, path.facts.access) : path;
  const isLost = turn.portOf(path)?.lostSince != null;
  const suspicion = isLost ? path.suspicion : null;
  const cleared: Path = { ...known, suspicion };
  const noted = replacePath(unit, cleared);
  if (cleared.failure === null || staysOut(turn, noted, cleared)) return noted;
  if (mayCarry(noted, cleared)) return admit(turn, noted, cleared, cleared.failure);
  if (isLockedOut(noted)) return endFailback(turn, noted, cleared, "the node's reservation key was taken away");
  askToJoin(turn, noted, cleared);
  return noted;
}

function standingBy(turn: Turn, unit: Unit, path: Path, detail: string): Unit {
  if (path.failure !== null) {
    const told =
      path.failure.detail === detail ? unit : replacePath(unit, { ...path, failure: { ...path.failure, detail } });
    return endFailback(turn, told, path, detail);
  }
  if (path.access === 'standby') return unit;
  return replacePath(unit, { ...withAccess(path, 'standby'), standbyByProbe: true });
}
