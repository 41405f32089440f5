/** What discovery knows of a path device, all of it read from sysfs. Types only. */
import type { AccessState } from '../base/access-state.js';
import type { DevT, PathKey, PathNumber, Sectors, Wwid } from '../base/ids.js';
import type { SdevState } from '../sysfs/scsi-device.js';

/** `state` of a SCSI device. */
export type ScsiDeviceState = SdevState;

/** Why a device may not become a path: the first reason found. */
export type ClaimObstacle =
  | { readonly reason: 'mounted'; readonly by: string }
  | { readonly reason: 'swap'; readonly by: string }
  | { readonly reason: 'held'; readonly by: string };

/** One SCSI disk that leads to a logical unit. */
export interface PathFacts {
  readonly devT: DevT;
  /** Name under /dev, as "sdc". */
  readonly node: string;
  /** Name of its SCSI generic device under /dev, as "sg2"; null while the sg driver has none for it. */
  readonly sg: string | null;
  readonly number: PathNumber;
  readonly key: PathKey;
  readonly wwid: Wwid;
  readonly sizeSectors: Sectors;
  /** Device strings, trimmed and with control characters escaped. */
  readonly vendor: string;
  readonly product: string;
  readonly revision: string;
  readonly serial: string;
  readonly transport: 'fc' | 'iscsi' | 'sas' | 'loop' | 'other';
  /** Port names: WWPN, IQN or SAS address where the transport has them, else a place in the machine. */
  readonly initiatorPort: string;
  readonly targetPort: string;
  /** The kernel's name of the Fibre Channel port at the other end, as "rport-2:0-0"; null on other transports. */
  readonly remotePort: string | null;
  /** Target port group and relative target port from VPD page 0x83; null where the page has none. */
  readonly portGroup: number | null;
  readonly relativePort: number | null;
  /** From sysfs `access_state` where a device handler keeps it; null elsewhere. */
  readonly access: AccessState | null;
  readonly state: ScsiDeviceState;
  /** What else uses the device besides a multipath map; null when nothing does. */
  readonly obstacle: ClaimObstacle | null;
  /** dm names ("dm-3") that hold the device now. */
  readonly holders: readonly string[];
}
