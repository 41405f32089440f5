// When the kernel's maps took the paths behind a port for failed, and for active again.
import { setTimeout as sleep } from 'node:timers/promises';
import type { MapFacts } from '../../../../src/base/map-facts.js';
import { listMaps, readMap } from '../../../../src/dm/maps.js';
import type { FcArray } from '../../../lab/fc/inside/fc-array.js';
import { deviceNumber, dmNode } from '../../../lab/inside/system.js';
import type { KernelLog } from './kernel-log.js';

/**
 * So often it is looked whether all are there. Looking costs as much CPU as the daemons need meanwhile, so it is seldom,
 * and the times are those of the kernel's log.
 */
const pollMs = 250;

type PathState = 'failed' | 'active';

type Watched = Pick<MapFacts, 'name' | 'devT'>;

export class MapWatch {
  readonly #array: FcArray;
  readonly #log: KernelLog;
  readonly #maps: ReadonlyMap<string, Watched>;

  /** Every LUN has its map. */
  constructor(array: FcArray, log: KernelLog) {
    this.#array = array;
    this.#log = log;
    const maps = listMaps();
    this.#maps = new Map(
      array.lunNames.map((lun) => {
        // By its path: the sides do not give it the same name, nor take the same identity for its uuid.
        const devT = deviceNumber(array.findDisk(lun, 0) ?? '');
        const map = maps.find(({ groups }) => groups.some(({ paths }) => paths.some((path) => path.devT === devT)));
        if (map === undefined) throw new Error(`"${lun}" has no map`);
        return [lun, map];
      }),
    );
  }

  deviceOf(lun: string): string {
    return `/dev/${dmNode(this.#of(lun))}`;
  }

  /**
   * Waits until the path behind the port is failed, or active, in every map.
   * @returns when that was so of the first LUN, and of all, on the log's clock; NaN where it was not within the time
   */
  async paths(
    port: number,
    state: PathState,
    withinMs: number,
  ): Promise<{ readonly first: number; readonly all: number }> {
    const paths = new Map(
      this.#array.lunNames.map((lun) => [lun, deviceNumber(this.#array.findDisk(lun, port) ?? '')] as const),
    );
    const deadline = performance.now() + withinMs;
    while (![...paths].every(([lun, devT]) => this.#is(lun, devT, state))) {
      if (performance.now() > deadline) return { first: NaN, all: NaN };
      await sleep(pollMs);
    }
    const times = this.#logged(paths, state, this.#log);
    return { first: times[0] ?? NaN, all: Math.max(...times) };
  }

  #is(lun: string, devT: string, state: PathState): boolean {
    const path = readMap(this.#of(lun).name)
      ?.groups.flatMap((group) => group.paths)
      .find((each) => each.devT === devT);
    return path !== undefined && path.failed === (state === 'failed');
  }

  /**
   * The last time at which the log says so of each path (drivers/md/dm-mpath.c, fail_path and reinstate_path). A path that a
   * new table made active has no line there: what counts is when it was seen, which is now.
   */
  #logged(paths: ReadonlyMap<string, string>, state: PathState, log: KernelLog): number[] {
    const verb = state === 'failed' ? 'Failing' : 'Reinstating';
    const lines = log.lines();
    const wanted = [...paths].map(([lun, devT]) => `${this.#of(lun).devT}: ${verb} path ${devT}.`);
    const found = wanted.map((text) => lines.findLast((line) => line.text.endsWith(text))?.at);
    return found.includes(undefined) ? this.#seenNow(found) : found.map((at) => at ?? NaN);
  }

  #seenNow(found: readonly (number | undefined)[]): number[] {
    const now = this.#log.now();
    return found.map((at) => at ?? now);
  }

  #of(lun: string): Watched {
    const map = this.#maps.get(lun);
    if (map === undefined) throw new Error(`There is no LUN "${lun}"`);
    return map;
  }
}
