/** One map of the kernel, as far as `plan` can move it; the multipath target in it is the one the contract suite checks. */
import {
  devT,
  mapName,
  mapUuid,
  sectors,
  type DevT,
  type MapName,
  type Sectors,
  type Wwid,
} from '../../src/base/ids.js';
import type { MapFacts, MapTable } from '../../src/base/map-facts.js';
import type { MapOperation, WantedMap } from '../../src/model/types.js';
import { FakeMultipath } from './fake-multipath.js';

export class KernelGroupModel {
  target: FakeMultipath | null = null;
  exists = false;
  suspended = false;
  openCount = 1;
  sizeSectors: Sectors = sectors(0);
  /** Called after each operation: the place for I/O and for checks in between. */
  afterEach: () => void = () => undefined;
  readonly #wwid: Wwid;
  readonly #name: MapName;

  constructor(wwid: Wwid, name = mapName('lu0')) {
    this.#wwid = wwid;
    this.#name = name;
  }

  get facts(): MapFacts | null {
    if (!this.exists) return null;
    return {
      name: this.#name,
      uuid: mapUuid(this.#wwid),
      devT: devT('253:0'),
      sizeSectors: this.sizeSectors,
      readOnly: false,
      suspended: this.suspended,
      hasTable: this.target !== null,
      openCount: this.openCount,
      eventNr: 0,
      queueIfNoPath: this.target?.queueIfNoPath === true,
      groups: this.target?.groups ?? [],
      activeGroup: this.target?.activeGroup ?? 0,
    };
  }

  /** Devices of the table that the kernel holds for good. */
  get usable(): readonly DevT[] {
    const paths = this.target?.groups.flatMap((group) => group.paths) ?? [];
    return paths.filter((path) => !path.failed).map((path) => path.devT);
  }

  load(table: MapTable): void {
    this.exists = true;
    this.suspended = false;
    this.sizeSectors = table.sizeSectors;
    this.target = new FakeMultipath(table, () => undefined);
  }

  /** Carries out what `plan` says for `wanted`. Throws where the kernel would refuse. */
  carryOut(operations: readonly MapOperation[], wanted: WantedMap | null): void {
    for (const operation of operations) {
      this.#carryOut(operation, wanted);
      this.afterEach();
    }
  }

  #carryOut(operation: MapOperation, wanted: WantedMap | null): void {
    switch (operation.kind) {
      case 'create':
      case 'reload':
        if (wanted === null || wanted.groups.length === 0) throw new Error('a table without groups was planned');
        if (this.exists !== (operation.kind === 'reload'))
          throw new Error(`${operation.kind}: the map is there or not`);
        this.load(tableOf(wanted));
        break;
      case 'resume':
        if (this.target === null) throw new Error('a map without a table cannot be resumed');
        this.suspended = false;
        break;
      case 'remove':
        if (this.openCount > 0) throw new Error('an open map cannot be removed');
        this.exists = false;
        this.target = null;
        break;
      case 'message':
        if (this.suspended) throw new Error('a suspended map takes no messages');
        if (this.target?.message(operation.message) !== 0) throw new Error('the kernel refuses the message');
        break;
    }
  }
}

function tableOf(wanted: WantedMap): MapTable {
  return {
    sizeSectors: wanted.sizeSectors,
    queueIfNoPath: wanted.queueIfNoPath,
    groups: wanted.groups.map(({ selector, paths }) => ({ selector, paths: paths.map((path) => path.devT) })),
  };
}
