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

/** Every unit with a path that the selector names. Throws UNKNOWN_PATH where there is none. */
export function named(turn: Turn, selector: PathSelector): readonly Named[] {
  const found = [...turn.units.values()].flatMap((unit): Named[] => {
    const [first, ...rest] = unit.paths.filter((path) => selects(selector, path.facts));
    return first === undefined ? [] : [{ unit, paths: [first, ...rest] }];
  });
  if (found.length > 0) return found;
  throw new PathManagerError(
    'UNKNOWN_PATH',
    `No path is named by "${selector.text}"; "spscmd getlun" lists the paths there are`,
  );
}

/** The one path that the selector names. Throws UNKNOWN_PATH, AMBIGUOUS_PATH. */
export function theOne(turn: Turn, selector: PathSelector): { readonly unit: Unit; readonly path: Path } {
  const found = named(turn, selector).flatMap(({ unit, paths }) => paths.map((path) => ({ unit, path })));
  const [first, second] = found;
  if (first !== undefined && second === undefined) return first;
  throw ambiguous(
    selector,
    found.map(({ path }) => path),
    'one path',
  );
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
  const [first] = found;
  if (first !== undefined && found.length === 1) return first.unit;
  throw ambiguous(
    selector,
    found.flatMap(({ paths }) => paths),
    'paths of one logical unit',
  );
}

/** The unit as people know it. */
export function label(unit: Unit): string {
  return `LogicalUnit #${String(unit.number)}`;
}

function ambiguous(selector: PathSelector, paths: readonly Path[], wanted: string): PathManagerError {
  const numbers = paths.map((path) => path.facts.number).join(', ');
  return new PathManagerError(
    'AMBIGUOUS_PATH',
    `"${selector.text}" must name ${wanted} and names ${numbers}; give one in full`,
  );
}
