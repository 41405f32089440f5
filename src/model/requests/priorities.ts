/** -path, -swap and -priority: which path of a unit comes first. */
import { PathManagerError } from '../../base/errors.js';
import { priority, PRIORITY_MAX, PRIORITY_MIN } from '../../base/ids.js';
import { replacePath } from '../path-machine.js';
import { isExact, type PathSelector } from '../path-selector.js';
import { vacated } from '../priority.js';
import type { Turn } from '../turn.js';
import type { Path, Unit } from '../types.js';
import { begin } from './pending.js';
import { label, onePerUnit, theOne } from './select.js';

/**
 * Makes the named path of each unit the one in use: it exchanges its priority with the highest, and is enabled if it was
 * not. Throws STILL_FAILED for an exact path that is failed; of a pattern, a failed path takes the I/O when it is back.
 */
export function usePaths(turn: Turn, selector: PathSelector): void {
  for (const { unit, path } of onePerUnit(turn, selector)) {
    if (path.failure !== null && isExact(selector)) {
      throw new PathManagerError(
        'STILL_FAILED',
        `Path ${path.facts.number} cannot be used: it is failed (${path.failure.detail}); mend it, then "spscmd failback ${path.facts.number}"`,
      );
    }
    usePath(turn, unit, path);
  }
}

/** Exchanges two priorities. Throws DIFFERENT_UNITS. */
export function swapPaths(turn: Turn, first: PathSelector, second: PathSelector): void {
  const [a, b] = [theOne(turn, first), theOne(turn, second)];
  if (a.unit.wwid !== b.unit.wwid) {
    throw new PathManagerError(
      'DIFFERENT_UNITS',
      `Cannot swap ${a.path.facts.number} of ${label(a.unit)} with ${b.path.facts.number} of ${label(b.unit)}: both paths must be of one logical unit`,
    );
  }
  if (a.path.key === b.path.key) return;
  const detail = `${a.path.facts.number} and ${b.path.facts.number} swap ${String(a.path.priority)} and ${String(b.path.priority)}`;
  begin(turn, exchanged(a.unit, a.path, b.path), 'priority', a.path, detail);
}

/** Sets one priority. Throws BAD_PRIORITY, PRIORITY_TAKEN. */
export function setPriority(turn: Turn, selector: PathSelector, number: number): void {
  if (!Number.isInteger(number) || number < PRIORITY_MIN || number > PRIORITY_MAX) {
    const range = `${String(PRIORITY_MIN)} to ${String(PRIORITY_MAX)}`;
    throw new PathManagerError('BAD_PRIORITY', `Priority ${String(number)} is not an integer from ${range}`);
  }
  const { unit, path } = theOne(turn, selector);
  if (path.priority === number) return;
  const holder = unit.paths.find((each) => each.priority === number);
  if (holder !== undefined) {
    throw new PathManagerError(
      'PRIORITY_TAKEN',
      `Cannot give ${path.facts.number} priority ${String(number)}: path ${holder.facts.number} has it; choose another number, or use swap`,
    );
  }
  const detail = `${path.facts.number} from ${String(path.priority)} to ${String(number)}`;
  begin(
    turn,
    vacated(replacePath(chosen(unit), { ...path, priority: priority(number) }), number),
    'priority',
    path,
    detail,
  );
}

function usePath(turn: Turn, unit: Unit, path: Path): void {
  const highest = unit.paths.reduce((best, each) => (each.priority > best.priority ? each : best), path);
  if (highest === path && path.enabled) return;
  const detail = `${path.facts.number} gets ${String(highest.priority)}${path.enabled ? '' : ' and is enabled'}`;
  begin(turn, exchanged(unit, { ...path, enabled: true }, highest), 'priority', path, detail);
}

/** `a` wins where both are one path. */
function exchanged(unit: Unit, a: Path, b: Path): Unit {
  return replacePath(replacePath(chosen(unit), { ...b, priority: a.priority }), { ...a, priority: b.priority });
}

function chosen(unit: Unit): Unit {
  return { ...unit, prioritiesChosen: true };
}
