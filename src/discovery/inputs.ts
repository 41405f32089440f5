/** What discovery tells the rest: one ordered stream of these. */

import type { DevT, Wwid } from '../base/ids.js';
import type { PathFacts } from './facts.js';
import type { FabricNotice, RemotePort } from './remote-port.js';

/** Why a disk is no path. */
export type SkipReason =
  'not-scsi' | 'usb' | 'not-disk' | 'not-connected' | 'unreadable' | 'no-capacity' | 'no-identity' | 'bad-identity';

/** A disk that is there and is no path. */
export interface SkippedDisk {
  readonly node: string;
  readonly devT: DevT | null;
  readonly reason: SkipReason;
  /** One line for people. */
  readonly detail: string;
}

/** What has to be scanned, and why. */
export interface StorageChange {
  /** A SCSI host as "host3", or one disk as "3:0:1:0". */
  readonly scope: string;
  /** The kernel's word for it. */
  readonly what: string;
}

/** Why a path is no more. */
export type PathLoss =
  /** Removed, no path any longer, or another path in its place. */
  | { readonly reason: 'removed' }
  /**
   * The same device leads to another logical unit: the array has mapped another volume there. I/O that still goes there
   * meant for the old one does harm.
   */
  | { readonly reason: 'identity-changed'; readonly from: Wwid; readonly to: Wwid };

export type DiscoveryInput =
  /** A path that is new or whose facts have changed. */
  | { readonly kind: 'path-present'; readonly facts: PathFacts }
  /** A path that is no more. Where another one is in its place, that one's `path-present` follows. */
  | ({ readonly kind: 'path-gone'; readonly devT: DevT; readonly node: string } & PathLoss)
  | ({ readonly kind: 'path-skipped' } & SkippedDisk)
  /** The whole truth after a scan: what is not listed is gone. The first one is the first word on paths there is. */
  | {
      readonly kind: 'rescanned';
      readonly facts: readonly PathFacts[];
      readonly ports: readonly RemotePort[];
    }
  /** A remote port that is new, or of which any fact has changed: one input, however many paths it carries. */
  | { readonly kind: 'port'; readonly port: RemotePort }
  /** A remote port that the kernel has forgotten, or that is no target any longer. */
  | { readonly kind: 'port-removed'; readonly name: string }
  | { readonly kind: 'fabric-notice'; readonly notice: FabricNotice }
  /** Storage says that it has other logical units, or a unit other properties: the kernel has to look where `scope` says. */
  | ({ readonly kind: 'storage-changed' } & StorageChange)
  /** Events were lost. A scan has been started and ends with `rescanned`. */
  | { readonly kind: 'overrun'; readonly cause: 'overflow' | 'truncated' };
