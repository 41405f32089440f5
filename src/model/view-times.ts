import type { PathView, UnitsView, UnitView } from './view.js';

/** The view with every time in it moved by so many milliseconds: the wall clock has been set since. */
export function movedInTime(view: UnitsView, ms: number): UnitsView {
  return { ...view, units: view.units.map((unit) => movedUnit(unit, ms)) };
}

function movedUnit(unit: UnitView, ms: number): UnitView {
  return {
    ...unit,
    pathlessSince: unit.pathlessSince === null ? null : unit.pathlessSince + ms,
    problem: unit.problem === null ? null : { ...unit.problem, since: unit.problem.since + ms },
    paths: unit.paths.map((path) => movedPath(path, ms)),
  };
}

function movedPath(path: PathView, ms: number): PathView {
  return {
    ...path,
    since: path.since + ms,
    failure: path.failure === null ? null : { ...path.failure, since: path.failure.since + ms },
    lastProbe: path.lastProbe === null ? null : { ...path.lastProbe, at: path.lastProbe.at + ms },
  };
}

/** Fields that are times in what explain, plan and doctor tell. */
const TIMES: ReadonlySet<string> = new Set(['at', 'since', 'pathlessSince', 'endsAt']);

/** The same for a view of any depth in which times have these names alone. */
export function movedThroughout<View>(view: View, ms: number): View {
  return ms === 0 ? view : (moved(view, '', ms) as View);
}

function moved(value: unknown, name: string, ms: number): unknown {
  if (typeof value === 'number') return TIMES.has(name) ? value + ms : value;
  if (Array.isArray(value)) return value.map((each) => moved(each, '', ms));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, moved(each, key, ms)]));
}
