/**
 * Sees that a path comes back with the size of its disk, and leaves where its disk is another one now.
 *
 * A disk whose size is read while its path is down is empty for the kernel (drivers/scsi/sd.c, sd_read_capacity), whoever
 * had it read, and no event tells when the size could be had again (block/genhd.c, set_capacity_and_notify). All I/O would
 * fail there. So scans leave out the disks of failed paths, and a failed path whose disk is empty is read again and probed
 * once more before it is used. A failed path whose disk answers as another logical unit is read anew as well: the kernel
 * does not do so by itself, and the path would never be one of the unit that it leads to.
 */
import { asPathManagerError, type PathManagerError } from '../base/errors.js';
import type { PathNumber, Wwid } from '../base/ids.js';
import type { ModelState, Path, ProbeAnswer } from '../model/types.js';
import { EmptyDisks, type EmptyDisksParts } from './empty-disks.js';
import type { EmptyDisk, Prober } from './ports.js';

export interface CapacitiesParts extends Pick<EmptyDisksParts, 'clock' | 'devices' | 'storage'> {
  readonly prober: Pick<Prober, 'request'>;
  readonly listener: { trouble(error: PathManagerError): void };
}

export class Capacities {
  readonly #parts: CapacitiesParts;
  readonly #state: () => Pick<ModelState, 'units'>;
  readonly #empty: EmptyDisks;
  readonly #reading = new Set<PathNumber>();
  /** Failed paths that a scan has left out: what it was for may concern them as well. */
  readonly #owed = new Set<PathNumber>();
  /** For which WWID a disk was read anew: once is enough, also where the kernel has its name from elsewhere. */
  readonly #readAs = new Map<PathNumber, string>();

  constructor(parts: CapacitiesParts, state: () => Pick<ModelState, 'units'>) {
    this.#parts = parts;
    this.#state = state;
    this.#empty = new EmptyDisks({
      clock: parts.clock,
      devices: parts.devices,
      storage: parts.storage,
      isOurs: (wwid) => state().units.has(wwid),
      trouble: (error) => parts.listener.trouble(error),
    });
  }

  /** A disk that is none of a path yet has no size: it is read until it has one. */
  foundEmpty(disk: EmptyDisk): void {
    this.#empty.found(disk);
  }

  close(): void {
    this.#empty.close();
  }

  /** Scans; the disks of failed paths are read when they are back. Gives what StorageScan gives. */
  scan(scope: string): Promise<boolean> {
    const failed = [...this.#state().units.values()].flatMap((unit) =>
      unit.paths.filter((path) => path.failure !== null).map((path) => path.facts.number),
    );
    for (const number of failed) this.#owed.add(number);
    return this.#parts.storage.scan(scope, failed);
  }

  /** The answer as it may be believed: a path without a size is not up yet. */
  believed(answer: ProbeAnswer): ProbeAnswer {
    const path = this.#pathOf(answer);
    if (path !== undefined) this.#followElsewhere(path.facts.number, answer.leadsTo);
    if (path === undefined || path.failure === null || answer.verdict !== 'up') return answer;
    const { number, devT } = path.facts;
    if (this.#parts.devices.isEmpty(devT)) {
      void this.#read(answer.wwid, path);
      return { ...answer, verdict: 'retry', outcome: 'its disk has no size yet, the kernel reads it again' };
    }
    if (this.#owed.delete(number)) void this.#scanOne(number);
    return answer;
  }

  async #read(wwid: Wwid, { key, facts }: Path): Promise<void> {
    if (this.#reading.has(facts.number)) return;
    this.#reading.add(facts.number);
    this.#owed.delete(facts.number);
    await this.#scanOne(facts.number);
    this.#reading.delete(facts.number);
    // Where that did not help the next round of the patrol is soon enough.
    if (!this.#parts.devices.isEmpty(facts.devT)) this.#parts.prober.request({ wwid, key, reason: 'transport' });
  }

  /** The disk answers, so reading it leaves nothing empty. */
  #followElsewhere(number: PathNumber, leadsTo: string | undefined): void {
    if (leadsTo === undefined) {
      this.#readAs.delete(number);
      return;
    }
    if (this.#readAs.get(number) === leadsTo) return;
    this.#readAs.set(number, leadsTo);
    this.#owed.delete(number);
    void this.#scanOne(number);
  }

  async #scanOne(number: PathNumber): Promise<void> {
    try {
      await this.#parts.storage.scan(number, []);
      this.#parts.devices.rescan();
    } catch (error) {
      this.#parts.listener.trouble(asPathManagerError(error));
    }
  }

  #pathOf({ wwid, key }: ProbeAnswer): Path | undefined {
    return this.#state()
      .units.get(wwid)
      ?.paths.find((path) => path.key === key);
  }
}
