/** The I/O counters of block devices, read with every round of the patrol. */
import { LiveAttribute } from '../../base/live-attribute.js';
import { countersOf } from '../../sysfs/block.js';
import type { IoCount } from './idle-clock.js';

export class IoCounts {
  readonly #root: string;
  readonly #attributes = new Map<string, LiveAttribute>();

  /** @param root where sysfs is mounted */
  constructor(root = '/sys') {
    this.#root = root;
  }

  /** Counters of a device by its name under /sys/block; null where it is gone. */
  read(node: string): IoCount | null {
    const attribute = this.#attributes.get(node) ?? new LiveAttribute(`${this.#root}/block/${node}/stat`);
    this.#attributes.set(node, attribute);
    const counters = countersOf(attribute.text() ?? '');
    return counters === null ? null : { completed: counters.reads + counters.writes, inFlight: counters.inFlight };
  }

  /** Closes what is kept open for devices that are not in the list. */
  keepOnly(nodes: ReadonlySet<string>): void {
    for (const [node, attribute] of this.#attributes) {
      if (nodes.has(node)) continue;
      attribute.close();
      this.#attributes.delete(node);
    }
  }
}
