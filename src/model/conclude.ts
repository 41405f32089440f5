/** Ends a step: settles every unit that changed, and derives what the controller must do. */
import type { Wwid } from '../base/ids.js';
import { wantedMap } from './grouping.js';
import { plan } from './plan.js';
import { settleTimeouts } from './ports/timeouts.js';
import type { PortTimeoutsEffect } from './ports/types.js';
import { portView } from './ports/view.js';
import { savedText } from './saved.js';
import { settle } from './settle.js';
import type { Turn } from './turn.js';
import type { Effect, Step, Unit, WantedGroup, WantedMap, WantedPath } from './types.js';
import { nextWake, portsDueAt, unitDueAt } from './wake.js';

export function conclude(turn: Turn): Step {
  for (const unit of turn.changed) turn.put(settle(turn, turn.start.units.get(unit.wwid), unit));
  const timeouts = settleTimeouts(turn);
  const { state } = turn;
  return {
    state,
    effects: effectsOf(turn, timeouts),
    refusal: null,
    changed: changedUnits(turn),
    touched: [...turn.touched],
  };
}

/** A unit shows its remote ports as well. */
function changedUnits(turn: Turn): readonly Wwid[] {
  const changed = new Set(
    turn.changed.filter((unit) => turn.start.units.get(unit.wwid) !== unit).map(({ wwid }) => wwid),
  );
  const ports = new Set([...turn.ports.keys()].filter((name) => looksOther(turn, name)));
  if (ports.size === 0) return [...changed];
  for (const { wwid, paths } of turn.units.values()) {
    if (paths.some(({ facts }) => facts.remotePort !== null && ports.has(facts.remotePort))) changed.add(wwid);
  }
  return [...changed];
}

function looksOther({ start, ports }: Turn, name: string): boolean {
  const [before, after] = [start.ports.get(name), ports.get(name)];
  return before !== after && differs(portView(before), portView(after));
}

/** What serves the I/O comes first, what tells people last. */
function effectsOf(turn: Turn, timeouts: readonly PortTimeoutsEffect[]): readonly Effect[] {
  const units = turn.changed;
  const applied = units.filter((unit) => needsApply(turn, unit));
  // A tick has used up the wake that was set; it may also have come early, if the clock was put back.
  const wakes =
    turn.isTick ||
    units.some((unit) => dueTimeChanged(turn, unit)) ||
    portsDueAt(turn.start.ports) !== portsDueAt(turn.ports);
  const wake = wakes ? nextWake(turn.state) : null;
  return [
    ...turn.messages,
    ...applied.map((unit) => ({ kind: 'apply' as const, wwid: unit.wwid })),
    ...timeouts,
    ...turn.probes,
    ...turn.joins,
    ...turn.deletions,
    ...(wake === null ? [] : [{ kind: 'wake' as const, at: wake }]),
    ...(isWorthSaving(turn, units) ? [{ kind: 'save' as const }] : []),
    ...turn.records.map((record) => ({ kind: 'record' as const, record })),
  ];
}

/**
 * A unit goes to work when the model wants something else than before, or when the kernel has something else than before
 * and it is not what is wanted. A kernel that goes on having the same wrong thing is left to the controller's retries.
 */
function needsApply(turn: Turn, unit: Unit): boolean {
  if (turn.toApply.has(unit.wwid) || wantsChange(turn, unit)) return true;
  if (!turn.reported.has(unit.wwid)) return false;
  return plan(wantedMap(unit, turn.policy, turn.settings), unit.map).length > 0;
}

/** True where the wanted table differs; what it forgives is no part of it, that only follows the kernel. */
function wantsChange(turn: Turn, unit: Unit): boolean {
  const before = turn.start.units.get(unit.wwid);
  const had = before === undefined ? null : wantedMap(before, turn.start.policy, turn.start.settings);
  return !isSame(had, wantedMap(unit, turn.policy, turn.settings));
}

/** Compared part by part: a port that is lost changes what hundreds of units want, and this decides how soon they get it. */
function isSame(a: WantedMap | null, b: WantedMap | null): boolean {
  if (a === null || b === null) return a === b;
  return (
    a.sizeSectors === b.sizeSectors &&
    a.queueIfNoPath === b.queueIfNoPath &&
    a.active === b.active &&
    isAlike(a.barred, b.barred, Object.is) &&
    isAlike(a.groups, b.groups, isSameGroup)
  );
}

function isSameGroup(a: WantedGroup, b: WantedGroup): boolean {
  return a.selector === b.selector && a.bypassed === b.bypassed && isAlike(a.paths, b.paths, isSamePath);
}

function isSamePath(a: WantedPath, b: WantedPath): boolean {
  return a.devT === b.devT && a.failed === b.failed;
}

function isAlike<Item>(a: readonly Item[], b: readonly Item[], same: (a: Item, b: Item) => boolean): boolean {
  if (a.length !== b.length) return false;
  return a.every((item, index) => same(item, b[index] as Item));
}

function dueTimeChanged(turn: Turn, unit: Unit): boolean {
  const { policy, settings, units } = turn.start;
  const before = units.get(unit.wwid);
  const had = before === undefined ? null : unitDueAt(before, policy, settings);
  return had !== unitDueAt(unit, turn.policy, turn.settings);
}

function isWorthSaving(turn: Turn, units: readonly Unit[]): boolean {
  if (turn.settings !== turn.start.settings || turn.savedPorts !== turn.start.savedPorts) return true;
  return units.some((unit) => {
    const before = turn.start.units.get(unit.wwid);
    return before === undefined || savedText(before) !== savedText(unit);
  });
}

function differs(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) !== JSON.stringify(b);
}
