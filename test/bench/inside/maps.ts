// The multipath maps of the lab's kernel, watched through sysfs: a few reads a look, nothing that waits for a device.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { readAttribute } from '../../lab/inside/until.js';
import { labTool } from '../../lab/host/cache.js';

const pollMs = 50;

/**
 * Waits until so many multipath maps carry I/O over all of their paths and gives when that was, on performance.now();
 * undefined when it did not come true by `deadline`.
 */
export async function allMaps(wanted: number, paths: number, deadline: number): Promise<number | undefined> {
  const complete = new Set<string>();
  for (;;) {
    const maps = dmDevices();
    // Only when there are enough of them is it worth to look into each.
    if (maps.length >= wanted) {
      for (const map of maps) if (!complete.has(map) && isComplete(map, paths)) complete.add(map);
      if (complete.size >= wanted) return performance.now();
    }
    if (performance.now() > deadline) return undefined;
    await sleep(pollMs);
  }
}

/** How many maps there are, complete or not. */
export function mapCount(): number {
  return dmDevices().length;
}

/** Removes every map of device-mapper; none may be open. */
export function removeAllMaps(): void {
  const result = spawnSync(labTool('dmsetup'), ['remove_all', '--noudevsync', '--force'], { encoding: 'utf8' });
  if (mapCount() > 0) throw new Error(`Could not remove all maps: ${result.stderr.trim()}`);
}

function dmDevices(): string[] {
  return readdirSync('/sys/block').filter((name) => name.startsWith('dm-'));
}

/** The kernel gives a map its size when a table becomes active, and lists its paths as soon as a table is loaded. */
function isComplete(map: string, paths: number): boolean {
  const attribute = (name: string): string => readAttribute(`/sys/block/${map}/${name}`) ?? '';
  return (
    attribute('dm/uuid').startsWith('mpath-') &&
    attribute('size') !== '0' &&
    attribute('dm/suspended') === '0' &&
    readdirSync(`/sys/block/${map}/slaves`).length === paths
  );
}
