// The boot benchmark's table: a column for each side at each size.
import type { Side } from '../results.js';
import { nothing, seconds, sideNames } from '../samples.js';
import { markdownText, terminalText, type Sheet } from '../sheet.js';
import type { BootTimes } from './plan.js';

export interface BootSize {
  readonly units: number;
  readonly pathsPerUnit: number;
  /** In the order in which they were measured. */
  readonly boots: Readonly<Record<Side, readonly BootTimes[]>>;
}

export interface BootResults {
  readonly sizes: readonly BootSize[];
  /** Load averages of the machine round the lab, at the start and the end, and its CPUs. */
  readonly hostLoad: readonly [number, number];
  readonly hostCpus: number;
}

const rows: readonly (readonly [name: string, of: keyof BootTimes])[] = [
  ['kernel start to all maps', 'maps'],
  ['and udev done with everything', 'settled'],
  ['all services started (multi-user.target)', 'multiUser'],
  ['before that: disks found, systemd starts', 'systemd'],
];

export function terminal(results: BootResults): string {
  return terminalText([sheet(results)]);
}

export function markdown(results: BootResults): string {
  return markdownText([sheet(results)]);
}

function sheet({ sizes, hostLoad, hostCpus }: BootResults): Sheet {
  const load = hostLoad.map((value) => value.toFixed(1)).join(' to ');
  const counts = sizes.map(({ boots }) => `${boots.peer.length} + ${boots.ours.length}`).join(', ');
  const columns = sizes.flatMap((size) => (['peer', 'ours'] as const).map((side) => ({ size, side })));
  return {
    title: `Boots (${counts}; machine with ${hostCpus} CPUs, load average ${load})`,
    head: ['', ...columns.map(({ size, side }) => `${size.units} x ${size.pathsPerUnit}, ${sideNames[side]}`)],
    rows: rows.map(([name, of]) => [
      name,
      ...columns.map(({ size, side }) => {
        const values = size.boots[side].map((times) => times[of]);
        return values.length === 0 ? nothing : seconds({ values });
      }),
    ]),
  };
}
