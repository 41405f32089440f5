/** What has been told of each disk: turns readings into the inputs that differ from it. */

import { isDeepStrictEqual } from 'node:util';
import type { PathNumber } from '../base/ids.js';
import type { PathFacts } from './facts.js';
import type { DiscoveryInput, PathLoss, SkippedDisk } from './inputs.js';
import { distinctKey, KnownPaths, numberedKey } from './known-paths.js';
import type { RemotePort } from './remote-port.js';
import { byDiskName } from './scan.js';
import type { PathReading, Reading } from './scan.js';

type SkippedReading = Extract<Reading, { kind: 'skipped' }>;

/** States that a device leaves when its port is back (drivers/scsi/scsi_lib.c, scsi_internal_device_unblock). */
const HELD_BACK: ReadonlySet<PathFacts['state']> = new Set(['blocked', 'created-blocked', 'transport-offline']);

const REMOVED: PathLoss = { reason: 'removed' };

export class Inventory {
  readonly #emit: (input: DiscoveryInput) => void;
  readonly #known = new KnownPaths();
  readonly #sequences = new Map<string, number | null>();
  readonly #skipped = new Map<string, SkippedDisk>();
  /** Before the first whole scan nothing is told of paths: half of it would look like the truth. */
  #complete = false;

  constructor(emit: (input: DiscoveryInput) => void) {
    this.#emit = emit;
  }

  /**
   * Ends what is known of the node where it is another path now. Gives the node under which the new path is known: where
   * that has not been read since, it must be before `apply`, or a path that changed its name would look like a second one.
   */
  displace(node: string, reading: Reading): string | null {
    if (reading.kind !== 'path') return null;
    this.#endAnother(node, reading);
    const { wwid, key } = reading.facts;
    const owner = this.#known.withIdentity(wwid, key)?.node;
    return owner === undefined || owner === node ? null : owner;
  }

  /** Takes in what was read of a disk. */
  apply(node: string, reading: Reading): void {
    switch (reading.kind) {
      case 'path':
        this.#skipped.delete(node);
        this.#present(reading);
        return;
      case 'skipped':
        if (!this.#hasLostItsSize(reading)) this.#skip(reading.disk);
        return;
      case 'absent':
        this.forget(node);
    }
  }

  /** The disk is gone. */
  forget(node: string): void {
    this.#skipped.delete(node);
    this.#lose(node, REMOVED);
  }

  /** Every disk has been read: tells the whole, with the remote ports that are known. */
  complete(ports: readonly RemotePort[]): void {
    this.#complete = true;
    const facts = this.#known.list().sort((a, b) => byDiskName(a.node, b.node));
    this.#emit({ kind: 'rescanned', facts, ports });
  }

  /** True once the whole was told. */
  get isComplete(): boolean {
    return this.#complete;
  }

  withNumber(number: PathNumber): PathFacts | null {
    return this.#known.withNumber(number) ?? null;
  }

  /** Names of the paths that the transport had blocked or taken offline when they were read, of those behind the ports. */
  heldBack(ports: ReadonlySet<string>): readonly string[] {
    const held = this.#known.list().filter(({ state, remotePort }) => {
      return remotePort !== null && HELD_BACK.has(state) && ports.has(remotePort);
    });
    return held.map(({ node }) => node);
  }

  /** Names of all disks that are known, paths and others. */
  nodes(): string[] {
    return [...this.#known.nodes(), ...this.#skipped.keys()];
  }

  get skipped(): readonly SkippedDisk[] {
    return [...this.#skipped.values()];
  }

  #present(reading: PathReading): void {
    const { node } = reading.facts;
    this.#endAnother(node, reading);
    const before = this.#known.get(node);
    // A key must not change while the path is there, also when the one that it had to be distinct from goes.
    const facts =
      before === undefined ? distinctKey(reading.facts, this.#known) : { ...reading.facts, key: before.key };
    if (isDeepStrictEqual(before, facts)) return;
    this.#known.set(facts);
    this.#sequences.set(node, reading.sequence);
    if (this.#complete) this.#emit({ kind: 'path-present', facts });
  }

  /** Another disk, unit or path behind the same node: the old one ends first, so that nobody mixes the two. */
  #endAnother(node: string, reading: PathReading): void {
    if (!this.#isSame(node, reading)) this.#lose(node, this.#lossBy(reading));
  }

  /** The same disk that names another unit was mapped anew by the array; anything else took the place of the old one. */
  #lossBy({ facts, sequence }: PathReading): PathLoss {
    const before = this.#known.get(facts.node);
    const isSameDisk = before?.devT === facts.devT && this.#sequences.get(facts.node) === sequence;
    if (!isSameDisk || before.number !== facts.number || before.wwid === facts.wwid) return REMOVED;
    return { reason: 'identity-changed', from: before.wwid, to: facts.wwid };
  }

  /**
   * True where the node is still the path that is known. A disk that came back while its events were lost looks the same
   * but for its sequence number; a map that has it still holds the dead one.
   */
  #isSame(node: string, { facts, sequence }: PathReading): boolean {
    const before = this.#known.get(node);
    if (before?.devT !== facts.devT || this.#sequences.get(node) !== sequence) return false;
    return before.wwid === facts.wwid && (before.key === facts.key || before.key === numberedKey(facts));
  }

  /**
   * True where the disk of a path is read as empty: somebody had its size read while the path was down (drivers/scsi/sd.c,
   * sd_read_capacity). It is that path none the less, and who uses it again has to see to its size first.
   */
  #hasLostItsSize({ disk, sequence }: SkippedReading): boolean {
    const known = this.#known.get(disk.node);
    const isSame = known !== undefined && known.devT === disk.devT && this.#sequences.get(disk.node) === sequence;
    return isSame && disk.reason === 'no-capacity';
  }

  #skip(disk: SkippedDisk): void {
    this.#lose(disk.node, REMOVED);
    if (isDeepStrictEqual(this.#skipped.get(disk.node), disk)) return;
    this.#skipped.set(disk.node, disk);
    this.#emit({ kind: 'path-skipped', ...disk });
  }

  #lose(node: string, loss: PathLoss): void {
    const before = this.#known.get(node);
    if (before === undefined) return;
    this.#known.delete(node);
    this.#sequences.delete(node);
    if (this.#complete) this.#emit({ kind: 'path-gone', devT: before.devT, node, ...loss });
  }
}
