/** Logical units as findings name them. */
import { isLive } from '../availability.js';
import type { Path, Unit } from '../types.js';
import { listed } from '../explain/words.js';
import type { DoctorFacts, Finding, PathLimits, Severity } from './types.js';

/** Names that a text lists before it only counts. */
const LISTED = 6;

/** The texts of a finding apart from what it concerns. */
export interface FindingTexts {
  readonly code: string;
  readonly severity: Severity;
  readonly what: string;
  readonly means: string;
  readonly mend: string;
}

export function finding(texts: FindingTexts, units: readonly Pick<Unit, 'number'>[] = []): Finding {
  return { ...texts, units: units.map(({ number }) => number) };
}

/** One finding for all of the units, none where there are none. */
export function findingOf<Concerned extends Pick<Unit, 'number'>>(
  units: readonly Concerned[],
  texts: (units: readonly Concerned[]) => FindingTexts,
): readonly Finding[] {
  return units.length === 0 ? [] : [finding(texts(units), units)];
}

/** The units that are there, by number. */
export function liveUnits({ state }: Pick<DoctorFacts, 'state'>): readonly Unit[] {
  return [...state.units.values()].filter(isLive).sort((a, b) => a.number - b.number);
}

/** "logical unit #0 (lu0)", "logical units #0 (lu0), #1 (lu1) and 40 more". */
export function unitsWord(units: readonly Unit[]): string {
  const names = units.map(({ number, name, map }) => `#${String(number)} (${map?.name ?? name})`);
  return `${units.length === 1 ? 'logical unit' : 'logical units'} ${shortened(names)}`;
}

/** A list of names, cut where it becomes too long to be read. */
export function shortened(names: readonly string[]): string {
  if (names.length <= LISTED) return listed(names);
  return `${names.slice(0, LISTED).join(', ')} and ${String(names.length - LISTED)} more`;
}

/** What is known of the limits of a unit's paths. */
export function limitsOf({ limits }: Pick<DoctorFacts, 'limits'>, paths: readonly Path[]): readonly PathLimits[] {
  return paths.flatMap(({ facts }) => limits.get(facts.devT) ?? []);
}

/** The units in which something is the same for all paths, by what that is. Units of one path have nothing to compare. */
export function sharing(
  units: readonly Unit[],
  valueOf: (path: Path) => string | null,
): ReadonlyMap<string, readonly Unit[]> {
  const found = new Map<string, Unit[]>();
  for (const unit of units) {
    const [value, ...others] = new Set(unit.paths.map(valueOf));
    if (unit.paths.length < 2 || value == null || others.length > 0) continue;
    found.set(value, [...(found.get(value) ?? []), unit]);
  }
  return found;
}
