/** What follows for a unit from everything that a step did to it: shown states, failover, loss of redundancy, queueing. */
import { carriers } from './arrangement.js';
import { availableCount, isAvailable, isLive } from './availability.js';
import { queuesIo } from './no-path.js';
import { settleSuspicions } from './path-machine.js';
import { callUp } from './ports/paths.js';
import { cutOffBarred } from './reservations/standing.js';
import { sought } from './seeking.js';
import type { Turn } from './turn.js';
import type { Path, PathState, Unit } from './types.js';
import { sendOff } from './vanished.js';

/** The unit as it stands at the end of the step, with the records of what that means. */
export function settle(turn: Turn, before: Unit | undefined, unit: Unit): Unit {
  const settled = sought(turn, counted(turn, shown(turn, sendOff(turn, settleSuspicions(turn, seen(unit))))));
  cutOffBarred(turn, settled);
  if (before !== undefined) {
    recordFailover(turn, before, settled);
    callUp(turn, before, settled);
  }
  recordQueueing(turn, before, settled);
  return settled;
}

/** A key from a save is one like others once the paths that were there have been taken over. */
function seen(unit: Unit): Unit {
  const { reservation, paths } = unit;
  if (reservation?.restored !== true || paths.length === 0) return unit;
  return { ...unit, reservation: { ...reservation, restored: false } };
}

/** Gives each path the state that people see. */
function shown(turn: Turn, unit: Unit): Unit {
  const inUse = new Set(carriers(unit).map((path) => path.key));
  const paths = unit.paths.map((path) => {
    const state = stateOf(path, inUse.has(path.key));
    return state === path.shown ? path : { ...path, shown: state, since: turn.at };
  });
  return paths.every((path, index) => path === unit.paths[index]) ? unit : { ...unit, paths };
}

function stateOf(path: Path, inUse: boolean): PathState {
  if (!isAvailable(path)) return 'failed';
  if (inUse) return 'in-use';
  return path.enabled ? 'active' : 'standby';
}

/** Keeps the time since when no path is available. */
function counted(turn: Turn, unit: Unit): Unit {
  const pathless = isLive(unit) && availableCount(unit) === 0;
  const pathlessSince = pathless ? (unit.pathlessSince ?? turn.at) : null;
  return pathlessSince === unit.pathlessSince ? unit : { ...unit, pathlessSince, queueingEnded: false };
}

function recordFailover(turn: Turn, before: Unit, unit: Unit): void {
  const stillGood = new Set(unit.paths.filter(isAvailable).map((path) => path.key));
  const [lost] = before.paths.filter((path) => path.shown === 'in-use' && !stillGood.has(path.key));
  const [heir] = carriers(unit);
  if (lost !== undefined) {
    turn.record(257, unit, lost.facts, 'it carried the I/O');
    if (heir !== undefined) turn.record(258, unit, heir.facts, `from ${lost.facts.number} to ${heir.facts.number}`);
    else turn.record(259, unit, lost.facts, `${lost.facts.number} was the last one`);
  }
  if (heir !== undefined && availableCount(before) > 1 && availableCount(unit) === 1) {
    turn.record(278, unit, heir.facts, `only ${heir.facts.number} is left`);
  }
}

function recordQueueing(turn: Turn, before: Unit | undefined, unit: Unit): void {
  const [was, is] = [before?.pathlessSince ?? null, unit.pathlessSince];
  const queues = unit.map !== null && queuesIo(unit, turn.policy, turn.settings);
  if (was === null && is !== null && queues) turn.record(1006, unit, null, '');
  if (was !== null && availableCount(unit) > 0) {
    turn.record(1007, unit, null, `no path for ${String(Math.round((turn.at - was) / 1000))} s`);
  }
}
