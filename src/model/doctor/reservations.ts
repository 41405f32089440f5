/** Logical units with a reservation key that not all paths have, or that the node has lost. */
import { isAvailable } from '../availability.js';
import { isLockedOut } from '../reservations/standing.js';
import type { Check } from './types.js';
import { findingOf, liveUnits, unitsWord } from './units.js';

export const keysTakenAway: Check = (facts) =>
  findingOf(liveUnits(facts).filter(isLockedOut), (all) => ({
    code: 'key-taken-away',
    severity: 'error',
    what: `The reservation key of this node was taken away from ${unitsWord(all)}.`,
    means: 'Another node of the cluster has it now, or the array has lost the keys. All I/O of this node fails.',
    mend: 'See that no other node uses it. Then "spscmd reserve register LU --key KEY" registers again, and "spscmd reserve unregister LU" uses it without a key.',
  }));

/** Not those that are out for another reason as well: what is to be mended there is that. */
export const pathsNotRegistered: Check = (facts) => {
  const units = liveUnits(facts).filter(
    (unit) => unit.paths.some(isAvailable) && unit.paths.some(({ failure }) => failure?.cause === 'registration'),
  );
  return findingOf(units, (all) => ({
    code: 'paths-not-registered',
    severity: 'warning',
    what: `The reservation key of this node is not registered on every path of ${unitsWord(all)}.`,
    means: 'These paths carry no I/O, because the array would refuse it: there is less redundancy than there was.',
    mend: '"spscmd explain" with the number of the unit tells why. Where another key is registered, "spscmd reserve register LU --key KEY --ignore-existing" replaces it.',
  }));
};
