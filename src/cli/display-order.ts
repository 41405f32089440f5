/** The order in which getlun shows paths; the index it prints is the place in this order. */
import type { PathView, UnitsView, UnitView } from '../model/view.js';

/** `usual`: by path number, but by priority in a balanced logical unit. */
export type DisplayOrder = 'usual' | 'number' | 'priority';

/** Order by the number of -s0, -s1, -s2. */
export const displayOrders: Readonly<Record<string, DisplayOrder>> = { 0: 'usual', 1: 'number', 2: 'priority' };

/** The same view with units by number and the paths of each in the order asked for. */
export function inDisplayOrder(view: UnitsView, order: DisplayOrder): UnitsView {
  const units = [...view.units].sort((a, b) => a.number - b.number);
  return { ...view, units: units.map((unit) => ({ ...unit, paths: [...unit.paths].sort(comparison(unit, order)) })) };
}

function comparison(unit: UnitView, order: DisplayOrder): (a: PathView, b: PathView) => number {
  const byPriority = order === 'priority' || (order === 'usual' && unit.balance !== 'none');
  return byPriority ? (a, b) => b.priority - a.priority || byNumber(a, b) : byNumber;
}

/** Field by field as numbers: 4:0:10:0 comes after 4:0:9:0. */
function byNumber(a: PathView, b: PathView): number {
  const [left, right] = [a.number.split(':').map(Number), b.number.split(':').map(Number)];
  for (const [index, field] of left.entries()) {
    const difference = field - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
