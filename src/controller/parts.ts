/** What a controller is made of, and whom it tells. */
import type { Clock } from '../base/clock.js';
import type { PathManagerError } from '../base/errors.js';
import type { Wwid } from '../base/ids.js';
import type { EventRecord } from '../model/catalogue.js';
import type { Claims } from './claims.js';
import type {
  Devices,
  DiskRemoval,
  KernelMaps,
  MapNodes,
  PathTraffic,
  PortTimeouts,
  Prober,
  ReservationOrders,
  StorageScan,
  Store,
  UdevMarks,
} from './ports.js';

/** What the controller tells whoever runs it. */
export interface ControllerListener {
  record(record: EventRecord): void;
  /** Units whose state changed. */
  changed(units: readonly Wwid[]): void;
  settingsChanged(): void;
  /** Something did not work that is no event of a unit. */
  trouble(error: PathManagerError): void;
}

export interface ControllerParts {
  readonly clock: Clock;
  readonly kernel: KernelMaps;
  readonly devices: Devices;
  readonly prober: Prober;
  readonly orders: ReservationOrders;
  readonly store: Store;
  readonly nodes: MapNodes;
  readonly traffic: PathTraffic;
  readonly claims: Claims;
  readonly marks: UdevMarks;
  readonly storage: StorageScan;
  readonly removal: DiskRemoval;
  readonly portTimeouts: PortTimeouts;
  readonly listener: ControllerListener;
}
