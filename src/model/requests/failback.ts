/** -failback and -failbackall: failed paths are probed now, and what answers comes back. */
import { PathManagerError } from '../../base/errors.js';
import { isAvailable } from '../availability.js';
import { isExact, type PathSelector } from '../path-selector.js';
import type { Turn } from '../turn.js';
import { begin } from './pending.js';
import { named } from './select.js';

/** Null: every failed path there is. Throws PATH_NOT_FAILED for an exact path that is not. */
export function failBack(turn: Turn, selector: PathSelector | null): void {
  const units = selector === null ? [...turn.units.values()] : named(turn, selector);
  for (const each of units) {
    const failed = each.paths.filter((path) => !isAvailable(path));
    if (selector !== null && isExact(selector) && failed.length === 0) {
      throw new PathManagerError('PATH_NOT_FAILED', `Cannot fail back "${selector.text}": the path is not failed`);
    }
    let current = 'unit' in each ? each.unit : each;
    for (const path of failed) {
      const asked = current.pending.some((other) => other.change === 'failback' && other.path === path.facts.number);
      if (!asked) current = begin(turn, current, 'failback', path, '');
      turn.touched.add(current.wwid);
      turn.probe(path.facts, 'failback');
    }
  }
}
