/** Keeps what udev is told of disks and maps in step with the model. */
import type { Wwid } from '../base/ids.js';
import type { PathFacts } from '../discovery/facts.js';
import type { Unit } from '../model/types.js';
import type { UdevMarks } from './ports.js';

export class Marking {
  readonly #marks: Pick<UdevMarks, 'claim' | 'release' | 'mapReady'>;
  readonly #unit: (wwid: Wwid) => Unit | undefined;
  /** Units whose disks were given back, because no map can be made of them. */
  readonly #givenBack = new Set<Wwid>();

  constructor(marks: Pick<UdevMarks, 'claim' | 'release' | 'mapReady'>, unit: (wwid: Wwid) => Unit | undefined) {
    this.#marks = marks;
    this.#unit = unit;
  }

  /**
   * Disks were looked at: those that are ours are claimed, the others given back. A unit's disks are ours as long as it has
   * one of them, and not where they were given back because of its map.
   */
  disks(seen: readonly PathFacts[], ours: readonly PathFacts[]): void {
    const units = new Set(ours.map((facts) => facts.wwid));
    for (const { devT, wwid } of ours) if (!this.#givenBack.has(wwid)) this.#marks.claim(devT, wwid);
    for (const { devT, wwid } of seen) {
      const paths = this.#unit(wwid)?.paths.length ?? 0;
      if (paths === 0 && !units.has(wwid)) this.#marks.release(devT, wwid);
    }
  }

  /** A unit is not as it was. */
  unit(wwid: Wwid): void {
    const unit = this.#unit(wwid);
    if (unit === undefined) return;
    this.#giveBack(unit, unit.unmade?.givenUp === true);
    if (unit.map === null) return;
    const usable = unit.paths.some((path) => path.shown !== 'failed');
    this.#marks.mapReady(unit.map.name, unit.map.devT, usable);
  }

  #giveBack({ wwid, paths }: Unit, back: boolean): void {
    if (back === this.#givenBack.has(wwid)) return;
    if (back) this.#givenBack.add(wwid);
    else this.#givenBack.delete(wwid);
    for (const { facts } of paths) this.#marks[back ? 'release' : 'claim'](facts.devT, wwid);
  }
}
