import { PathManagerError } from '../../base/errors.js';
import type { UnitView } from '../../model/view.js';

/** The logical unit with this number ("0", "#0"), name or WWID. Throws UNKNOWN_UNIT. */
export function namedUnit(units: readonly UnitView[], text: string): UnitView {
  const number = /^#?(\d{1,9})$/.exec(text)?.[1];
  const unit = units.find((each) => each.name === text || each.wwid === text || String(each.number) === number);
  if (unit !== undefined) return unit;
  throw new PathManagerError(
    'UNKNOWN_UNIT',
    `No logical unit has the number, name or WWID ${JSON.stringify(text)}; "spscmd getlun -v" lists what there is`,
  );
}
