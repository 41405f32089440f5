import type { DevT, MapName, Sectors } from './ids.js';

/** dm-multipath's path selectors that the project uses (drivers/md/dm-ps-*.c). */
export type SelectorName = 'round-robin' | 'queue-length' | 'service-time' | 'historical-service-time';

/** A path of a map as the kernel reports it. */
export interface MapPathFacts {
  readonly devT: DevT;
  readonly failed: boolean;
  /** Failures the kernel has counted since the table was loaded. */
  readonly failCount: number;
  /** I/O in flight by the selector's account: a count (queue-length) or bytes (service-time); null where it has none. */
  readonly inFlight: number | null;
}

/** A priority group of a map; `bypassed` groups carry I/O only when no other group has a usable path. */
export interface GroupFacts {
  /** "other" is a selector that the project does not use, in a table that somebody else loaded. */
  readonly selector: SelectorName | 'other';
  readonly state: 'active' | 'enabled' | 'bypassed';
  readonly paths: readonly MapPathFacts[];
}

/** Everything the kernel says of one multipath map: DM_DEV_STATUS, STATUSTYPE_TABLE and STATUSTYPE_INFO together. */
export interface MapFacts {
  readonly name: MapName;
  readonly uuid: string;
  readonly devT: DevT;
  readonly sizeSectors: Sectors;
  readonly readOnly: boolean;
  readonly suspended: boolean;
  /** False for a map that was created and never got a table. */
  readonly hasTable: boolean;
  readonly openCount: number;
  readonly eventNr: number;
  readonly queueIfNoPath: boolean;
  readonly groups: readonly GroupFacts[];
  /** The group in use or to be used next, 1-based; 0 where there is none. */
  readonly activeGroup: number;
}

/** A table to load: groups in the order in which the kernel tries them. */
export interface MapTable {
  readonly sizeSectors: Sectors;
  readonly queueIfNoPath: boolean;
  readonly groups: readonly { readonly selector: SelectorName; readonly paths: readonly DevT[] }[];
}
