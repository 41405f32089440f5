/**
 * The fewest operations that bring the kernel's map to what is wanted; a message never becomes a reload.
 *
 * Facts of the kernel it rests on (drivers/md/dm-mpath.c):
 * - switch_group clears the bypassed flag of every group, so the flags are set again after it;
 * - disable_group and enable_group make the kernel choose anew: the first group in table order that is not bypassed and
 *   has a usable path. A group that switch_group named, or group 1 after a load, is tried before that choice;
 * - while the kernel has not chosen, the status tells group 1;
 * - a loaded table has every path active, no group bypassed, and starts with group 1;
 * - the kernel stays in its group when a better one gets a path back.
 */
import type { DevT } from '../base/ids.js';
import type { MapFacts, MapPathFacts } from '../base/map-facts.js';
import { matchTable, type MatchedGroup } from './table-match.js';
import type { MapMessage, MapOperation, WantedGroup, WantedMap, WantedPath } from './types.js';

/** What messages can change, as it stands before them; groups in table order. */
interface Loaded {
  readonly queueIfNoPath: boolean;
  readonly activeGroup: number;
  readonly groups: readonly LoadedGroup[];
}

interface LoadedGroup {
  readonly wanted: WantedGroup;
  readonly bypassed: boolean;
  readonly paths: readonly LoadedPath[];
}

interface LoadedPath {
  readonly wanted: WantedPath;
  readonly present: Pick<MapPathFacts, 'failed' | 'failCount'>;
}

/** Messages for single paths, and which paths carry I/O after them. */
interface PathMessages {
  readonly list: readonly MapMessage[];
  readonly active: ReadonlySet<DevT>;
}

/**
 * The operations in the order in which to carry them out; none where the kernel has what is wanted.
 * @param wanted from wantedMap; null: there should be no map
 * @param present the kernel's word of this moment; null: there is no map
 */
export function plan(wanted: WantedMap | null, present: MapFacts | null): readonly MapOperation[] {
  if (wanted === null) return present !== null && present.openCount === 0 ? [{ kind: 'remove' }] : [];
  const loads = wanted.groups.length > 0;
  if (present === null) return loads ? [{ kind: 'create' }, ...toLoaded(wanted, fresh(wanted))] : [];
  if (!loads) return inPresentTable(wanted, present);
  const matched = matchTable(wanted, present);
  if (matched !== null) return [...resumed(present), ...toLoaded(wanted, asLoaded(present, matched))];
  const resize = present.hasTable && present.sizeSectors !== wanted.sizeSectors;
  return [...inPresentTable(wanted, present), { kind: 'reload', resize }, ...toLoaded(wanted, fresh(wanted))];
}

/**
 * What can be done in a table that will not stay, or that cannot be improved because there is no path. A reload may have
 * to wait for storage, or for a path that a resize can end its I/O on; taking paths out and in must not wait for it.
 */
function inPresentTable(wanted: WantedMap, present: MapFacts): readonly MapOperation[] {
  if (!present.hasTable) return [];
  const inTable = present.groups.flatMap((group) => group.paths);
  const common = wanted.groups.flatMap((group) =>
    group.paths.flatMap((path) =>
      inTable.filter((each) => each.devT === path.devT).map((each) => ({ wanted: path, present: each })),
    ),
  );
  const { list } = pathMessages(wanted, common);
  const barred = inTable
    .filter(({ devT, failed }) => !failed && wanted.barred.includes(devT))
    .map(({ devT }) => ({ kind: 'fail-path' as const, devT }));
  const messages = [...barred, ...queueMessage(wanted, present.queueIfNoPath), ...list];
  return [...resumed(present), ...operationsOf(messages)];
}

/** A map without a table cannot be resumed; the load does it. */
function resumed(present: MapFacts): readonly MapOperation[] {
  return present.suspended && present.hasTable ? [{ kind: 'resume' }] : [];
}

/** The messages that bring a table with the wanted groups to what is wanted. */
function toLoaded(wanted: WantedMap, loaded: Loaded): readonly MapOperation[] {
  const paths = pathMessages(
    wanted,
    loaded.groups.flatMap((group) => group.paths),
  );
  return operationsOf([
    ...queueMessage(wanted, loaded.queueIfNoPath),
    ...paths.list,
    ...groupMessages(wanted, loaded, paths.active),
  ]);
}

function pathMessages(wanted: WantedMap, paths: readonly LoadedPath[]): PathMessages {
  const reinstated = paths.filter(isForgiven);
  const failing = paths.filter((path) => path.wanted.failed && !path.present.failed);
  const carrying = [...paths.filter((path) => !path.present.failed), ...reinstated];
  // The kernel may have failed the path that the model counts on and the model not know yet: then the last active one
  // stays until it does.
  const failed = wanted.active !== null && carrying.length === failing.length ? [] : failing;
  return {
    list: [
      // Reinstate before fail: never an instant without a path while there is one.
      ...reinstated.map((path) => ({ kind: 'reinstate-path' as const, devT: path.wanted.devT })),
      ...failed.map((path) => ({ kind: 'fail-path' as const, devT: path.wanted.devT })),
    ],
    active: new Set(carrying.filter((path) => !failed.includes(path)).map((path) => path.wanted.devT)),
  };
}

function groupMessages(wanted: WantedMap, loaded: Loaded, active: ReadonlySet<DevT>): readonly MapMessage[] {
  const enable = groupsWhere(loaded, (group) => !group.wanted.bypassed && group.bypassed);
  const disable = groupsWhere(loaded, (group) => group.wanted.bypassed && !group.bypassed);
  const target = switchTarget(wanted, loaded, active, enable.length + disable.length > 0);
  if (target === null) return [...groupFlags('enable-group', enable), ...groupFlags('disable-group', disable)];
  const bypassed = groupsWhere(loaded, (group) => group.wanted.bypassed);
  return [{ kind: 'switch-group', group: target }, ...groupFlags('disable-group', bypassed)];
}

/** The group to name in a switch; null where the kernel is in the wanted group or gets there by itself. */
function switchTarget(
  wanted: WantedMap,
  loaded: Loaded,
  active: ReadonlySet<DevT>,
  flagsChange: boolean,
): number | null {
  const goal = wanted.groups[wanted.active ?? -1];
  // A path that is active only because it may not be failed yet is no reason to go there.
  const [target] = groupsWhere(
    loaded,
    (group) => group.wanted === goal && group.paths.some(({ wanted: path }) => active.has(path.devT) && !path.failed),
  );
  // After a change of flags the status tells group 1 until the next I/O; a group named by a switch it tells as such.
  const told = flagsChange ? [loaded.activeGroup, 1] : [loaded.activeGroup];
  const keeping = groupsWhere(loaded, (group) => group.paths.some((path) => active.has(path.wanted.devT)));
  return target !== undefined && told.some((group) => group !== target && keeping.includes(group)) ? target : null;
}

function groupFlags(kind: 'enable-group' | 'disable-group', groups: readonly number[]): readonly MapMessage[] {
  return groups.map((group) => ({ kind, group }));
}

/** A failure newer than the proof that brought the path back is not taken back. */
function isForgiven({ wanted, present }: LoadedPath): boolean {
  return present.failed && !wanted.failed && wanted.forgives !== null && present.failCount <= wanted.forgives;
}

function queueMessage(wanted: WantedMap, queueIfNoPath: boolean): readonly MapMessage[] {
  if (wanted.queueIfNoPath === queueIfNoPath) return [];
  return [{ kind: wanted.queueIfNoPath ? 'queue-if-no-path' : 'fail-if-no-path' }];
}

/** Numbers, from 1, of the groups in table order. */
function groupsWhere(loaded: Loaded, test: (group: LoadedGroup) => boolean): readonly number[] {
  return loaded.groups.flatMap((group, index) => (test(group) ? [index + 1] : []));
}

function operationsOf(list: readonly MapMessage[]): readonly MapOperation[] {
  return list.map((message) => ({ kind: 'message', message }));
}

/** A table that has just been loaded. */
function fresh(wanted: WantedMap): Loaded {
  return {
    queueIfNoPath: wanted.queueIfNoPath,
    activeGroup: 1,
    groups: wanted.groups.map((group) => ({
      wanted: group,
      bypassed: false,
      paths: group.paths.map((path) => ({ wanted: path, present: { failed: false, failCount: 0 } })),
    })),
  };
}

function asLoaded(present: MapFacts, matched: readonly MatchedGroup[]): Loaded {
  const inTableOrder = [...matched].sort((a, b) => a.index - b.index);
  return {
    queueIfNoPath: present.queueIfNoPath,
    activeGroup: present.activeGroup,
    groups: inTableOrder.map(({ wanted, present: group, paths }) => ({
      wanted,
      bypassed: group.state === 'bypassed',
      paths,
    })),
  };
}
