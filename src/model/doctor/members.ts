/** Disks that lead to a logical unit and are none of its paths. */
import type { LeftAlone } from '../explain/types.js';
import type { Check, DoctorFacts } from './types.js';
import { finding, shortened } from './units.js';

export const refusedPaths: Check = ({ state }) =>
  [...state.refused.values()].map(({ facts, reason }) =>
    finding(
      {
        code: 'refused-path',
        severity: 'error',
        what: `Disk ${facts.node} (${facts.number}) says that it is logical unit ${facts.wwid}, and is not let in: ${reason}.`,
        means:
          'The array shows two different things under one name, or not all ports have the new size yet; mixing them would destroy data.',
        mend: 'Correct the LUN mapping at the array, then "spscmd rescan".',
      },
      [state.units.get(facts.wwid)].filter((unit) => unit !== undefined),
    ),
  );

/** A disk that is in use past its map can be written behind the map's back. */
export const disksInUse: Check = (facts) =>
  severalWays(facts, 'in-use').map(([wwid, disks]) =>
    finding({
      code: 'disk-in-use',
      severity: 'warning',
      what: `Not used as paths of the logical unit with WWID ${wwid}: ${disksWord(disks)}; ${reasons(disks)}.`,
      means: 'Somebody uses one way to the unit alone: its I/O does not survive the loss of that way.',
      mend: 'Move its user to the map: unmount it, let the controller take it ("spscmd rescan"), mount /dev/mapper/<name>.',
    }),
  );

export const disksExcluded: Check = (facts) =>
  [...severalWays(facts, 'excluded'), ...severalWays(facts, 'not-listed')].map(([wwid, disks]) =>
    finding({
      code: 'disk-excluded',
      severity: 'info',
      what: `Left alone, though they lead to the logical unit with WWID ${wwid}: ${disksWord(disks)}; ${reasons(disks)}.`,
      means: 'So the configuration says; they are redundant ways that nobody uses as such.',
      mend: 'If that is not meant, change "claim" in the configuration and restart pathmanagerd.',
    }),
  );

type Left = DoctorFacts['leftAlone'][number];

/** The disks left alone for this reason of units to which there are several ways: left or in a unit. */
function severalWays(
  { leftAlone, state }: DoctorFacts,
  why: Left['why'],
): readonly (readonly [string, readonly Left[]])[] {
  const byUnit = new Map<string, Left[]>();
  for (const disk of leftAlone.filter((each) => each.why === why)) {
    byUnit.set(disk.wwid, [...(byUnit.get(disk.wwid) ?? []), disk]);
  }
  return [...byUnit].filter(([, disks]) =>
    disks.some(({ wwid }) => disks.length + (state.units.get(wwid)?.paths.length ?? 0) > 1),
  );
}

function disksWord(disks: readonly LeftAlone[]): string {
  return shortened(disks.map(({ node, number }) => `${node} (${number})`));
}

function reasons(disks: readonly LeftAlone[]): string {
  return shortened([...new Set(disks.map(({ reason }) => reason))]);
}
