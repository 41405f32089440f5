/** Which logical unit an operator means. */
import { PathManagerError } from '../base/errors.js';
import { readPathSelector, selects } from './path-selector.js';
import type { ModelState, Unit } from './types.js';

type Units = Pick<ModelState, 'units'>;

/** The unit with this number ("0" or "#0"), name or WWID; undefined where there is none. */
export function unitCalled({ units }: Units, text: string): Unit | undefined {
  const number = /^#?(\d{1,9})$/.exec(text)?.[1];
  return [...units.values()].find((unit) =>
    number === undefined ? isNamed(unit, text) : unit.number === Number(number) || unit.wwid === text,
  );
}

/**
 * The one unit that is named by number, name or WWID, by its device ("/dev/mapper/lu0", "/dev/dm-3", "253:3"), or by any of
 * its paths as everywhere. What is both is a path.
 * @throws UNKNOWN_UNIT, AMBIGUOUS_PATH
 */
export function namedUnit(state: Units, text: string): Unit {
  const [found, ...others] = ownersOf(state, text);
  if (others.length > 0) {
    throw new PathManagerError(
      'AMBIGUOUS_PATH',
      `${JSON.stringify(text)} names paths of ${String(others.length + 1)} logical units; name one of them`,
    );
  }
  const unit = found ?? unitCalled(state, text.replace(/^\/dev\/mapper\//, '')) ?? withDevice(state, text);
  if (unit !== undefined) return unit;
  throw new PathManagerError(
    'UNKNOWN_UNIT',
    `No logical unit is named by ${JSON.stringify(text)}; give its number, name, WWID, device or a path of it; "spscmd getlun -v" lists what there is`,
  );
}

function ownersOf({ units }: Units, text: string): readonly Unit[] {
  const selector = readPathSelector(text);
  if (selector === null) return [];
  return [...units.values()].filter(({ paths }) => paths.some(({ facts }) => selects(selector, facts)));
}

function withDevice({ units }: Units, text: string): Unit | undefined {
  const minor = /^(?:\/dev\/)?dm-(\d{1,7})$/.exec(text)?.[1];
  const isIt = (devT: string): boolean => devT === text || (minor !== undefined && devT.endsWith(`:${minor}`));
  return [...units.values()].find(({ map }) => map !== null && isIt(map.devT));
}

function isNamed({ name, map, wwid }: Unit, text: string): boolean {
  return [name, map?.name, wwid].includes(text as never);
}
