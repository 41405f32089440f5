/** Paths of one unit that do not fit together, and balancing that the kernel cannot do. */
import { isUsable } from '../availability.js';
import { modeWord } from '../explain/words.js';
import { DEFAULT_SELECTOR } from '../grouping.js';
import type { Check } from './types.js';
import { findingOf, limitsOf, liveUnits, shortened, unitsWord } from './units.js';

export const selectorMissing: Check = (facts) => {
  const { selectors } = facts.state.policy;
  const units = liveUnits(facts).filter(({ balance }) => balance !== 'none' && !selectors.includes(balance));
  return findingOf(units, (all) => ({
    code: 'selector-missing',
    severity: 'warning',
    what: `The running kernel has no path selector for ${shortened([...new Set(all.map(({ balance }) => modeWord(balance)))])}, which ${unitsWord(all)} should be balanced by.`,
    means: `Another selector is used in its place (the kernel has ${shortened(selectors.map(modeWord)) || 'none'}).`,
    mend: 'Install the kernel module (dm-round-robin, dm-queue-length, dm-service-time, dm-historical-service-time), or choose another mode with "spscmd lbmode".',
  }));
};

export const defaultSelectorMissing: Check = (facts) => {
  const { selectors, initial } = facts.state.policy;
  const units = initial === 'manual' || selectors.includes(DEFAULT_SELECTOR) ? [] : liveUnits(facts);
  return findingOf(units, () => ({
    code: 'default-selector-missing',
    severity: 'info',
    what: `The running kernel has no path selector for ${modeWord(DEFAULT_SELECTOR)}.`,
    means: 'New logical units are not balanced by themselves.',
    mend: 'Install the kernel module dm-service-time, or balance units with "spscmd lbmode".',
  }));
};

export const noOptimizedPath: Check = (facts) => {
  const units = liveUnits(facts).filter(({ paths }) => {
    const usable = paths.filter(isUsable);
    return usable.length > 0 && usable.every(({ access }) => access !== null && access !== 'optimized');
  });
  return findingOf(units, (all) => ({
    code: 'no-optimized-path',
    severity: 'warning',
    what: `No usable path of ${unitsWord(all)} is optimized.`,
    means:
      'The I/O goes through the array controller that does not own the unit, which is slower, or may make the array move the unit to and fro.',
    mend: 'Restore the paths to the owning controller, or move the unit to the other one at the array.',
  }));
};

export const accessPartlyKnown: Check = (facts) => {
  const units = liveUnits(facts).filter(
    ({ paths }) => new Set(paths.filter(isUsable).map(({ access }) => access === null)).size > 1,
  );
  return findingOf(units, (all) => ({
    code: 'access-partly-known',
    severity: 'info',
    what: `Some paths of ${unitsWord(all)} tell an ALUA access state and others none.`,
    means: 'Those that tell none count as optimized, so I/O may take a way that is not the best.',
    mend: 'Set the same host mode at all ports of the array.',
  }));
};

export const unevenQueueDepths: Check = (facts) => {
  const units = liveUnits(facts).filter(
    ({ paths }) => new Set(limitsOf(facts, paths).flatMap(({ queueDepth }) => queueDepth ?? [])).size > 1,
  );
  return findingOf(units, (all) => ({
    code: 'uneven-queue-depths',
    severity: 'info',
    what: `The paths of ${unitsWord(all)} take different numbers of I/Os at once (queue_depth).`,
    means:
      'Balanced I/O leans to the path with the deeper queue; it can also be the trace of a path that the array throttled.',
    mend: 'Set one value in device/queue_depth of all disks, or look why the array answered "busy" on one of them.',
  }));
};
