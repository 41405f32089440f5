/**
 * Why a logical unit and its paths are as they are: what the API tells. Types only; these shapes are part of its contract.
 *
 * Texts are plain English without times; a time stands beside its text as `at`, in milliseconds since 1970.
 */
import type { AccessState } from '../../base/access-state.js';
import type { DevT, PathKey, PathNumber, Wwid } from '../../base/ids.js';
import type { ReservationKey } from '../../base/reservation.js';
import type { EventRecord } from '../catalogue.js';
import type { BalanceMode, NoPathPolicy, PathState } from '../types.js';

/** Something that was seen or set. */
export interface Seen {
  readonly kind:
    | 'probe'
    | 'failure'
    | 'suspicion'
    | 'event'
    | 'kernel'
    | 'access'
    | 'port'
    | 'device'
    | 'enablement'
    | 'registration';
  /** Null where the time is not known, or where it is as it is now. */
  readonly at: number | null;
  readonly text: string;
}

/** What will happen. */
export interface Prospect {
  readonly code: string;
  /** When it is due; null where no time is set. */
  readonly at: number | null;
  readonly text: string;
}

/** The rule that gives a path its state. */
export interface Rule {
  readonly code: string;
  readonly text: string;
}

export interface PathExplanation {
  readonly number: string;
  readonly node: string;
  readonly devT: string;
  readonly state: PathState;
  /** When it came into that state. */
  readonly since: number;
  readonly priority: number;
  readonly enabled: boolean;
  readonly access: AccessState | null;
  readonly rule: Rule;
  readonly seen: readonly Seen[];
  readonly next: readonly Prospect[];
}

export interface GroupExplanation {
  readonly role: 'in-use' | 'next' | 'last-resort' | 'failed';
  readonly paths: readonly string[];
  readonly text: string;
}

export interface UnitExplanation {
  readonly number: number;
  readonly wwid: string;
  readonly name: string;
  readonly balance: { readonly mode: BalanceMode; readonly text: string };
  /** In the order in which they are tried. */
  readonly groups: readonly GroupExplanation[];
  readonly cluster: { readonly on: boolean; readonly text: string };
  /** The node's reservation key; null where it has none. */
  readonly reservation: {
    readonly key: ReservationKey;
    /** Since when the array has it no more; null while it has it. */
    readonly lostSince: number | null;
    readonly text: string;
  } | null;
  readonly noPath: {
    readonly policy: NoPathPolicy;
    readonly pathlessSince: number | null;
    /** When I/O that waits begins to fail; null while nothing is counted down. */
    readonly endsAt: number | null;
    readonly text: string;
  };
  /** What stands between the kernel and what is wanted, and what else is to come. */
  readonly next: readonly Prospect[];
  /** All paths, or those that were asked for. */
  readonly paths: readonly PathExplanation[];
}

/** A disk that was named and is no path, with the reason. */
export interface DiskExplanation {
  readonly node: string;
  readonly number: string;
  readonly devT: string;
  readonly wwid: string;
  readonly text: string;
}

export interface ExplanationView {
  /** The moment of all this, milliseconds since 1970. */
  readonly at: number;
  /** What was named: logical units whole, or single paths and disks. */
  readonly asked: 'units' | 'paths';
  readonly units: readonly UnitExplanation[];
  readonly disks: readonly DiskExplanation[];
}

/** A disk that the controller leaves alone. */
export interface LeftAlone {
  readonly node: string;
  readonly number: PathNumber;
  readonly devT: DevT;
  readonly wwid: Wwid;
  /** Why, one line. */
  readonly reason: string;
}

/** The work on a unit's map. */
export interface Work {
  readonly running: boolean;
  /** When what was put off or refused is tried again, milliseconds since 1970; null where nothing is. */
  readonly retryAt: number | null;
}

/** What explains a state besides the model's own. */
export interface Circumstances {
  /** Now, milliseconds since 1970. */
  readonly at: number;
  readonly watcher: {
    readonly connected: boolean;
    /** When the patrol's next round is due; null where that is not known. */
    readonly nextRoundAt: number | null;
  };
  /** What happened last to a path, newest first; since the controller's start. */
  records(wwid: Wwid, path: PathNumber): readonly EventRecord[];
  /** Since when a probe that was asked for has had no answer; null where none is. */
  probeAskedAt(wwid: Wwid, key: PathKey): number | null;
  work(wwid: Wwid): Work;
  /** Disks that lead to storage and are no paths. */
  readonly leftAlone: readonly LeftAlone[];
}
