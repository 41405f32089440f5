/** Whether a table that the kernel has serves a unit as well as the one it wants: compared by meaning, not by text. */
import type { GroupFacts, MapFacts, MapPathFacts } from '../base/map-facts.js';
import type { WantedGroup, WantedMap, WantedPath } from './types.js';

/** A wanted group and the kernel's group that is it. */
export interface MatchedGroup {
  /** Place in the kernel's table, from 0. */
  readonly index: number;
  readonly wanted: WantedGroup;
  readonly present: GroupFacts;
  readonly paths: readonly { readonly wanted: WantedPath; readonly present: MapPathFacts }[];
}

/**
 * The kernel's groups, each with the wanted group that it is; null where a new table must be loaded.
 *
 * Bypassed groups may stand anywhere: the kernel looks at them in a second pass, so only the order among them and the
 * order among the others count.
 */
export function matchTable(wanted: WantedMap, present: MapFacts): readonly MatchedGroup[] | null {
  if (wanted.sizeSectors !== present.sizeSectors || wanted.groups.length !== present.groups.length) return null;
  const matched = wanted.groups.flatMap((group) =>
    present.groups.flatMap((facts, index) => {
      const paths = pairs(group, facts);
      return serveAlike(group, facts, paths.length) ? [{ index, wanted: group, present: facts, paths }] : [];
    }),
  );
  const complete = matched.length === wanted.groups.length;
  const normal = matched.filter((each) => !each.wanted.bypassed);
  const bypassed = matched.filter((each) => each.wanted.bypassed);
  return complete && inTableOrder(normal) && inTableOrder(bypassed) ? matched : null;
}

function pairs(wanted: WantedGroup, present: GroupFacts): MatchedGroup['paths'] {
  return wanted.paths.flatMap((path) =>
    present.paths.filter((each) => each.devT === path.devT).map((each) => ({ wanted: path, present: each })),
  );
}

function serveAlike(wanted: WantedGroup, present: GroupFacts, common: number): boolean {
  if (common !== wanted.paths.length || common !== present.paths.length) return false;
  if (common === 1) return true;
  if (wanted.selector !== present.selector) return false;
  // Round robin takes the paths in the order of the table; the other selectors look at load alone.
  return wanted.selector !== 'round-robin' || devices(wanted.paths) === devices(present.paths);
}

function devices(paths: readonly { readonly devT: string }[]): string {
  return paths.map((path) => path.devT).join();
}

function inTableOrder(groups: readonly MatchedGroup[]): boolean {
  const indices = groups.map((group) => group.index);
  return indices.join() === [...indices].sort((a, b) => a - b).join();
}
