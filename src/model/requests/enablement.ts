/** -avail and -notavail: a path's priority enabled or disabled. */
import { PathManagerError } from '../../base/errors.js';
import { isUsable } from '../availability.js';
import { replacePath } from '../path-machine.js';
import type { PathSelector } from '../path-selector.js';
import type { Turn } from '../turn.js';
import type { Unit } from '../types.js';
import { begin } from './pending.js';
import { label, named, type Named } from './select.js';

export function enablePaths(turn: Turn, selector: PathSelector): void {
  for (const each of named(turn, selector)) setEnabled(turn, each, true);
}

/** Throws LAST_PATH where a unit would keep no enabled healthy path, unless forced. */
export function disablePaths(turn: Turn, selector: PathSelector, force: boolean): void {
  for (const each of named(turn, selector)) {
    const unit = setEnabled(turn, each, false);
    if (!force && healthyEnabled(each.unit) > 0 && healthyEnabled(unit) === 0) {
      throw new PathManagerError(
        'LAST_PATH',
        `Cannot disable "${selector.text}": ${label(unit)} would have no enabled healthy path; enable another one first, or use --force`,
      );
    }
  }
}

function setEnabled(turn: Turn, { unit, paths }: Named, enabled: boolean): Unit {
  let current = unit;
  for (const path of paths) {
    if (path.enabled === enabled) continue;
    const changed = replacePath(current, { ...path, enabled });
    current = begin(turn, changed, 'enablement', path, enabled ? 'enabled' : 'disabled');
  }
  return current;
}

/** Paths that are enabled and can carry I/O now. */
export function healthyEnabled(unit: Unit): number {
  return unit.paths.filter((path) => path.enabled && isUsable(path)).length;
}
