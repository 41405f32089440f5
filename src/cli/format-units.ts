/** The text of getlun: a header for each logical unit, then a line for each path. */
import { escapeControl } from '../base/text.js';
import type { PathState } from '../model/types.js';
import type { PathView, UnitsView, UnitView } from '../model/view.js';
import type { Paint } from './colour.js';
import { balanceText } from './values.js';

/** The path states as getlun shows them. */
export const symbols: Readonly<Record<PathState, string>> = { 'in-use': '>', active: ' ', standby: '@', failed: 'X' };

/** Lines to add below a header or a path line. */
export interface Details {
  unit(unit: UnitView): readonly string[];
  path(path: PathView): readonly string[];
}

/** The view as lines, in its own order. Strings that come from devices are escaped. */
export function formatUnits(view: UnitsView, details: Details | null = null, paint: Paint = (text) => text): string {
  return view.units.flatMap((unit) => unitLines(unit, details, paint)).join('\n');
}

function unitLines(unit: UnitView, details: Details | null, paint: Paint): readonly string[] {
  const paths = unit.paths.flatMap((path, index) => {
    const line = pathLine(path, index);
    return [path.state === 'failed' ? paint(line, 'bad') : line, ...(details?.path(path) ?? [])];
  });
  return [header(unit), ...(details?.unit(unit) ?? []), ...paths];
}

function header(unit: UnitView): string {
  const name = `LogicalUnit #${String(unit.number)}`;
  return unit.balance === 'none' ? `*** ${name} ***` : `+++ ${name} +++ [${balanceText(unit.balance)}]`;
}

function pathLine(path: PathView, index: number): string {
  const place = String(index).padStart(4);
  return `${symbols[path.state]}${place}: Priority=${String(path.priority)}, PathNumber=${escapeControl(path.number)}`;
}
