/** The vocabulary of the model: what it remembers, what it is told, what it answers. Types only. */
import type { AccessState } from '../base/access-state.js';
import type { ErrorCode, PathManagerError } from '../base/errors.js';
import type { DevT, MapName, PathKey, PathNumber, Priority, Sectors, UnitNumber, Wwid } from '../base/ids.js';
import type { MapFacts, SelectorName } from '../base/map-facts.js';
import type { PathFacts } from '../discovery/facts.js';
import type { PathLoss } from '../discovery/inputs.js';
import type { RemotePort } from '../discovery/remote-port.js';
import type { EventRecord } from './catalogue.js';
import type { Port, PortInput, PortMark, PortPolicy, PortTimeoutsEffect, SavedPort } from './ports/types.js';
import type { Request } from './requests/types.js';
import type {
  JoinEffect,
  Registration,
  ReservationInput,
  SavedReservation,
  UnitReservation,
} from './reservations/types.js';

export type { PortablePath, PortableSettings, PortableUnit, Request } from './requests/types.js';

export type BalanceMode = 'none' | SelectorName;
export type FailbackMode = 'active' | 'standby';

/** The patrol's settings, spscmd's f1 to f4; times in seconds. */
export interface WatcherSettings {
  readonly healthCheck: boolean;
  readonly recoveryCheck: boolean;
  readonly intervalSec: number;
  readonly thresholdSec: number;
  readonly timeoutSec: number;
}

/** What the operator sets for the whole system; survives a reboot. */
export interface Settings {
  readonly failback: FailbackMode;
  readonly cluster: boolean;
  /** In cluster mode: balanced units are allowed, with reservations under which every registered path may do I/O. */
  readonly clusterBalancing: boolean;
  readonly watcher: WatcherSettings;
}

/** What happens to I/O while a logical unit has no usable path. */
export type NoPathPolicy =
  { readonly mode: 'fail' } | { readonly mode: 'queue' } | { readonly mode: 'queue-for'; readonly seconds: number };

/** What the configuration and the running kernel decide; while the daemon runs, only `noPath` can become shorter. */
export interface Policy {
  readonly initial: 'auto' | 'manual';
  readonly noPath: NoPathPolicy;
  /** For how many seconds the array must not have listed a disk before that may be deleted; null: none is. */
  readonly vanishedSec: number | null;
  readonly ports: PortPolicy;
  readonly namePrefix: string;
  /** Names the operator gave in the configuration. */
  readonly names: ReadonlyMap<Wwid, MapName>;
  /** Selectors that the running kernel has. */
  readonly selectors: readonly SelectorName[];
}

/** The four states of the product. */
export type PathState = 'in-use' | 'active' | 'standby' | 'failed';

/** Who said that a path has failed; `registration`: it has not, but must not carry I/O before it is registered. */
export type FailureCause = 'kernel' | 'probe' | 'transport' | 'registration';

export interface PathFailure {
  readonly cause: FailureCause;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** What was seen, one line. */
  readonly detail: string;
}

/** Verdict of a probe: `standby` answered but carries no I/O, `retry` and `ignore` prove nothing. */
export type ProbeVerdict = 'up' | 'down' | 'standby' | 'retry' | 'ignore';

export interface ProbeResult {
  readonly at: number;
  readonly verdict: ProbeVerdict;
  /** The outcome's name from src/scsi/outcome.ts. */
  readonly outcome: string;
  readonly latencyMs: number;
}

/** A path that was proved good and whose reinstatement the kernel has not confirmed. */
export interface Reinstating {
  /** The kernel's fail count up to which its "failed" is the old failure; a higher count is a new one. */
  readonly forgives: number;
}

/** How far it is with a disk that the array serves no more. */
export interface Vanished {
  /** When the array was first heard to say so, milliseconds since 1970. */
  readonly since: number;
  /**
   * `seen`: said once. `confirmed`: said again after a while. `leaving`: nobody can miss it, so it goes out of the table.
   * `deleting`: the kernel is to forget it.
   */
  readonly step: 'seen' | 'confirmed' | 'leaving' | 'deleting';
  /** Why it was not deleted, as told last; null where nothing stood against it. */
  readonly kept: string | null;
}

/** A path that is present. It is available while `failure` is null. */
export interface Path {
  readonly key: PathKey;
  readonly facts: PathFacts;
  readonly priority: Priority;
  readonly enabled: boolean;
  readonly failure: PathFailure | null;
  /** A failure that does not count, because this is the last usable path: it takes effect when another one is usable. */
  readonly suspicion: PathFailure | null;
  /** Recovered here and not yet seen active in the kernel's table; null otherwise. See kernel-report.ts. */
  readonly reinstating: Reinstating | null;
  /** From RTPG or sysfs; null while unknown or where the array has no ALUA. */
  readonly access: AccessState | null;
  /** The last one that was not "transitioning": a path keeps its place while its port changes its state. */
  readonly steadyAccess: AccessState | null;
  /** `access` is "standby" because a probe said so: a later good probe takes it back. */
  readonly standbyByProbe: boolean;
  readonly lastProbe: ProbeResult | null;
  /** The array has said that it does not serve the logical unit through this path; null where it has not. */
  readonly vanished: Vanished | null;
  /** Its remote port degrades: it is used after the others. Null where it does not. */
  readonly marginal: PortMark | null;
  /** Of the node's reservation key; `none` while the unit has no key. */
  readonly registration: Registration;
  /** Times this path has failed since the daemon started. */
  readonly failureCount: number;
  /** When the path came into the state it shows now, and that state. */
  readonly since: number;
  readonly shown: PathState;
}

/** A path that was here before: what it gets back when it returns. */
export interface RememberedPath {
  readonly key: PathKey;
  readonly priority: Priority;
  readonly enabled: boolean;
}

/** A change that was asked for and that the kernel has not confirmed yet; decides the "done" or "failed" event. */
export type PendingChange = 'priority' | 'balance' | 'enablement' | 'failback';

/** One pending change: `path` is the path that was named, null for a change of the whole unit. */
export interface Pending {
  readonly change: PendingChange;
  readonly path: PathNumber | null;
  /** What was asked, one line, for the record that closes it. */
  readonly detail: string;
}

/** A path that was not let into its unit; it is considered again when the unit changes. */
export interface RefusedPath {
  readonly facts: PathFacts;
  /** Why, one line. */
  readonly reason: string;
}

/** The probes of a unit without a path. */
export interface Seeking {
  /** When its failed paths are probed next; null while it has a path. */
  readonly at: number | null;
  /** The wait after that. */
  readonly delayMs: number;
  /** When it had a path again, once `at` is null. */
  readonly endedAt: number;
}

export interface Unit {
  readonly wwid: Wwid;
  readonly number: UnitNumber;
  readonly name: MapName;
  readonly sizeSectors: Sectors;
  readonly vendor: string;
  readonly product: string;
  readonly revision: string;
  readonly serial: string;
  readonly balance: BalanceMode;
  /** The balancing mode was set by an operator or adopted from a map: discovery does not change it any more. */
  readonly balanceChosen: boolean;
  /** An operator has set a priority: discovery does not deal priorities anew any more. */
  readonly prioritiesChosen: boolean;
  /** An operator has set the name: a map that has another one keeps it, and the next map gets this one. */
  readonly nameChosen: boolean;
  /** The node's reservation key; null where it has none. */
  readonly reservation: UnitReservation | null;
  /** Present paths, in the order in which they were discovered. */
  readonly paths: readonly Path[];
  /** Absent paths with their settings; never one that is present. */
  readonly remembered: readonly RememberedPath[];
  /** What the kernel said last; null while there is no map. */
  readonly map: MapFacts | null;
  /** Devices that its map may still have and that lead to another logical unit by now: no I/O may go there. */
  readonly foreign: readonly DevT[];
  /** Since when no path is available; null while one is, and while there is neither a path nor a map. */
  readonly pathlessSince: number | null;
  /** The no-path time has run out: I/O fails until a path is back. */
  readonly queueingEnded: boolean;
  /** Null while the unit has not been without a path. */
  readonly seeking: Seeking | null;
  readonly pending: readonly Pending[];
  /** Since when the kernel has refused to make a map over paths that work; null where it has not. */
  readonly unmade: { readonly since: number; readonly givenUp: boolean } | null;
  /** Why the kernel does not have what is wanted; null when it does. */
  readonly problem: { readonly code: ErrorCode; readonly message: string; readonly since: number } | null;
}

export interface ModelState {
  readonly policy: Policy;
  readonly settings: Settings;
  /** Every logical unit ever seen, also those without a path now (they keep number, name and settings). */
  readonly units: ReadonlyMap<Wwid, Unit>;
  /** Devices that lead to a unit and may not be its paths. */
  readonly refused: ReadonlyMap<DevT, RefusedPath>;
  /** Multipath maps of the kernel that belong to no unit yet. */
  readonly strayMaps: ReadonlyMap<Wwid, MapFacts>;
  /** Remote ports by name. */
  readonly ports: ReadonlyMap<string, Port>;
  /** Time-outs that we have written, by the world wide names of a remote port (`portId`). */
  readonly savedPorts: ReadonlyMap<string, SavedPort>;
  /** Remote ports that carry disks which are no paths. */
  readonly sharedPorts: ReadonlySet<string>;
}

/** State of a target port group as an RTPG answer gives it. */
export interface PortGroupState {
  readonly id: number;
  readonly state: AccessState;
}

/** What a probe of one path brought. */
export interface ProbeAnswer {
  readonly wwid: Wwid;
  readonly key: PathKey;
  readonly verdict: ProbeVerdict;
  /** For people, as "good" or "timeout". */
  readonly outcome: string;
  readonly latencyMs: number;
  /** Whether the array lists the logical unit among those that it serves through this path; undefined: nobody could ask. */
  readonly listed?: boolean | undefined;
  /** The WWID that the disk names where it is not that of the logical unit: the array has mapped another one there. */
  readonly leadsTo?: string | undefined;
}

/** Everything that can happen to the model. `at` is milliseconds since 1970. */
export type Input = { readonly at: number } & (
  | {
      /** The whole truth: what is not listed is gone. */
      readonly kind: 'inventory';
      readonly paths: readonly PathFacts[];
      readonly maps: readonly MapFacts[];
      readonly ports: readonly RemotePort[];
    }
  | { readonly kind: 'path-present'; readonly facts: PathFacts }
  | ({ readonly kind: 'path-gone'; readonly devT: DevT } & PathLoss)
  | {
      /** The kernel's word on one map, read just now; null: there is none. One must follow every apply. */
      readonly kind: 'map';
      readonly wwid: Wwid;
      readonly map: MapFacts | null;
    }
  | { readonly kind: 'applied'; readonly wwid: Wwid }
  | { readonly kind: 'apply-failed'; readonly wwid: Wwid; readonly code: ErrorCode; readonly message: string }
  | { readonly kind: 'probed'; readonly answers: readonly ProbeAnswer[] }
  | {
      /** A disk that was to be deleted is still there, and why. */
      readonly kind: 'disk-kept';
      readonly devT: DevT;
      readonly reason: string;
    }
  | {
      /** Storage says that it has changed: a host, as "host3", or what is at a path number. */
      readonly kind: 'storage-changed';
      readonly scope: string;
    }
  | { readonly kind: 'access-states'; readonly wwid: Wwid; readonly groups: readonly PortGroupState[] }
  | PortInput
  | ReservationInput
  | { readonly kind: 'tick' }
  | { readonly kind: 'request'; readonly request: Request }
);

export type ProbeReason = 'failback' | 'suspect' | 'appeared' | 'transport' | 'no-path';

/** What the controller must do; data, run elsewhere. */
export type Effect =
  | { /** Make the kernel's map what `wantedMap(unit)` says. */ readonly kind: 'apply'; readonly wwid: Wwid }
  | { readonly kind: 'probe'; readonly wwid: Wwid; readonly key: PathKey; readonly reason: ProbeReason }
  | {
      /** Take the device out of use in the map, or in again: at once and before all else. */
      readonly kind: 'fail-path' | 'reinstate-path';
      readonly map: MapName;
      readonly devT: DevT;
    }
  | { /** Have the kernel forget the disk. */ readonly kind: 'delete-disk'; readonly facts: PathFacts }
  | PortTimeoutsEffect
  | JoinEffect
  | { readonly kind: 'save' }
  | { readonly kind: 'record'; readonly record: EventRecord }
  | {
      /** Send a tick at this time; it takes the place of an earlier wake. */ readonly kind: 'wake';
      readonly at: number;
    };

export interface Step {
  readonly state: ModelState;
  readonly effects: readonly Effect[];
  /** Set when a request was refused: then state is the one before and there are no effects. */
  readonly refusal: PathManagerError | null;
  /** Units that are not as they were before, the dates of their last probes apart. */
  readonly changed: readonly Wwid[];
  /** Units that a request changed or probes, so that its sender can wait for the kernel. */
  readonly touched: readonly Wwid[];
}

/** What a save keeps of the state. */
export interface SavedState {
  readonly version: 1;
  readonly settings: Settings;
  readonly units: readonly {
    readonly wwid: Wwid;
    readonly number: UnitNumber;
    readonly name: MapName;
    readonly balance: BalanceMode;
    readonly balanceChosen: boolean;
    readonly prioritiesChosen: boolean;
    readonly nameChosen: boolean;
    readonly reservation: SavedReservation | null;
    readonly paths: readonly RememberedPath[];
  }[];
  readonly ports: readonly SavedPort[];
}

/** The wanted table of a logical unit, with the state each part must have. */
export interface WantedMap {
  readonly sizeSectors: Sectors;
  readonly queueIfNoPath: boolean;
  /**
   * In the order of the table: the groups that may carry I/O first, bypassed ones at the end. Empty while the unit has
   * no path and its map is open: the table stays as it is.
   */
  readonly groups: readonly WantedGroup[];
  /** Index in `groups` of the one that must carry the I/O; null while no path is available. */
  readonly active: number | null;
  /** Devices of the present table that must carry no I/O, whatever else there is; in no wanted group. */
  readonly barred: readonly DevT[];
}

export interface WantedGroup {
  readonly selector: SelectorName;
  readonly bypassed: boolean;
  readonly paths: readonly WantedPath[];
}

export interface WantedPath {
  readonly devT: DevT;
  readonly failed: boolean;
  /**
   * The fail count up to which the kernel's "failed" is to be taken back; null: where the kernel says "failed" it knows
   * more than the model, which will hear of it.
   */
  readonly forgives: number | null;
}

/** A message to the multipath target (drivers/md/dm-mpath.c, multipath_message). Groups count from 1. */
export type MapMessage =
  | { readonly kind: 'fail-path'; readonly devT: DevT }
  | { readonly kind: 'reinstate-path'; readonly devT: DevT }
  | { readonly kind: 'disable-group'; readonly group: number }
  | { readonly kind: 'enable-group'; readonly group: number }
  | { readonly kind: 'switch-group'; readonly group: number }
  | { readonly kind: 'queue-if-no-path' }
  | { readonly kind: 'fail-if-no-path' };

/** One step that brings the kernel from what it has to what is wanted. */
export type MapOperation =
  | { readonly kind: 'create' }
  | { readonly kind: 'resume' }
  | { readonly kind: 'reload'; readonly resize: boolean }
  | { readonly kind: 'remove' }
  | { readonly kind: 'message'; readonly message: MapMessage };
