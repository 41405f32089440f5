/**
 * What controller and path watcher tell each other of persistent reservations, and what people see of them. The watcher
 * alone speaks SCSI; the controller alone knows which paths there are and what a key is for. Types only.
 */
import type { ErrorCode } from '../../base/errors.js';
import type { PathKey, Wwid } from '../../base/ids.js';
import type { ReservationCapabilities, ReservationKey, ReservationType } from '../../base/reservation.js';

/** A path as an order names it. */
export interface OrderPath {
  readonly key: PathKey;
  /** Display form, for messages. */
  readonly number: string;
  /** Node of the sg driver, as "sg3"; null where there is none. */
  readonly sg: string | null;
  /** In service: an action that must hold on every path must hold on this one. */
  readonly usable: boolean;
}

/** What the watcher is to do to a logical unit. Keys are the node's own unless said otherwise. */
export type ReservationAction =
  | { /** Capabilities, keys, reservation and full status, as far as the array has them. */ readonly kind: 'read' }
  | {
      /**
       * Registers the key on every usable path, and on the others as far as they answer. Where one usable path cannot be
       * registered, those that this order has registered get back what they had.
       */
      readonly kind: 'register';
      readonly key: ReservationKey;
      /** The node's key until now, which is replaced; null where it has none. */
      readonly previous: ReservationKey | null;
      /** Also over a key that is not `previous`. */
      readonly ignoreExisting: boolean;
      /** APTPL: the array keeps registrations and reservation over a loss of power. */
      readonly persist: boolean;
      /** ALL_TG_PT: registers the initiator port with every target port of the array. */
      readonly allTargetPorts: boolean;
    }
  | {
      /** Takes the key off every path; registrations of paths that do not answer are removed through one that does. */
      readonly kind: 'unregister';
      readonly key: ReservationKey;
    }
  | {
      /**
       * Registers one path that is new or returns, but only where the array still has the key: a key that was taken
       * away is never registered again. `paths` has that path first and the others behind it.
       */
      readonly kind: 'join';
      readonly key: ReservationKey;
      readonly persist: boolean;
      readonly allTargetPorts: boolean;
    }
  | { readonly kind: 'reserve'; readonly key: ReservationKey; readonly type: ReservationType }
  | { readonly kind: 'release'; readonly key: ReservationKey; readonly type: ReservationType }
  | {
      readonly kind: 'preempt';
      readonly key: ReservationKey;
      /** The key to take away from others; null: all others' (allowed by all-registrants types alone). */
      readonly victim: ReservationKey | null;
      readonly type: ReservationType;
      /** PREEMPT AND ABORT: also ends the commands of those who lose. */
      readonly abort: boolean;
    }
  | {
      /** Takes away all keys, those of others too, and the reservation. */ readonly kind: 'clear';
      readonly key: ReservationKey;
    };

/** One piece of work for the watcher: event `reservation` of its stream. It is done at once or, without a watcher, never. */
export interface ReservationOrder {
  readonly id: string;
  readonly wwid: Wwid;
  readonly paths: readonly OrderPath[];
  readonly action: ReservationAction;
}

/** What became of one path. */
export interface PathRegistration {
  readonly key: PathKey;
  /**
   * `registered`, `unregistered`: the array has said so. `taken-away`: the array has the node's key no more, so it was not
   * registered. `other-key`: the path is registered with another key. `failed`: it could not be done, `detail` says why.
   */
  readonly result: 'registered' | 'unregistered' | 'taken-away' | 'other-key' | 'failed';
  /** One line; empty where there is nothing to add. */
  readonly detail: string;
}

/** The watcher's answer to an order: POST /v1/reservation-answers. */
export interface ReservationAnswer {
  readonly id: string;
  /** Null: done. */
  readonly error: { readonly code: ErrorCode; readonly message: string } | null;
  /** Of `register`, `unregister` and `join`; otherwise empty. */
  readonly paths: readonly PathRegistration[];
  /** Of `read`; otherwise null. */
  readonly status: ReservationStatus | null;
}

/** One registered I_T nexus (READ FULL STATUS, SPC-4 6.15.5). */
export interface Registrant {
  readonly key: ReservationKey;
  readonly holder: boolean;
  readonly allTargetPorts: boolean;
  /** Relative target port identifier; null where it holds for all target ports. */
  readonly targetPort: number | null;
  /** The initiator port as its protocol names it: "fc 0x2100...", "iscsi iqn...,i,0x...", "sas 0x5000...". */
  readonly initiator: string;
}

/** What the array knows of a logical unit's reservations. */
export interface ReservationStatus {
  /** PRGENERATION: counts changes of registrations. */
  readonly generation: number;
  /** One for each registered I_T nexus, in the array's order. */
  readonly keys: readonly ReservationKey[];
  /** Null while nobody holds one. An all-registrants reservation has no key of its own: then `key` is null. */
  readonly reservation: { readonly key: ReservationKey | null; readonly type: ReservationType } | null;
  /** Null where the array does not know REPORT CAPABILITIES. */
  readonly capabilities: ReservationCapabilities | null;
  /** Null where the array does not know READ FULL STATUS. */
  readonly registrants: readonly Registrant[] | null;
}

/** What an operator asks: POST /v1/reservations, and `reserve` of the command. */
export interface ReservationRequest {
  /** A logical unit: map name, WWID, "#N", or any of its paths. */
  readonly unit: string;
  readonly action: 'read' | 'register' | 'unregister' | 'reserve' | 'release' | 'preempt' | 'preempt-abort' | 'clear';
  /** For `register`: the key to register. Elsewhere the node's registered key is taken where none is given. */
  readonly key?: string | undefined;
  /** For preempt: the key to take away. */
  readonly victim?: string | undefined;
  /** For reserve, release and preempt; for release the one that is held where none is given. */
  readonly type?: ReservationType | undefined;
  readonly persist?: boolean | undefined;
  readonly allTargetPorts?: boolean | undefined;
  readonly ignoreExisting?: boolean | undefined;
  /** Also where the action is refused for the operator's good. */
  readonly force?: boolean | undefined;
}

/** The answer to it. */
export interface ReservationView {
  readonly wwid: Wwid;
  readonly number: number;
  readonly name: string;
  /** This node's key as the controller keeps it now; null where it has none. */
  readonly key: ReservationKey | null;
  /** What became of each path, by path number; of `register` and `unregister` alone, otherwise empty. */
  readonly paths: readonly {
    readonly number: string;
    readonly result: PathRegistration['result'];
    readonly detail: string;
  }[];
  /** Of `read`; otherwise null. */
  readonly status: ReservationStatus | null;
}

/** What a unit shows of it (`GET /v1/units`). */
export interface UnitReservationView {
  readonly key: ReservationKey;
  /** Since when the array has the key no more: taken away by another node. Null while it has it. */
  readonly lostSince: number | null;
}

/** A key that the array has no more although nobody here took it off: in the watcher's POST /v1/reports. */
export interface LostKey {
  readonly wwid: Wwid;
  readonly key: ReservationKey;
}

/** What the controller keeps of a unit's reservation key. */
export interface SavedReservation {
  readonly key: ReservationKey;
  /** APTPL and ALL_TG_PT as the operator asked for them: paths that come later are registered in the same way. */
  readonly persist: boolean;
  readonly allTargetPorts: boolean;
  /** Since when the array has the key no more, milliseconds since 1970; null while it has it. */
  readonly lostSince: number | null;
  /** How that was noticed, one line; empty while it is not lost. */
  readonly lostDetail: string;
}

/** The same in the model. */
export interface UnitReservation extends SavedReservation {
  /** From a save, and no path has been seen since: the first ones that the kernel uses were registered before. */
  readonly restored: boolean;
}

/**
 * How a path stands to the node's key. `held`: registered, so it may carry I/O. `stale`: it was, and has failed since: it is
 * verified before it is reinstated. `none`: never registered with this key.
 */
export type Registration = 'held' | 'stale' | 'none';

/** What the model is told of reservations. */
export type ReservationInput =
  | {
      /** The watcher has registered the key as an operator asked. */
      readonly kind: 'key-registered';
      readonly wwid: Wwid;
      readonly key: ReservationKey;
      readonly persist: boolean;
      readonly allTargetPorts: boolean;
      readonly paths: readonly PathRegistration[];
    }
  | {
      /** The node's key has been taken off as an operator asked. */
      readonly kind: 'key-given-up';
      readonly wwid: Wwid;
      readonly how: 'unregistered' | 'cleared';
    }
  | {
      /** The array has the key no more. */ readonly kind: 'key-lost';
      readonly wwid: Wwid;
      readonly key: ReservationKey;
    }
  | {
      /** The answer to the effect `join`. */
      readonly kind: 'joined';
      readonly wwid: Wwid;
      readonly key: ReservationKey;
      readonly path: PathRegistration;
    }
  | { /** A watcher has come: what it was asked before is forgotten. */ readonly kind: 'watcher-came' };

/** Register this path, if the array still has the node's key; the answer comes as `joined`. */
export interface JoinEffect {
  readonly kind: 'join';
  readonly wwid: Wwid;
  readonly key: PathKey;
}
