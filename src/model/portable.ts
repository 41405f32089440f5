/** What operators set, by identities that mean the same on every host: the export, and what tells two states apart. */
import type { BalanceMode, ModelState, PortableSettings, Settings, Unit } from './types.js';

/** A whole export. An import takes it as it is. */
export interface ExportView extends Settings {
  readonly version: 1;
  /** By WWID, in the order of the numbers; those that are away too. */
  readonly units: Readonly<Record<string, ExportedUnit>>;
}

export interface ExportedUnit {
  readonly number: number;
  readonly name: string;
  readonly balance: BalanceMode;
  /** By path identity ("initiator port|target port|lun"), in its order; those that are away too. */
  readonly paths: Readonly<Record<string, { readonly priority: number; readonly enabled: boolean }>>;
}

/** One setting that differs between two states. */
export interface SettingChange {
  /** Null for a setting of the whole system. */
  readonly wwid: string | null;
  /** The unit's number before the change. */
  readonly unit: number | null;
  /** Identity of the path; null for a setting of the unit. */
  readonly key: string | null;
  /** "4:0:0:1"; null for a path that is away. */
  readonly path: string | null;
  /** As the export calls it: "failback", "watcher.intervalSec", "name", "priority". */
  readonly setting: string;
  readonly from: string | number | boolean;
  readonly to: string | number | boolean;
  /** A name that the unit gets when its map is made anew. */
  readonly deferred: boolean;
}

/** A logical unit (`key` null) or a path of given settings that is not known here. */
export interface MissingPart {
  readonly wwid: string;
  /** Number of the unit, where that is known. */
  readonly unit: number | null;
  readonly key: string | null;
}

export function exportView({ settings, units }: Pick<ModelState, 'settings' | 'units'>): ExportView {
  const { failback, cluster, clusterBalancing, watcher } = settings;
  const exported = byNumber(units).map((unit) => [unit.wwid, exportedUnit(unit)] as const);
  return { version: 1, failback, cluster, clusterBalancing, watcher, units: Object.fromEntries(exported) };
}

/** The settings of `before` that `after` has otherwise, in the order of an export. */
export function differences(before: ModelState, after: ModelState): readonly SettingChange[] {
  const now = new Map(settingsOf(after).map((each) => [identityOf(each), each]));
  return settingsOf(before).flatMap((was) => {
    const is = now.get(identityOf(was));
    if (is === undefined || is.value === was.value) return [];
    const { wwid, unit, key, path, setting, value: from } = was;
    return [{ wwid, unit, key, path, setting, from, to: is.value, deferred: is.deferred }];
  });
}

/** What the settings name and nobody here has ever seen. */
export function missingParts({ units }: Pick<ModelState, 'units'>, settings: PortableSettings): readonly MissingPart[] {
  const known = new Map<string, Unit>(units);
  return Object.entries(settings.units ?? {}).flatMap(([wwid, wanted]): readonly MissingPart[] => {
    const unit = known.get(wwid);
    if (unit === undefined) return [{ wwid, unit: null, key: null }];
    const keys = new Set<string>(knownPaths(unit).map((path) => path.key));
    const missing = Object.keys(wanted.paths ?? {}).filter((key) => !keys.has(key));
    return missing.map((key) => ({ wwid, unit: unit.number, key }));
  });
}

interface Setting extends Omit<SettingChange, 'from' | 'to'> {
  readonly value: SettingChange['from'];
}

function settingsOf({ settings, units }: ModelState): readonly Setting[] {
  const { failback, cluster, clusterBalancing, watcher } = settings;
  const ofSystem = { failback, cluster, clusterBalancing, ...prefixed('watcher', { ...watcher }) };
  const nowhere = { wwid: null, unit: null, key: null, path: null };
  return [...labelled(nowhere, ofSystem), ...byNumber(units).flatMap(settingsOfUnit)];
}

function settingsOfUnit(unit: Unit): readonly Setting[] {
  const { wwid, number, name, balance, map } = unit;
  const numbers = new Map<string, string>(unit.paths.map((path) => [path.key, path.facts.number]));
  const own = { wwid, unit: number, key: null, path: null };
  return [
    ...labelled(own, { number, name, balance }, map !== null && map.name !== name),
    ...knownPaths(unit).flatMap(({ key, priority, enabled }) =>
      labelled({ wwid, unit: number, key, path: numbers.get(key) ?? null }, { priority, enabled }),
    ),
  ];
}

function labelled(
  place: Pick<SettingChange, 'wwid' | 'unit' | 'key' | 'path'>,
  values: Readonly<Record<string, Setting['value']>>,
  namePending = false,
): readonly Setting[] {
  return Object.entries(values).map(([setting, value]) => {
    return { ...place, setting, value, deferred: namePending && setting === 'name' };
  });
}

function identityOf({ wwid, key, setting }: Setting): string {
  return JSON.stringify([wwid, key, setting]);
}

function prefixed<T>(prefix: string, values: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}.${name}`, value]));
}

function exportedUnit(unit: Unit): ExportedUnit {
  const { number, name, balance } = unit;
  const paths = knownPaths(unit).map(({ key, priority, enabled }) => [key, { priority, enabled }] as const);
  return { number, name, balance, paths: Object.fromEntries(paths) };
}

function knownPaths(unit: Unit): readonly Pick<Unit['paths'][number], 'key' | 'priority' | 'enabled'>[] {
  return [...unit.paths, ...unit.remembered].sort((a, b) => (a.key < b.key ? -1 : 1));
}

function byNumber(units: ModelState['units']): readonly Unit[] {
  return [...units.values()].sort((a, b) => a.number - b.number);
}
