/** import: the settings of a file, all of them or none. */
import { PathManagerError, type ErrorCode } from '../../base/errors.js';
import { mapName, priority, unitNumber } from '../../base/ids.js';
import { excludesBalancing } from '../balance.js';
import { isReserved } from '../naming.js';
import { replacePath } from '../path-machine.js';
import { missingParts, type MissingPart } from '../portable.js';
import { movedAside } from '../priority.js';
import type { Turn } from '../turn.js';
import type { Path, PortablePath, PortableSettings, PortableUnit, RememberedPath, Request, Unit } from '../types.js';
import { balance, requireSelector } from './balancing.js';
import { healthyEnabled } from './enablement.js';
import { setCluster, setFailback, setWatcher } from './modes.js';
import { begin } from './pending.js';
import { label } from './select.js';

type Import = Extract<Request, { kind: 'import' }>;
type WantedPaths = Readonly<Record<string, PortablePath>>;

/**
 * Makes the settings those that are given; what is left out stays. Throws NOT_HERE, NUMBER_TAKEN, NAME_TAKEN,
 * PRIORITY_TAKEN, LAST_PATH, CLUSTER_MODE, SELECTOR_MISSING, BAD_WATCHER_FIELD, BAD_IDENTIFIER.
 */
export function importSettings(turn: Turn, { settings, skipMissing, force }: Import): void {
  const missing = missingParts(turn.start, settings);
  if (missing.length > 0 && !skipMissing) throw notHere(missing);
  const { failback, cluster = turn.settings.cluster, watcher } = settings;
  const { clusterBalancing = turn.settings.clusterBalancing } = settings;
  const excludes = excludesBalancing({ ...turn.settings, cluster, clusterBalancing });
  const wanted = wantedUnits(turn, settings);
  requireOwnPlaces(turn, settings);
  for (const [unit, given] of wanted) requireBalance(turn, unit, given, excludes);
  // Off before the units are balanced, on when they are not: in between nothing may stand against either.
  if (!cluster) setCluster(turn, false, undefined);
  for (const [unit, given] of wanted) importUnit(turn, unit, given, force);
  if (cluster) setCluster(turn, true, clusterBalancing);
  if (watcher !== undefined) setWatcher(turn, watcher);
  if (failback !== undefined) setFailback(turn, failback);
}

function wantedUnits(turn: Turn, settings: PortableSettings): readonly (readonly [Unit, PortableUnit])[] {
  return [...turn.units.values()].flatMap((unit) => {
    const given = settings.units?.[unit.wwid];
    return given === undefined ? [] : [[unit, given] as const];
  });
}

function notHere(missing: readonly MissingPart[]): PathManagerError {
  const units = missing.filter(({ key }) => key === null).length;
  const named = [counted(units, 'logical unit'), counted(missing.length - units, 'path')].filter((text) => text !== '');
  return new PathManagerError(
    'NOT_HERE',
    `Cannot import: ${named.join(' and ')} of the settings are not known here; see that they are for this host, or leave them out with --skip-missing`,
  );
}

function counted(number: number, what: string): string {
  return number === 0 ? '' : `${String(number)} ${what}${number === 1 ? '' : 's'}`;
}

/** Numbers and names as they will be: two units can exchange theirs. */
function requireOwnPlaces(turn: Turn, settings: PortableSettings): void {
  const numbers = new Map<number, Unit>();
  const names = new Map<string, Unit>();
  for (const unit of turn.units.values()) {
    const { number = unit.number, name = unit.name } = settings.units?.[unit.wwid] ?? {};
    requireAlone(numbers, number, unit, 'NUMBER_TAKEN', 'number');
    requireAlone(names, name, unit, 'NAME_TAKEN', 'name');
    if (name === unit.name) continue;
    const configured = turn.policy.names.get(unit.wwid);
    if (configured !== undefined && configured !== name) {
      throw taken('NAME_TAKEN', unit, 'name', name, `the configuration gives it "${configured}" (names.byWwid)`);
    }
    if (isReserved(turn.registry, unit.wwid, mapName(name))) {
      throw taken('NAME_TAKEN', unit, 'name', name, 'another map has it, or the configuration keeps it for one');
    }
  }
}

function requireAlone<T extends number | string>(
  holders: Map<T, Unit>,
  value: T,
  unit: Unit,
  code: ErrorCode,
  what: string,
): void {
  const holder = holders.get(value);
  if (holder !== undefined) throw taken(code, unit, what, value, `logical unit "${holder.wwid}" has it`);
  holders.set(value, unit);
}

function taken(code: ErrorCode, unit: Unit, what: string, value: number | string, why: string): PathManagerError {
  const text = `Cannot give logical unit "${unit.wwid}" ${what} ${JSON.stringify(value)}: ${why}; choose another one`;
  return new PathManagerError(code, text);
}

function requireBalance(
  turn: Turn,
  unit: Unit,
  { balance: mode = unit.balance }: PortableUnit,
  excludes: boolean,
): void {
  if (mode === 'none') return;
  if (mode !== unit.balance) requireSelector(turn, unit, mode);
  if (!excludes) return;
  throw new PathManagerError(
    'CLUSTER_MODE',
    `Cannot import: cluster mode would be on and ${label(unit)} balanced by "${mode}", which exclude each other; change one of them`,
  );
}

function importUnit(turn: Turn, unit: Unit, given: PortableUnit, force: boolean): void {
  const { balance: mode = unit.balance, paths = {} } = given;
  const placed = importPlace(turn, unit, given);
  const balanced = mode === placed.balance ? placed : balance(turn, placed, mode);
  const numbered = importPriorities(turn, balanced, paths);
  const enabled = importEnablement(turn, numbered, paths);
  if (force || healthyEnabled(unit) === 0 || healthyEnabled(enabled) > 0) return;
  throw new PathManagerError(
    'LAST_PATH',
    `Cannot import: ${label(unit)} would have no enabled healthy path; enable another one, or use --force`,
  );
}

function importPlace(turn: Turn, unit: Unit, { number = unit.number, name = unit.name }: PortableUnit): Unit {
  if (number === unit.number && name === unit.name) return unit;
  const nameChosen = unit.nameChosen || name !== unit.name;
  const placed = { ...unit, number: unitNumber(number), name: mapName(name), nameChosen };
  turn.put(placed);
  turn.touched.add(unit.wwid);
  turn.record(1021, placed, null, `from #${String(unit.number)} "${unit.name}" to #${String(number)} "${name}"`);
  return placed;
}

function importPriorities(turn: Turn, unit: Unit, given: WantedPaths): Unit {
  const changes = [...unit.paths, ...unit.remembered].flatMap((path) => {
    const number = given[path.key]?.priority;
    return number === undefined || number === path.priority ? [] : [{ path, number: priority(number) }];
  });
  if (changes.length === 0) return unit;
  const numbers = new Map(changes.map(({ path, number }) => [path.key, number]));
  const renumbered = <T extends Path | RememberedPath>(path: T): T => {
    return { ...path, priority: numbers.get(path.key) ?? path.priority };
  };
  const changed: Unit = {
    ...unit,
    prioritiesChosen: true,
    paths: unit.paths.map(renumbered),
    remembered: unit.remembered.map(renumbered),
  };
  const detail = changes.map(
    ({ path, number }) => `${nameOf(path)} from ${String(path.priority)} to ${String(number)}`,
  );
  return begin(turn, withoutTwins(changed, given), 'priority', null, detail.join(', '));
}

/** A number belongs to who is named or here; a path that is away and not named gives way. Throws PRIORITY_TAKEN. */
function withoutTwins(unit: Unit, given: WantedPaths): Unit {
  const isNamed = (path: Path | RememberedPath): boolean => given[path.key]?.priority !== undefined;
  const firm = [...unit.paths, ...unit.remembered.filter(isNamed)];
  const holders = new Map<number, Path | RememberedPath>();
  for (const path of firm) {
    const holder = holders.get(path.priority);
    if (holder !== undefined) {
      throw new PathManagerError(
        'PRIORITY_TAKEN',
        `Cannot import: paths ${nameOf(holder)} and ${nameOf(path)} of ${label(unit)} would both have priority ${String(path.priority)}; give each its own`,
      );
    }
    holders.set(path.priority, path);
  }
  const yielding = unit.remembered.filter((path) => !isNamed(path) && holders.has(path.priority));
  return yielding.reduce(movedAside, unit);
}

function importEnablement(turn: Turn, unit: Unit, given: WantedPaths): Unit {
  let current = unit;
  for (const path of unit.paths) {
    const enabled = given[path.key]?.enabled ?? path.enabled;
    if (enabled === path.enabled) continue;
    const detail = enabled ? 'enabled' : 'disabled';
    current = begin(turn, replacePath(current, { ...path, enabled }), 'enablement', path, detail);
  }
  const remembered = current.remembered.map((path) => {
    return { ...path, enabled: given[path.key]?.enabled ?? path.enabled };
  });
  if (remembered.every(({ enabled }, index) => enabled === current.remembered[index]?.enabled)) return current;
  const kept = { ...current, remembered };
  turn.put(kept);
  return kept;
}

/** As operators know it, while it is here. */
function nameOf(path: Path | RememberedPath): string {
  return 'facts' in path ? path.facts.number : path.key;
}
