/** Single points of failure: what takes a logical unit away when it alone breaks. */
import { isAvailable } from '../availability.js';
import type { Path } from '../types.js';
import type { Check, DoctorFacts } from './types.js';
import { finding, findingOf, liveUnits, sharing, unitsWord } from './units.js';

export const onePath: Check = (facts) => {
  const units = liveUnits(facts).filter(({ paths }) => paths.length === 1);
  return findingOf(units, (all) => ({
    code: 'one-path',
    severity: 'warning',
    what: `There is only one path to ${unitsWord(all)}.`,
    means: 'When it fails, all I/O stops.',
    mend: 'Connect a second way to the array, or map the unit to a second port; then "spscmd rescan".',
  }));
};

/** A path that waits for its registration has not failed (reservations.ts). */
const hasFailed = ({ failure }: Path): boolean => failure !== null && failure.cause !== 'registration';

export const failedPaths: Check = (facts) => {
  const units = liveUnits(facts).filter(({ paths }) => paths.some(hasFailed) && paths.some(isAvailable));
  return findingOf(units, (all) => ({
    code: 'failed-paths',
    severity: 'warning',
    what: `Paths have failed of ${unitsWord(all)}.`,
    means: 'The I/O goes on by the others, with less redundancy than there was.',
    mend: '"spscmd explain" with the number of the unit tells why, and when they are probed.',
  }));
};

/** For iSCSI each session is a SCSI host of its own; there the interface that it is bound to counts, where it is. */
function initiatorOf({ limits }: DoctorFacts, { facts }: Path): string | null {
  if (facts.transport !== 'iscsi') return limits.get(facts.devT)?.host ?? null;
  const name = /,(.+)$/.exec(facts.initiatorPort)?.[1];
  return name === undefined ? null : `interface ${name}`;
}

export const oneHost: Check = (facts) =>
  [...sharing(liveUnits(facts), (path) => initiatorOf(facts, path))].map(([host, units]) =>
    finding(
      {
        code: 'one-host',
        severity: 'warning',
        what: `All paths of ${unitsWord(units)} go through ${host}.`,
        means: 'It is a single point of failure: with this adapter, its cable or its switch port all I/O stops.',
        mend: 'Connect another adapter to the array, or map the unit to one that is connected; then "spscmd rescan".',
      },
      units,
    ),
  );

/** Two ports of one card: better than one, but a card fails as a whole now and then. */
export const oneAdapter: Check = (facts) => {
  const units = liveUnits(facts);
  const oneHosted = new Set([...sharing(units, (path) => initiatorOf(facts, path)).values()].flat());
  const adapterOf = ({ facts: { devT } }: Path): string | null => facts.limits.get(devT)?.adapter ?? null;
  return [
    ...sharing(
      units.filter((unit) => !oneHosted.has(unit)),
      adapterOf,
    ),
  ].map(([adapter, concerned]) =>
    finding(
      {
        code: 'one-adapter',
        severity: 'info',
        what: `All paths of ${unitsWord(concerned)} go through ports of one adapter card (${adapter}).`,
        means: 'A fault of the card takes all of them.',
        mend: 'Where that matters, spread the cables over two cards.',
      },
      concerned,
    ),
  );
};

export const oneTargetPort: Check = (facts) =>
  [...sharing(liveUnits(facts), (path) => path.facts.targetPort)].map(([port, units]) =>
    finding(
      {
        code: 'one-target-port',
        severity: 'warning',
        what: `All paths of ${unitsWord(units)} lead to one port of the array (${port}).`,
        means: 'It is a single point of failure: with this port or its controller all I/O stops.',
        mend: 'Map the unit to a port of another controller of the array as well; then "spscmd rescan".',
      },
      units,
    ),
  );
