// What the kernel's maps say of the paths behind a port, looked at again and again without anybody's daemon.
import { setTimeout as sleep } from 'node:timers/promises';
import type { MapName } from '../../../../src/base/ids.js';
import { listMaps, readMap } from '../../../../src/dm/maps.js';
import type { FcArray } from '../../../lab/fc/inside/fc-array.js';
import { deviceNumber, dmNode } from '../../../lab/inside/system.js';

/** So often it is looked; with many maps a look takes longer. */
const pollMs = 5;

export class MapWatch {
  readonly #array: FcArray;
  readonly #maps: ReadonlyMap<string, { readonly name: MapName; readonly device: string }>;

  /** Every LUN has its map. */
  constructor(array: FcArray) {
    this.#array = array;
    const maps = listMaps();
    this.#maps = new Map(
      array.lunNames.map((lun) => {
        // By its path: the sides do not give it the same name, nor take the same identity for its uuid.
        const devT = deviceNumber(array.findDisk(lun, 0) ?? '');
        const map = maps.find(({ groups }) => groups.some(({ paths }) => paths.some((path) => path.devT === devT)));
        if (map === undefined) throw new Error(`"${lun}" has no map`);
        return [lun, { name: map.name, device: `/dev/${dmNode(map)}` }];
      }),
    );
  }

  deviceOf(lun: string): string {
    return this.#of(lun).device;
  }

  /**
   * Waits until the path behind the port is failed, or active, in every map.
   * @returns when that was so of the first LUN, and of all, on performance.now(); NaN where it was not by `deadline`
   */
  async paths(
    port: number,
    state: 'failed' | 'active',
    deadline: number,
  ): Promise<{ readonly first: number; readonly all: number }> {
    const open = new Map(
      this.#array.lunNames.map((lun) => [lun, deviceNumber(this.#array.findDisk(lun, port) ?? '')] as const),
    );
    const [firstLun = ''] = open.keys();
    let first = NaN;
    while (performance.now() < deadline) {
      for (const [lun, devT] of open) {
        // One that is not so yet: the others are no sooner looked at than this one.
        if (!this.#is(lun, devT, state)) break;
        if (lun === firstLun) first = performance.now();
        open.delete(lun);
      }
      if (open.size === 0) return { first, all: performance.now() };
      await sleep(pollMs);
    }
    return { first, all: NaN };
  }

  #is(lun: string, devT: string, state: 'failed' | 'active'): boolean {
    const path = readMap(this.#of(lun).name)
      ?.groups.flatMap((group) => group.paths)
      .find((each) => each.devT === devT);
    return path !== undefined && path.failed === (state === 'failed');
  }

  #of(lun: string): { readonly name: MapName; readonly device: string } {
    const map = this.#maps.get(lun);
    if (map === undefined) throw new Error(`There is no LUN "${lun}"`);
    return map;
  }
}
