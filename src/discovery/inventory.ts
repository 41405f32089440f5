/** What has been told of each disk: turns readings into the inputs that differ from it. */

import { isDeepStrictEqual } from 'node:util';
import type { PathNumber } from '../base/ids.js';
import type { PathFacts } from './facts.js';
import type { DiscoveryInput, SkippedDisk } from './inputs.js';
import { distinctKey, KnownPaths } from './known-paths.js';
import { byDiskName } from './scan.js';
import type { Reading } from './scan.js';

export class Inventory {
  readonly #emit: (input: DiscoveryInput) => void;
  readonly #known = new KnownPaths();
  readonly #skipped = new Map<string, SkippedDisk>();
  /** Before the first whole scan nothing is told of paths: half of it would look like the truth. */
  #complete = false;

  constructor(emit: (input: DiscoveryInput) => void) {
    this.#emit = emit;
  }

  /** Takes in what was read of a disk. */
  apply(node: string, reading: Reading): void {
    switch (reading.kind) {
      case 'path':
        this.#skipped.delete(node);
        this.#present(distinctKey(reading.facts, this.#known));
        return;
      case 'skipped':
        this.#skip(reading.disk);
        return;
      case 'absent':
        this.forget(node);
    }
  }

  /** The disk is gone. */
  forget(node: string): void {
    this.#skipped.delete(node);
    this.#lose(node);
  }

  /** Every disk has been read: tells the whole. */
  complete(): void {
    this.#complete = true;
    const facts = this.#known.list().sort((a, b) => byDiskName(a.node, b.node));
    this.#emit({ kind: 'rescanned', facts });
  }

  /** The path with this number, once paths have been told. */
  told(number: PathNumber): PathFacts | null {
    return this.#complete ? (this.#known.withNumber(number) ?? null) : null;
  }

  /** Names of all disks that are known, paths and others. */
  nodes(): string[] {
    return [...this.#known.nodes(), ...this.#skipped.keys()];
  }

  get skipped(): readonly SkippedDisk[] {
    return [...this.#skipped.values()];
  }

  #present(facts: PathFacts): void {
    const before = this.#known.get(facts.node);
    if (isDeepStrictEqual(before, facts)) return;
    const same = before?.devT === facts.devT && before.wwid === facts.wwid && before.key === facts.key;
    // Another unit or another path behind the same node: the old one ends first, so that nobody mixes the two.
    if (!same) this.#lose(facts.node);
    this.#known.set(facts);
    if (this.#complete) this.#emit({ kind: 'path-present', facts });
  }

  #skip(disk: SkippedDisk): void {
    this.#lose(disk.node);
    if (isDeepStrictEqual(this.#skipped.get(disk.node), disk)) return;
    this.#skipped.set(disk.node, disk);
    this.#emit({ kind: 'path-skipped', ...disk });
  }

  #lose(node: string): void {
    const before = this.#known.get(node);
    if (before === undefined) return;
    this.#known.delete(node);
    if (this.#complete) this.#emit({ kind: 'path-gone', devT: before.devT, node });
  }
}
