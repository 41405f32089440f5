/** What the API shows of the model: plain JSON objects. These shapes are the API's contract. */
import type { AccessState } from '../base/access-state.js';
import type { ErrorCode } from '../base/errors.js';
import type { MapFacts } from '../base/map-facts.js';
import { isLive } from './availability.js';
import { catalogue, type EventId, type EventLevel, type EventRecord } from './catalogue.js';
import type { MissingPart, SettingChange } from './portable.js';
import { portView, type PortView } from './ports/view.js';
import { mayCarry } from './reservations/standing.js';
import type { UnitReservationView } from './reservations/types.js';
import type { BalanceMode, FailureCause, ModelState, NoPathPolicy, Path, PathState, Unit } from './types.js';

export interface PathView {
  /** Persistent identity within the logical unit. */
  readonly key: string;
  /** "4:0:0:1" */
  readonly number: string;
  readonly node: string;
  readonly devT: string;
  readonly sg: string | null;
  readonly priority: number;
  readonly enabled: boolean;
  readonly state: PathState;
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly failure: { readonly cause: FailureCause; readonly since: number; readonly detail: string } | null;
  readonly failureCount: number;
  readonly access: AccessState | null;
  readonly portGroup: number | null;
  readonly initiatorPort: string;
  readonly targetPort: string;
  /** Of Fibre Channel; null on other transports, and where it is not known. */
  readonly remotePort: PortView | null;
  readonly transport: string;
  readonly deviceState: string;
  /** Whether the node's reservation key is registered on this path; null where the unit has no key. */
  readonly registered: boolean | null;
  /** Since when the array has not listed the logical unit for this path; null where it does. Milliseconds since 1970. */
  readonly vanishedSince: number | null;
  readonly lastProbe: {
    readonly at: number;
    readonly verdict: string;
    readonly outcome: string;
    readonly latencyMs: number;
  } | null;
}

export interface UnitView {
  readonly number: number;
  readonly wwid: string;
  readonly name: string;
  readonly vendor: string;
  readonly product: string;
  readonly revision: string;
  readonly serial: string;
  readonly sizeBytes: number;
  readonly balance: BalanceMode;
  readonly noPath: NoPathPolicy;
  /** The map as the kernel has it; null while there is none. */
  readonly map: {
    readonly devT: string;
    /** "dm-3" */
    readonly node: string;
    readonly suspended: boolean;
    readonly openCount: number;
    readonly queueIfNoPath: boolean;
    readonly groups: readonly {
      readonly selector: string;
      readonly state: 'active' | 'enabled' | 'bypassed';
      readonly paths: readonly { readonly devT: string; readonly failed: boolean }[];
    }[];
  } | null;
  /** I/O is waiting or would wait now because no path is left. */
  readonly queueing: boolean;
  readonly pathlessSince: number | null;
  readonly problem: { readonly code: string; readonly message: string; readonly since: number } | null;
  /** The node's reservation key; null where it has none. */
  readonly reservation: UnitReservationView | null;
  readonly paths: readonly PathView[];
}

export interface UnitsView {
  /** Sequence number of the last event that this answer contains. */
  readonly sequence: number;
  readonly units: readonly UnitView[];
}

export interface SettingsView {
  readonly failback: 'active' | 'standby';
  readonly cluster: boolean;
  /** In cluster mode: balanced units are allowed. */
  readonly clusterBalancing: boolean;
  readonly watcher: {
    readonly healthCheck: boolean;
    readonly recoveryCheck: boolean;
    readonly intervalSec: number;
    readonly thresholdSec: number;
    readonly timeoutSec: number;
  };
}

/** A record of the catalogue as the event stream carries it. */
export interface RecordView {
  readonly id: EventId;
  readonly level: EventLevel;
  readonly title: string;
  readonly at: number;
  readonly wwid: string | null;
  readonly unit: number | null;
  readonly path: string | null;
  readonly detail: string;
}

/** The controller asks the watcher for a probe. */
export interface ProbeRequestView {
  readonly wwid: string;
  readonly key: string;
  readonly sg: string | null;
  readonly devT: string;
  readonly reason: string;
}

export interface HealthView {
  /** The first inventory stands and every map has been looked at. */
  readonly ready: boolean;
  readonly name: string;
  readonly version: string;
  readonly pid: number;
  readonly startedAt: number;
  readonly watcher: boolean;
  readonly units: number;
  readonly paths: number;
}

/** What an import would change. `refusal`: why it would not be done. */
export interface ImportPreviewView extends ImportedView {
  readonly refusal: { readonly code: ErrorCode; readonly message: string } | null;
}

/** What an import changed, and what it left out because nobody knows it here. */
export interface ImportedView {
  readonly changes: readonly SettingChange[];
  readonly missing: readonly MissingPart[];
}

/** The units that are there: those with a path or a map, by number. */
export function unitsView(state: ModelState, sequence: number): UnitsView {
  const listed = [...state.units.values()].filter(isLive).sort((a, b) => a.number - b.number);
  return { sequence, units: listed.map((unit) => unitView(unit, state)) };
}

function unitView(unit: Unit, { policy, ports }: ModelState): UnitView {
  const { map } = unit;
  return {
    number: unit.number,
    wwid: unit.wwid,
    name: map?.name ?? unit.name,
    vendor: unit.vendor,
    product: unit.product,
    revision: unit.revision,
    serial: unit.serial,
    sizeBytes: unit.sizeSectors * 512,
    balance: unit.balance,
    noPath: policy.noPath,
    map: map === null ? null : mapView(map),
    queueing: unit.pathlessSince !== null && map?.queueIfNoPath === true,
    pathlessSince: unit.pathlessSince,
    problem: unit.problem,
    reservation: reservationView(unit),
    paths: unit.paths.map((path) => ({
      ...pathView(path, portView(ports.get(path.facts.remotePort ?? ''))),
      registered: unit.reservation === null ? null : mayCarry(unit, path),
    })),
  };
}

export function settingsView({
  settings: { failback, cluster, clusterBalancing, watcher },
}: Pick<ModelState, 'settings'>): SettingsView {
  return { failback, cluster, clusterBalancing, watcher };
}

export function recordView(record: EventRecord): RecordView {
  const { level, title } = catalogue[record.id];
  return { ...record, level, title };
}

function reservationView({ reservation }: Unit): UnitReservationView | null {
  return reservation === null ? null : { key: reservation.key, lostSince: reservation.lostSince };
}

function pathView(path: Path, remotePort: PortView | null): Omit<PathView, 'registered'> {
  const { facts } = path;
  return {
    key: path.key,
    number: facts.number,
    node: facts.node,
    devT: facts.devT,
    sg: facts.sg,
    priority: path.priority,
    enabled: path.enabled,
    state: path.shown,
    since: path.since,
    failure: path.failure,
    failureCount: path.failureCount,
    access: path.access,
    portGroup: facts.portGroup,
    initiatorPort: facts.initiatorPort,
    targetPort: facts.targetPort,
    remotePort,
    transport: facts.transport,
    deviceState: facts.state,
    vanishedSince: path.vanished?.since ?? null,
    lastProbe: path.lastProbe,
  };
}

function mapView(map: MapFacts): NonNullable<UnitView['map']> {
  return {
    devT: map.devT,
    // The kernel names dm devices by their minor number (drivers/md/dm.c, alloc_dev).
    node: map.devT.replace(/^\d+:/, 'dm-'),
    suspended: map.suspended,
    openCount: map.openCount,
    queueIfNoPath: map.queueIfNoPath,
    groups: map.groups.map(({ selector, state, paths }) => ({
      selector,
      state,
      paths: paths.map(({ devT, failed }) => ({ devT, failed })),
    })),
  };
}
