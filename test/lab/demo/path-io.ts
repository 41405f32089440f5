// I/O counted on each path of a logical unit, by the kernel.
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PathView, UnitView } from '../../../src/model/view.js';

export interface PathCount {
  readonly path: PathView;
  /** Reads and writes completed. */
  readonly ios: number;
}

/** Counts for so many milliseconds. */
export async function countPathIo(unit: UnitView, ms: number): Promise<readonly PathCount[]> {
  const before = unit.paths.map(completed);
  await sleep(ms);
  return unit.paths.map((path, index) => ({ path, ios: completed(path) - (before[index] ?? 0) }));
}

export function totalIos(counts: readonly PathCount[]): number {
  return counts.reduce((sum, { ios }) => sum + ios, 0);
}

/** Documentation/block/stat.rst of Linux: the first field counts reads, the fifth writes. */
function completed({ node }: PathView): number {
  const fields = readFileSync(`/sys/block/${node}/stat`, 'utf8').trim().split(/\s+/);
  return Number(fields[0]) + Number(fields[4]);
}
