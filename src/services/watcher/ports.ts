/** What the watcher needs of the world. */
import type { ReservationKey } from '../../base/reservation.js';
import type { PortGroupState, ProbeVerdict } from '../../model/types.js';
import type { PathView, SettingsView, UnitsView } from '../../model/view.js';
import type { IoCount } from './idle-clock.js';

export interface ProbeAnswer {
  readonly verdict: ProbeVerdict;
  readonly outcome: string;
  readonly latencyMs: number;
  /** The WWID that the disk names, where another one was expected. */
  readonly leadsTo?: string;
}

/** An answer on its way to the controller. */
export interface ReportedProbe extends ProbeAnswer {
  readonly wwid: string;
  readonly key: string;
  /** Whether the target lists the logical unit; only where the probe was in vain and the target could be asked. */
  readonly listed?: boolean;
}

/** SCSI to the paths. A path whose command hangs keeps it outstanding; it gets no second one until that has ended. */
export interface ScsiAccess {
  /**
   * TEST UNIT READY, and where `expected` names a WWID the question whether the path still leads there: a LUN that was
   * mapped anew answers as well as the old one. Null where the path still has a command outstanding, its host takes
   * none now, or its sg node has yet to come.
   */
  probe(path: PathView, expected: string | null, timeoutMs: number): Promise<ProbeAnswer | null>;
  /** REPORT TARGET PORT GROUPS; null where the path did not answer it. */
  portGroups(path: PathView, timeoutMs: number): Promise<readonly PortGroupState[] | null>;
  /** REPORT LUNS; null where the path did not answer it. */
  luns(path: PathView, timeoutMs: number): Promise<readonly string[] | null>;
  /** Closes what is kept open for devices that are not in the list. */
  keepOnly(sgNodes: ReadonlySet<string>): void;
  close(): void;
}

/** Counters of block devices. */
export interface IoCounters {
  /** Null where there is no such device any more. */
  read(node: string): IoCount | null;
  /** Closes what is kept open for devices that are not in the list. */
  keepOnly(nodes: ReadonlySet<string>): void;
}

export interface ReportBody {
  readonly probes: readonly ReportedProbe[];
  readonly access: readonly { wwid: string; groups: readonly PortGroupState[] }[];
  /** Reservation keys of the node that the array has no more. */
  readonly lostKeys: readonly { readonly wwid: string; readonly key: ReservationKey }[];
  /** Milliseconds until the next round of the patrol. */
  readonly nextRoundMs: number;
}

/** The controller, through its API. */
export interface ControllerLink {
  units(): Promise<UnitsView>;
  settings(): Promise<SettingsView>;
  report(body: ReportBody): Promise<void>;
}
