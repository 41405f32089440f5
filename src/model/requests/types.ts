/** What an operator can ask. Types only. */
import type { PathSelector } from '../path-selector.js';
import type { BalanceMode, FailbackMode, WatcherSettings } from '../types.js';

/** What an operator can ask. */
export type Request =
  | { readonly kind: 'enable'; readonly path: PathSelector }
  | { readonly kind: 'disable'; readonly path: PathSelector; readonly force: boolean }
  | { readonly kind: 'use'; readonly path: PathSelector }
  | { readonly kind: 'swap'; readonly first: PathSelector; readonly second: PathSelector }
  | { readonly kind: 'set-priority'; readonly path: PathSelector; readonly priority: number }
  | { readonly kind: 'set-balance'; readonly path: PathSelector; readonly mode: BalanceMode }
  | { readonly kind: 'failback'; readonly path: PathSelector | null }
  | { readonly kind: 'set-failback'; readonly mode: FailbackMode }
  | {
      readonly kind: 'set-cluster';
      readonly on: boolean;
      /** Whether balanced units are allowed in cluster mode; left out: as it is. */
      readonly balancing?: boolean | undefined;
    }
  | {
      /** No I/O waits for a path for longer than this, until the controller is started again. */
      readonly kind: 'end-queueing';
      readonly seconds: number;
    }
  | { readonly kind: 'set-watcher'; readonly watcher: Partial<WatcherSettings> }
  | {
      readonly kind: 'import';
      readonly settings: PortableSettings;
      /** Leaves out what is not known here, instead of refusing. */
      readonly skipMissing: boolean;
      /** Also where a unit would keep no enabled healthy path. */
      readonly force: boolean;
    };

/** Settings by identities that outlast host numbers and machines; what is left out stays as it is. */
export interface PortableSettings {
  readonly version: 1;
  readonly failback?: FailbackMode | undefined;
  readonly cluster?: boolean | undefined;
  readonly clusterBalancing?: boolean | undefined;
  readonly watcher?: { readonly [Field in keyof WatcherSettings]?: WatcherSettings[Field] | undefined } | undefined;
  /** By WWID. */
  readonly units?: Readonly<Record<string, PortableUnit>> | undefined;
}

export interface PortableUnit {
  readonly number?: number | undefined;
  readonly name?: string | undefined;
  readonly balance?: BalanceMode | undefined;
  /** By path identity. */
  readonly paths?: Readonly<Record<string, PortablePath>> | undefined;
}

export interface PortablePath {
  readonly priority?: number | undefined;
  readonly enabled?: boolean | undefined;
}
