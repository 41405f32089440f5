/** From what an operator names to the paths that it means. Throws PathManagerError; a step turns that into a refusal. */
import { PathManagerError } from '../../base/errors.js';
import { selects, type PathSelector } from '../path-selector.js';
import type { Turn } from '../turn.js';
import type { Path, Unit } from '../types.js';

/** The named paths of one unit, at least one. */
export interface Named {
  readonly unit: Unit;
  readonly paths: readonly [Path, ...Path[]];
}

/** Every unit with a path that the selector names, at least one. Throws UNKNOWN_PATH. */
export function named(turn: Turn, selector: PathSelector): readonly [Named, ...Named[]] {
  const [found, ...others] = [...turn.units.values()].flatMap((unit): Named[] => {
    const [first, ...rest] = unit.paths.filter((path) => selects(selector, path.facts));
    return first === undefined ? [] : [{ unit, paths: [first, ...rest] }];
  });
  if (found !== undefined) return [found, ...others];
  throw new PathManagerError(
    'UNKNOWN_PATH',
    `No path is named by "${selector.text}"; "spscmd getlun" lists the paths there are`,
  );
}

/** The one path that the selector names. Throws UNKNOWN_PATH, AMBIGUOUS_PATH. */
export function theOne(turn: Turn, selector: PathSelector): { readonly unit: Unit; readonly path: Path } {
  const found = named(turn, selector);
  const [{ unit, paths }] = found;
  if (found.length > 1 || paths.length > 1) throw ambiguous(selector, pathsOf(found), 'one path');
  return { unit, path: paths[0] };
}

/** One path a unit. Throws UNKNOWN_PATH, AMBIGUOUS_PATH. */
export function onePerUnit(
  turn: Turn,
  selector: PathSelector,
): readonly { readonly unit: Unit; readonly path: Path }[] {
  return named(turn, selector).map(({ unit, paths }) => {
    if (paths.length > 1) throw ambiguous(selector, paths, `one path of ${label(unit)}`);
    return { unit, path: paths[0] };
  });
}

/** The unit of the named paths. Throws UNKNOWN_PATH, AMBIGUOUS_PATH. */
export function theUnit(turn: Turn, selector: PathSelector): Unit {
  const found = named(turn, selector);
  if (found.length > 1) throw ambiguous(selector, pathsOf(found), 'paths of one logical unit');
  return found[0].unit;
}

/** The unit as people know it. */
export function label(unit: Unit): string {
  return `LogicalUnit #${String(unit.number)}`;
}

function pathsOf(found: readonly Named[]): readonly Path[] {
  return found.flatMap(({ paths }) => paths);
}

function ambiguous(selector: PathSelector, paths: readonly Path[], wanted: string): PathManagerError {
  const numbers = paths.map((path) => path.facts.number).join(', ');
  return new PathManagerError(
    'AMBIGUOUS_PATH',
    `"${selector.text}" must name ${wanted} and names ${numbers}; give one in full`,
  );
}
