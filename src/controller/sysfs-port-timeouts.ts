/** The port PortTimeouts over sysfs. */
import { writePortTimeouts, type PortTimeoutsOutcome, type PortTimeoutValues } from '../sysfs/port-timeouts.js';
import { Sysfs } from '../sysfs/sysfs.js';
import type { Devices, PortTimeouts } from './ports.js';

export class SysfsPortTimeouts implements PortTimeouts {
  readonly #devices: Pick<Devices, 'recheckPort'>;
  readonly #sysfs: Sysfs;

  constructor(devices: Pick<Devices, 'recheckPort'>, sysfs = new Sysfs()) {
    this.#devices = devices;
    this.#sysfs = sysfs;
  }

  write(name: string, values: PortTimeoutValues): PortTimeoutsOutcome {
    try {
      return writePortTimeouts(this.#sysfs, name, values);
    } finally {
      // Also where the kernel refused: the first of two values may be there.
      this.#devices.recheckPort(name);
    }
  }
}
