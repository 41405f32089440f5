/** What doctor looks at and what it finds. Types only; the findings are part of the API's contract. */
import type { DevT, Wwid } from '../../base/ids.js';
import type { MapFacts } from '../../base/map-facts.js';
import type { LeftAlone } from '../explain/types.js';
import type { ModelState } from '../types.js';

export type Severity = 'info' | 'warning' | 'error';

export interface Finding {
  /** Names the check; the same in each release. */
  readonly code: string;
  readonly severity: Severity;
  /** What was found, what that means, and what to do: a sentence or two each. */
  readonly what: string;
  readonly means: string;
  readonly mend: string;
  /** Numbers of the logical units concerned; empty where it concerns none by itself. */
  readonly units: readonly number[];
}

export interface DoctorView {
  /** The moment of all this, milliseconds since 1970. */
  readonly at: number;
  /** The controller's. */
  readonly version: string;
  /** How many logical units and paths were looked at. */
  readonly units: number;
  readonly paths: number;
  /** The gravest first. */
  readonly findings: readonly Finding[];
}

/** What kernel and transport do with the I/O of a path; null where there is no such thing. Times in seconds. */
export interface PathLimits {
  /** SCSI host, as "host3". */
  readonly host: string;
  /** Place of the adapter in the machine, the same for all ports of one card; null where it has none. */
  readonly adapter: string | null;
  /** For an I/O, until the kernel's error handling begins. */
  readonly timeoutSec: number | null;
  readonly queueDepth: number | null;
  /** For all of the host's error handling. */
  readonly errorHandlingSec: number | 'off' | null;
  readonly remotePort: {
    readonly name: string;
    /** Until I/O to a port that is away fails; null where that is off. */
    readonly fastIoFailSec: number | null;
    /** Until a port that is away is removed with its disks. */
    readonly devLossSec: number | null;
  } | null;
  /** An iSCSI session: until I/O of one that is lost fails. */
  readonly session: { readonly name: string; readonly recoverySec: number | null } | null;
}

/** A daemon that reads the controller's event stream: its versions, more than one where several are there. */
export interface Attendant {
  readonly connected: boolean;
  readonly versions: readonly string[];
}

export interface DoctorFacts {
  readonly state: ModelState;
  /** Every multipath map as the kernel has it now. */
  readonly maps: readonly MapFacts[];
  /** Names of maps with a table that was loaded and never came into use. */
  readonly halfLoaded: ReadonlySet<string>;
  /** Units whose map is being changed now: what it looks like says nothing. */
  readonly inWork: ReadonlySet<Wwid>;
  readonly limits: ReadonlyMap<DevT, PathLimits>;
  /** Disks that lead to storage and are no paths. */
  readonly leftAlone: readonly (LeftAlone & { readonly why: 'excluded' | 'in-use' | 'single-path' | 'not-listed' })[];
  /** The controller's own version. */
  readonly version: string;
  readonly watcher: Attendant;
  readonly logger: Attendant;
}

/** One look at the facts: what it finds, or nothing. */
export type Check = (facts: DoctorFacts) => readonly Finding[];
