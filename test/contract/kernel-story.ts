/** What the contract suite needs of a kernel, and the words its stories are told in. */
import { expect } from 'chai';
import type { ErrorCode } from '../../src/base/errors.js';
import { hasErrno, PathManagerError } from '../../src/base/errors.js';
import type { DevT, MapName, Sectors } from '../../src/base/ids.js';
import { mapName, wwid } from '../../src/base/ids.js';
import type { MapFacts, MapTable, SelectorName } from '../../src/base/map-facts.js';
import type { KernelMaps } from '../../src/controller/ports.js';
import type { MapMessage } from '../../src/model/types.js';

/** A kernel with four disks that are paths to one logical unit, and what a test does to them. */
export interface KernelHarness {
  readonly maps: KernelMaps;
  readonly disks: readonly [DevT, DevT, DevT, DevT];
  readonly sizeSectors: Sectors;
  /** From now on I/O to the disk fails. */
  breakDisk(disk: DevT): void;
  mendDisk(disk: DevT): void;
  /** Reads through a map; unsettled as long as the kernel keeps the I/O. */
  read(name: MapName): Promise<'done' | 'failed'>;
  open(name: MapName): { close(): void };
  suspend(name: MapName): void;
  createEmpty(name: MapName, uuid: string): void;
  /** Loads a table that does not come into use. */
  loadOnly(name: MapName, table: MapTable): void;
  /** Resolves when `look` holds. */
  until(what: string, look: () => boolean): Promise<void>;
  /** Removes the maps and gives everything back. */
  close(): Promise<void> | void;
}

// Names of their own: whatever else there is stays untouched.
export const name = mapName('pathmanager-contract');
export const otherName = mapName('pathmanager-contract-other');
export const id = wwid('3contract0000000000000001');
export const otherId = wwid('3contract0000000000000002');

/** Expects the error with the code, and with the errno where one is given. */
export async function refused(attempt: () => unknown, code: ErrorCode, number?: number): Promise<void> {
  try {
    await attempt();
  } catch (error) {
    expect(error).to.be.instanceOf(PathManagerError).with.property('code', code);
    if (number !== undefined) expect(hasErrno(error, number), String(error)).to.equal(true);
    return;
  }
  expect.fail(`not refused with ${code}`);
}

/** One map on a kernel, created, steered and looked at. A kernel is there while a test runs, from `begin` to `end`. */
export class KernelStory {
  #kernel: KernelHarness | undefined;
  #events: string[] = [];

  begin(kernel: KernelHarness): void {
    const events: string[] = [];
    this.#kernel = kernel;
    this.#events = events;
    kernel.maps.watch((map, what) => events.push(`${what} ${map}`));
  }

  async end(): Promise<void> {
    const kernel = this.#kernel;
    this.#kernel = undefined;
    await kernel?.close();
  }

  get kernel(): KernelHarness {
    if (this.#kernel === undefined) throw new Error('There is no kernel yet');
    return this.#kernel;
  }

  get maps(): KernelMaps {
    return this.kernel.maps;
  }

  /** A table of service-time groups. */
  table(...groups: DevT[][]): MapTable {
    return this.tableOf('service-time', ...groups);
  }

  tableOf(selector: SelectorName, ...groups: DevT[][]): MapTable {
    const { sizeSectors } = this.kernel;
    return { sizeSectors, queueIfNoPath: true, groups: groups.map((paths) => ({ selector, paths })) };
  }

  create(table: MapTable): Promise<void> {
    return this.maps.change({ kind: 'create', name, wwid: id, table });
  }

  reload(table: MapTable, resize = false): Promise<void> {
    return this.maps.change({ kind: 'reload', name, table, resize });
  }

  send(message: MapMessage): void {
    this.maps.message(name, message);
  }

  facts(): MapFacts {
    const facts = this.maps.read(name);
    if (facts === null) throw new Error(`There is no map "${name}"`);
    return facts;
  }

  states(): string[] {
    return this.facts().groups.map((group) => group.state);
  }

  failed(): DevT[] {
    return this.facts().groups.flatMap((group) => group.paths.filter((path) => path.failed).map((path) => path.devT));
  }

  /** Resolves when the event has been told. */
  told(event: 'changed' | 'added' | 'removed'): Promise<void> {
    return this.kernel.until(`"${event}" is told`, () => this.#events.includes(`${event} ${name}`));
  }

  /** Reads, which must succeed, and gives the group that the kernel chose for it. */
  async chosenGroup(): Promise<number> {
    expect(await this.kernel.read(name)).to.equal('done');
    return this.facts().activeGroup;
  }
}
