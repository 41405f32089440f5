/**
 * Has disks read again that the kernel takes for empty, until they have a size and can be paths.
 *
 * The kernel makes such a disk of one whose size it reads while the path is down (drivers/scsi/sd.c, sd_read_capacity).
 * One that is a path already is seen to by Capacities. One that is empty when the controller starts is none, so nobody
 * probes it, and no event tells when it answers: the kernel is asked to look again from time to time.
 */
import type { Clock, Timer } from '../base/clock.js';
import { asPathManagerError, type PathManagerError } from '../base/errors.js';
import type { DevT, Wwid } from '../base/ids.js';
import type { Devices, EmptyDisk, StorageScan } from './ports.js';

export interface EmptyDisksParts {
  readonly clock: Clock;
  readonly devices: Pick<Devices, 'isEmpty' | 'rescan'>;
  readonly storage: StorageScan;
  /** True where the logical unit is known: other empty disks are none of ours. */
  isOurs(wwid: Wwid): boolean;
  trouble(error: PathManagerError): void;
}

/** From one look to the next, twice as long each time. */
const FIRST_MS = 2_000;
const LONGEST_MS = 60_000;
/** After a look that storage has not answered: it sits in the kernel for minutes, and each one more holds a process. */
const HUNG_MS = 600_000;

export class EmptyDisks {
  readonly #parts: EmptyDisksParts;
  readonly #disks = new Map<DevT, EmptyDisk>();
  #delay = FIRST_MS;
  #timer: Timer | null = null;
  #looking = false;
  #closed = false;

  constructor(parts: EmptyDisksParts) {
    this.#parts = parts;
  }

  /** A disk is empty: it is read again, soon at first. */
  found(disk: EmptyDisk): void {
    this.#disks.set(disk.devT, disk);
    this.#delay = FIRST_MS;
    if (!this.#looking) this.#lookIn(FIRST_MS);
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  #lookIn(delay: number): void {
    this.#timer?.cancel();
    if (this.#closed) return;
    this.#timer = this.#parts.clock.after('look at empty disks', delay, () => void this.#look());
  }

  async #look(): Promise<void> {
    this.#looking = true;
    // Somebody else may have had them read, or they are gone.
    this.#forgetOthers();
    this.#delay = Math.min(LONGEST_MS, this.#delay * 2);
    const finished = await this.#readAll();
    if (this.#forgetOthers() > 0 && !this.#closed) this.#parts.devices.rescan();
    this.#looking = false;
    if (this.#disks.size > 0) this.#lookIn(finished ? this.#delay : HUNG_MS);
  }

  /** Lets go of the disks that are not empty (any more); gives how many. */
  #forgetOthers(): number {
    const others = [...this.#disks.keys()].filter((devT) => !this.#parts.devices.isEmpty(devT));
    for (const devT of others) this.#disks.delete(devT);
    return others.length;
  }

  async #readAll(): Promise<boolean> {
    const ours = [...this.#disks.values()].filter(({ wwid }) => this.#parts.isOurs(wwid));
    try {
      const finished = await Promise.all(ours.map(({ number }) => this.#parts.storage.scan(number, [])));
      return finished.every(Boolean);
    } catch (error) {
      this.#parts.trouble(asPathManagerError(error));
      return true;
    }
  }
}
