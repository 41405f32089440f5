/** Maps that are not as a map should be: without a path, suspended, half loaded, strange. */
import { wwidOfUuid } from '../../base/ids.js';
import type { MapFacts } from '../../base/map-facts.js';
import { isAvailable } from '../availability.js';
import { isLockedOut } from '../reservations/standing.js';
import type { Unit } from '../types.js';
import type { Check, DoctorFacts } from './types.js';
import { finding, findingOf, liveUnits, shortened, unitsWord } from './units.js';

interface Owned {
  readonly map: MapFacts;
  /** Null: a map of no unit that is known. */
  readonly unit: Unit | null;
}

/** The maps that nobody is changing just now. */
function atRest({ maps, state, inWork }: DoctorFacts): readonly Owned[] {
  return maps.flatMap((map) => {
    const wwid = wwidOfUuid(map.uuid);
    if (wwid === null || inWork.has(wwid)) return [];
    return [{ map, unit: state.units.get(wwid) ?? null }];
  });
}

export const noPathLeft: Check = (facts) => {
  const units = liveUnits(facts).filter(
    (unit) => unit.map !== null && !unit.paths.some(isAvailable) && !isLockedOut(unit),
  );
  return findingOf(units, (all) => ({
    code: 'no-path-left',
    severity: 'error',
    what: `No path is left of ${unitsWord(all)}.`,
    means:
      'Until one is back I/O waits or fails by the no-path policy; "spscmd explain" with the number of a unit tells which.',
    mend: 'Restore a path: cable, switch port, array port, LUN mapping. Where the unit is gone for good, end what uses its map; the map then goes by itself.',
  }));
};

export const strayMaps: Check = (facts) => {
  const strays = atRest(facts).filter(({ unit }) => unit === null);
  if (strays.length === 0) return [];
  return [
    finding({
      code: 'stray-map',
      severity: 'warning',
      what: `The kernel has multipath maps of no known logical unit: ${mapsWord(strays)}.`,
      means:
        'Their disks are gone, excluded by the configuration or in other hands; nobody brings back a path of theirs.',
      mend: 'If nobody uses them, remove them: "dmsetup remove NAME".',
    }),
  ];
};

export const suspendedMaps: Check = (facts) =>
  ofMaps(
    facts,
    ({ suspended, hasTable }) => suspended && hasTable,
    (maps) => ({
      code: 'suspended-map',
      severity: 'error',
      what: `Suspended: ${maps}.`,
      means:
        'All I/O of a suspended map waits, whatever its paths do. A program that was killed while it changed the map leaves it so.',
      mend: '"spscmd plan --apply" resumes maps of logical units; others by "dmsetup resume NAME".',
    }),
  );

export const halfLoadedMaps: Check = (facts) =>
  ofMaps(
    facts,
    ({ name }) => facts.halfLoaded.has(name),
    (maps) => ({
      code: 'half-loaded-map',
      severity: 'warning',
      what: `A table was loaded and never came into use: ${maps}.`,
      means: 'The next resume, by whomever, would put that table into use, with paths as they were then.',
      mend: '"dmsetup clear NAME" drops it and leaves the table in use alone.',
    }),
  );

export const emptyMaps: Check = (facts) =>
  ofMaps(
    facts,
    ({ hasTable }) => !hasTable,
    (maps) => ({
      code: 'empty-map',
      severity: 'warning',
      what: `Without a table: ${maps}.`,
      means: 'A program was killed while it created the map; no I/O is possible through it.',
      mend: '"spscmd plan" tells whether the controller finishes it; otherwise "dmsetup remove NAME".',
    }),
  );

export const changesPutOff: Check = ({ state }) =>
  liveUnits({ state }).flatMap((unit) =>
    unit.problem === null
      ? []
      : [
          finding(
            {
              code: 'change-put-off',
              severity: 'warning',
              what: `The kernel does not have what is wanted of ${unitsWord([unit])}: ${unit.problem.message}.`,
              means: 'A change waits or was refused; it is tried again by itself.',
              mend: '"spscmd plan" shows what is left to do and when; "spscmd plan --apply" tries it now.',
            },
            [unit],
          ),
        ],
  );

function ofMaps(
  facts: DoctorFacts,
  picks: (map: MapFacts) => boolean,
  texts: (maps: string) => Parameters<typeof finding>[0],
): ReturnType<Check> {
  const found = atRest(facts).filter(({ map }) => picks(map));
  if (found.length === 0) return [];
  return [
    finding(
      texts(mapsWord(found)),
      found.flatMap(({ unit }) => unit ?? []),
    ),
  ];
}

function mapsWord(maps: readonly Owned[]): string {
  return shortened(maps.map(({ map }) => `map "${map.name}"`));
}
