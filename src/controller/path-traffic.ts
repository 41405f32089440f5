/** The port PathTraffic over the counters that the kernel keeps of each block device. */
import type { Clock } from '../base/clock.js';
import type { DevT } from '../base/ids.js';
import { ioCountersOf } from '../sysfs/block.js';
import { Sysfs } from '../sysfs/sysfs.js';
import type { PathTraffic } from './ports.js';

const SAMPLE_MS = 100;
/** An array that is merely busy ends at least one command in this time. */
const STUCK_MS = 1_000;

export class SysfsTraffic implements PathTraffic {
  readonly #clock: Clock;
  readonly #sysfs: Sysfs;

  constructor(clock: Clock, sysfs = new Sysfs()) {
    this.#clock = clock;
    this.#sysfs = sysfs;
  }

  async stuck(devices: readonly DevT[]): Promise<DevT | null> {
    let still = this.#busy(devices);
    for (let waited = 0; still.size > 0 && waited < STUCK_MS; waited += SAMPLE_MS) {
      await new Promise<void>((resolve) => void this.#clock.after('sample I/O', SAMPLE_MS, resolve));
      const now = this.#busy([...still.keys()]);
      still = new Map([...now].filter(([device, completed]) => completed === still.get(device)));
    }
    return [...still.keys()][0] ?? null;
  }

  /** The devices with I/O in flight, each with the number of requests that it has completed. */
  #busy(devices: readonly DevT[]): Map<DevT, number> {
    const busy = new Map<DevT, number>();
    for (const device of devices) {
      const counters = ioCountersOf(this.#sysfs, device);
      if (counters !== null && counters.inFlight > 0) busy.set(device, counters.reads + counters.writes);
    }
    return busy;
  }
}
