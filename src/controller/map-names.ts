/**
 * The name under which a map is made: its logical unit's, unless another map has that.
 *
 * An import changes names at once, but a map that is there keeps its own until it is made anew, because programs have it
 * open or know it by that name. So where two units exchange their names and one of them is taken away and comes back, the
 * other one's map still has its name. That map is never renamed for it: who writes to "lu1" means what "lu1" leads to.
 */
import { mapName, mapUuid, type MapName, type Wwid } from '../base/ids.js';
import type { Unit } from '../model/types.js';
import type { KernelMaps } from './ports.js';

/** The longest name of a map. */
const LONGEST = 127;

export class MapNames {
  readonly #kernel: Pick<KernelMaps, 'read'>;
  readonly #last = new Map<Wwid, MapName>();

  constructor(kernel: Pick<KernelMaps, 'read'>) {
    this.#kernel = kernel;
  }

  /** The unit has a map of this name. */
  seen(wwid: Wwid, name: MapName): void {
    this.#last.set(wwid, name);
  }

  /**
   * The name for a map of a unit that has none: its own, the one that its last map had, or its own with "-2", "-3" and so
   * on. Where a device that is no multipath map has the name, it stays the unit's own, and the kernel says so.
   */
  forNew({ wwid, name }: Pick<Unit, 'wwid' | 'name'>): MapName {
    const last = this.#last.get(wwid);
    for (const wish of last === undefined ? [name] : [name, last]) if (this.#isFree(wwid, wish)) return wish;
    for (let number = 2; ; number += 1) {
      const suffix = `-${String(number)}`;
      const other = mapName(`${name.slice(0, LONGEST - suffix.length)}${suffix}`);
      if (this.#isFree(wwid, other)) return other;
    }
  }

  #isFree(wwid: Wwid, name: MapName): boolean {
    const holder = this.#kernel.read(name);
    return holder === null || holder.uuid === mapUuid(wwid);
  }
}
