/** What the model remembers of remote ports, what it is told of them, and what it has done with them. Types only. */
import type { PathKey, Wwid } from '../../base/ids.js';
import type { FabricNotice, RemotePort } from '../../discovery/remote-port.js';

/** What the configuration says of remote ports; times in seconds. */
export interface PortPolicy {
  /** `adaptive`: 0 where every logical unit has another way, else patient. `off` and a number: always that. */
  readonly fastIoFail: 'adaptive' | 'off' | number;
  /** `auto`: raised where the no-path policy needs it. `keep`: never written. */
  readonly devLoss: 'auto' | 'keep' | number;
  /** A port that is lost so often within a time is held back until it has stayed well for a while; null: none is. */
  readonly flapping: { readonly losses: number; readonly withinSec: number; readonly holdSec: number } | null;
}

/** Something that is said of a port, one line, and since when. */
export interface PortMark {
  readonly since: number;
  readonly what: string;
}

/** A time-out of a port, between the kernel, an operator and us. Null as a value is "off". */
export interface Timeout {
  /** An operator's is left alone until the port is removed. */
  readonly owner: 'ours' | 'operator';
  /**
   * What we wrote last, null where nothing; `over`: what it was written over and may still be read, empty once the kernel has
   * been seen to have it.
   */
  readonly wrote: { readonly value: number | null; readonly over: readonly (number | null)[] } | null;
  /** It has been told that this one is an operator's. */
  readonly told: boolean;
}

/** Paths that were probed after the return of their port without a proof, and are probed again. */
export interface Asking {
  /** No more after this. */
  readonly until: number;
  /** Before the next one. */
  readonly delayMs: number;
  /** When that is; null while no probe has ended without a proof. */
  readonly at: number | null;
  readonly paths: readonly { readonly wwid: Wwid; readonly key: PathKey }[];
}

/** A port that is held back: its failed paths are not put back where there are others. */
export interface Hold {
  readonly since: number;
  /** When it ends, if the port stays; null while the port is lost. */
  readonly until: number | null;
}

/** A remote port that is there, or whose return is waited for. */
export interface Port {
  readonly facts: RemotePort;
  /** Null while it is there. */
  readonly lostSince: number | null;
  /** Its last losses within the time that the policy says, oldest first. */
  readonly losses: readonly number[];
  readonly held: Hold | null;
  readonly marginal: PortMark | null;
  readonly asking: Asking | null;
  readonly fastIoFail: Timeout;
  readonly devLoss: Timeout;
}

/** Values that a port has of us: what is found with one of them was not set by an operator. */
export interface SavedPort {
  readonly initiatorPort: string;
  readonly targetPort: string;
  readonly fastIoFailSec: readonly number[];
  readonly devLossSec: readonly number[];
}

export type PortInput =
  | { /** It is new, or any fact of it has changed. */ readonly kind: 'port'; readonly port: RemotePort }
  | { readonly kind: 'port-removed'; readonly name: string }
  | {
      /** Behind these remote ports are disks that are no paths: they have no other way. */
      readonly kind: 'shared-ports';
      readonly names: readonly string[];
    }
  | { readonly kind: 'fabric-notice'; readonly notice: FabricNotice };

/** Write these time-outs of a remote port; null is "off", and what is left out stays. */
export interface PortTimeoutsEffect {
  readonly kind: 'set-port-timeouts';
  readonly port: string;
  readonly fastIoFailSec?: number | null;
  readonly devLossSec?: number;
}
