// What a story of one life tells a story of the next: a file on the machine's own disk.
import { readFileSync, writeFileSync } from 'node:fs';
import type { UnitView } from '../../../../src/model/view.js';

const file = '/lab/remembered.json';

/** What must be the same after a reboot, whatever numbers the SCSI hosts have got and whatever names the disks. */
export interface RememberedUnit {
  readonly wwid: string;
  readonly number: number;
  readonly name: string;
  readonly balance: string;
  readonly paths: Readonly<Record<string, { readonly priority: number; readonly enabled: boolean }>>;
}

export interface Memory {
  readonly units: readonly RememberedUnit[];
  /** The names that the disks of each unit had. */
  readonly nodes: Readonly<Record<string, readonly string[]>>;
}

export function remember(units: readonly UnitView[]): void {
  const memory: Memory = {
    units: remembered(units),
    nodes: Object.fromEntries(units.map(({ name, paths }) => [name, paths.map(({ node }) => node).sort()])),
  };
  writeFileSync(file, JSON.stringify(memory));
}

export function recall(): Memory {
  return JSON.parse(readFileSync(file, 'utf8')) as Memory;
}

export function remembered(units: readonly UnitView[]): RememberedUnit[] {
  return units
    .map(({ wwid, number, name, balance, paths }) => ({
      wwid,
      number,
      name,
      balance,
      paths: Object.fromEntries(
        [...paths]
          .sort((a, b) => (a.key < b.key ? -1 : 1))
          .map(({ key, priority, enabled }) => [key, { priority, enabled }]),
      ),
    }))
    .sort((a, b) => a.number - b.number);
}
