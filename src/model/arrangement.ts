/**
 * The order in which a unit's paths are tried: the one place that decides it. The kernel's table is built from it and
 * the shown states are read off it, so both always agree.
 *
 * dm-multipath uses the first group, in table order, that is not bypassed and has a usable path; bypassed groups only
 * when there is no such group (drivers/md/dm-mpath.c, choose_pgpath).
 */
import { accessRank, carriesIo } from '../base/access-state.js';
import { isAvailable, serves } from './availability.js';
import type { Path, Unit } from './types.js';

export interface ArrangedGroup {
  readonly bypassed: boolean;
  /** Highest priority first; never empty. */
  readonly paths: readonly Path[];
}

/** The groups of a unit in the order in which they are tried. Failed paths keep their place: a failure never moves one. */
export function arrange(unit: Unit): readonly ArrangedGroup[] {
  const ordered = [...unit.paths].sort((a, b) => b.priority - a.priority);
  const serving = ordered.filter(serves);
  const grouped = unit.balance === 'none' ? alone : byAccess;
  // A port that degrades still serves: its paths come after the others, and before those that are disabled.
  const groups = [
    ...grouped(serving.filter(({ marginal }) => marginal === null)),
    ...grouped(serving.filter(({ marginal }) => marginal !== null)),
  ];
  const lastResort = ordered.filter((path) => !serves(path)).sort((a, b) => reluctance(a) - reluctance(b));
  return [
    ...groups.map((paths) => ({ bypassed: false, paths })),
    ...lastResort.map((path) => ({ bypassed: true, paths: [path] })),
  ];
}

/** The paths that carry the I/O, the first of them first; empty where none is available. */
export function carriers(unit: Unit): readonly Path[] {
  const group = arrange(unit).find(({ paths }) => paths.some(isAvailable));
  return group === undefined ? [] : group.paths.filter(isAvailable);
}

function alone(paths: readonly Path[]): readonly (readonly Path[])[] {
  return paths.map((path) => [path]);
}

function byAccess(paths: readonly Path[]): readonly (readonly Path[])[] {
  const groups = new Map<number, Path[]>();
  for (const path of paths) {
    const rank = accessRank(path.steadyAccess);
    groups.set(rank, [...(groups.get(rank) ?? []), path]);
  }
  return [...groups].sort(([a], [b]) => a - b).map(([, group]) => group);
}

/** A disabled path that would serve comes before one whose port refuses I/O; sorting keeps the priority order else. */
function reluctance({ steadyAccess }: Path): number {
  return carriesIo(steadyAccess) ? 0 : accessRank(steadyAccess);
}
