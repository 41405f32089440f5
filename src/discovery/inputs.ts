/** What discovery tells the rest: one ordered stream of these. */

import type { DevT } from '../base/ids.js';
import type { PathFacts } from './facts.js';

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

export type DiscoveryInput =
  /** A path that is new or whose facts have changed. */
  | { readonly kind: 'path-present'; readonly facts: PathFacts }
  /** A path that is no more: removed, no path any longer, or now another unit's (its `path-present` follows). */
  | { readonly kind: 'path-gone'; readonly devT: DevT; readonly node: string }
  | ({ readonly kind: 'path-skipped' } & SkippedDisk)
  /** The whole truth after a scan: what is not listed is gone. The first one is the first word on paths there is. */
  | { readonly kind: 'rescanned'; readonly facts: readonly PathFacts[] }
  /** Storage says that it has other logical units, or a unit other properties: the kernel has to look where `scope` says. */
  | ({ readonly kind: 'storage-changed' } & StorageChange)
  /** Events were lost. A scan has been started and ends with `rescanned`. */
  | { readonly kind: 'overrun'; readonly cause: 'overflow' | 'truncated' };
