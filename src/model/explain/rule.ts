/** The rule that gives a path its state, in plain words: what arrangement.ts and settle.ts decide, told. */
import { accessRank, carriesIo } from '../../base/access-state.js';
import { carriers } from '../arrangement.js';
import { isAvailable, serves } from '../availability.js';
import { isSpare } from '../ports/paths.js';
import type { Hold, Port } from '../ports/types.js';
import type { Path, PathFailure, Unit } from '../types.js';
import { registrationRule } from './reservation.js';
import type { Rule } from './types.js';
import { accessWord, modeWord, pathsWord } from './words.js';

/**
 * Total: also for a state that no step has made.
 * @param port the remote port of the path; undefined where it has none
 */
export function ruleOf(unit: Unit, path: Path, port: Port | undefined): Rule {
  if (path.failure !== null) {
    const unregistered = registrationRule(unit, path.failure);
    if (unregistered !== null) return unregistered;
    return holdOf(unit, path, port) === null ? failedRule(path.failure) : heldRule(path.failure);
  }
  const carrying = carriers(unit);
  const rule = carrying.some((each) => each.key === path.key)
    ? carryingRule(unit, path, carrying)
    : waitingRule(unit, path, carrying);
  if (path.suspicion === null) return rule;
  return {
    code: 'suspected',
    text: `it is suspected (${path.suspicion.detail}), but the unit has nothing better, so it stays in service; ${rule.text}`,
  };
}

const causes = {
  kernel: 'the kernel saw I/O fail on it',
  probe: 'a probe failed',
  transport: 'the transport lost it',
  registration: "it may carry I/O only while the node's reservation key is registered on it",
};

function failedRule({ cause, detail }: PathFailure): Rule {
  return {
    code: `failed-by-${cause}`,
    text: `${causes[cause]} (${detail}), and it is not used until a probe has proved it good`,
  };
}

/** What stands against the return of a failed path though its port is there; null where nothing does. */
export function holdOf(unit: Unit, path: Path, port: Port | undefined): Hold | null {
  if (port === undefined || port.lostSince !== null) return null;
  return isSpare(unit, path) ? port.held : null;
}

function heldRule({ cause, detail }: PathFailure): Rule {
  return {
    code: 'held-back',
    text: `${causes[cause]} (${detail}), and its remote port has been lost again and again: it is held back until the port has stayed for a while, as the unit has other paths`,
  };
}

function carryingRule(unit: Unit, path: Path, carrying: readonly Path[]): Rule {
  const available = unit.paths.filter(isAvailable);
  if (!serves(path)) return lastResortRule(path);
  if (available.length === 1) return aloneRule(unit);
  const others = carrying.filter((each) => each.key !== path.key);
  if (others.length > 0) {
    return {
      code: 'shares',
      text: `it is enabled and healthy, and the unit is balanced by ${modeWord(unit.balance)}: it shares the I/O with ${pathsWord(others)}`,
    };
  }
  if (unit.balance !== 'none') {
    return {
      code: 'best-access',
      text: `it is enabled and healthy, and no other such path${wellWord(unit, path)} has an access state as good as its own (${accessWord(path.access)})`,
    };
  }
  return {
    code: 'highest-priority',
    text: `it is enabled and healthy, and its priority ${String(path.priority)} is the highest of those${wellWord(unit, path)} that are`,
  };
}

/** Words that leave out paths whose port degrades, where there are any beside one that is well. */
function wellWord({ paths }: Unit, { marginal }: Path): string {
  const isBeside = marginal === null && paths.some((each) => isAvailable(each) && each.marginal !== null);
  return isBeside ? ' whose remote port does not degrade' : '';
}

function lastResortRule(path: Path): Rule {
  if (!path.enabled) {
    return {
      code: 'last-resort-disabled',
      text: 'it is disabled, but no enabled path that serves I/O is left, so it carries the I/O as the last resort',
    };
  }
  return {
    code: 'last-resort-access',
    text: `its target port (${accessWord(path.access)}) refuses I/O, but no path is left whose port serves it`,
  };
}

function aloneRule(unit: Unit): Rule {
  const failed = unit.paths.length - 1;
  if (failed === 0) return { code: 'only-path', text: 'it is healthy, and the only path of its unit' };
  return { code: 'only-one-left', text: `it is healthy, and all others (${String(failed)}) have failed` };
}

function waitingRule(unit: Unit, path: Path, carrying: readonly Path[]): Rule {
  if (!carrying.some(serves)) return laterResortRule(path, carrying);
  if (!path.enabled) {
    return {
      code: 'disabled',
      text: 'it is healthy, but disabled: it is used only when no enabled path that serves I/O is left',
    };
  }
  if (!carriesIo(path.steadyAccess)) {
    return {
      code: 'port-refuses',
      text: `it is enabled and healthy, but its target port (${accessWord(path.access)}) refuses I/O: it is used only when nothing else is left`,
    };
  }
  if (path.marginal !== null && carrying.some(({ marginal }) => marginal === null)) {
    return {
      code: 'marginal',
      text: `it is enabled and works, but its remote port degrades (${path.marginal.what}): it is used after the other enabled ones`,
    };
  }
  return unit.balance === 'none' ? lowerPriorityRule(path, carrying) : worseAccessRule(path, carrying);
}

function lowerPriorityRule(path: Path, carrying: readonly Path[]): Rule {
  const highest = Math.max(...carrying.map((each) => each.priority));
  return {
    code: 'lower-priority',
    text: `it is enabled and healthy, but its priority ${String(path.priority)} is lower than the ${String(highest)} of ${pathsWord(carrying)}, so it waits`,
  };
}

function worseAccessRule(path: Path, carrying: readonly Path[]): Rule {
  const states = new Set(
    [...carrying]
      .sort((a, b) => accessRank(a.steadyAccess) - accessRank(b.steadyAccess))
      .map((each) => accessWord(each.access)),
  );
  return {
    code: 'worse-access',
    text: `it is enabled and healthy, but its access state (${accessWord(path.access)}) is worse than that of ${pathsWord(carrying)} (${[...states].join(', ')}), so it waits`,
  };
}

/** Nothing serves: among the last resorts a disabled path whose port serves I/O comes first, then the higher priority. */
function laterResortRule(path: Path, carrying: readonly Path[]): Rule {
  const why = carriesIo(path.steadyAccess)
    ? `its priority ${String(path.priority)} is lower`
    : `its target port (${accessWord(path.access)}) refuses I/O`;
  return {
    code: 'later-last-resort',
    text: `no enabled path that serves I/O is left, and as a last resort it comes behind ${pathsWord(carrying)}: ${why}`,
  };
}
