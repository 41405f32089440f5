/** The port KernelMaps over src/dm: what answers at once is called here, what may wait for storage goes to the pool. */
import { hasCode, type PathManagerError } from '../base/errors.js';
import { mapUuid, type MapName, type Wwid } from '../base/ids.js';
import type { MapFacts, SelectorName } from '../base/map-facts.js';
import { watchEvents } from '../dm/events.js';
import {
  createMap,
  ensureRunning,
  halfLoadedMaps,
  listMaps,
  nameOf,
  readMap,
  reloadMap,
  removeMap,
  UUID_PREFIX,
} from '../dm/maps.js';
import { sendMessage } from '../dm/messages.js';
import { availableSelectors } from '../dm/selectors.js';
import type { Poller } from '../ffi/poller.js';
import type { MapMessage } from '../model/types.js';
import type { ChangePool } from './change-pool.js';
import type { KernelMaps, MapChange } from './ports.js';

export class DmKernelMaps implements KernelMaps {
  readonly #poller: Poller;
  readonly #pool: Pick<ChangePool, 'run' | 'close'>;
  readonly #onUnreadable: (name: string, error: PathManagerError) => void;

  /** @param onUnreadable told of maps that are left out, because they cannot be ours or cannot be understood */
  constructor(
    poller: Poller,
    pool: Pick<ChangePool, 'run' | 'close'>,
    onUnreadable: (name: string, error: PathManagerError) => void,
  ) {
    this.#poller = poller;
    this.#pool = pool;
    this.#onUnreadable = onUnreadable;
  }

  selectors(): readonly SelectorName[] {
    return availableSelectors();
  }

  list(): readonly MapFacts[] {
    return listMaps(this.#onUnreadable);
  }

  halfLoaded(): readonly string[] {
    return halfLoadedMaps();
  }

  read(name: MapName): MapFacts | null {
    try {
      const map = readMap(name);
      return map?.uuid.startsWith(UUID_PREFIX) === true ? map : null;
    } catch (error) {
      // Somebody else's device of this name, whatever its uuid says.
      if (!hasCode(error, 'DM_MALFORMED', 'BAD_IDENTIFIER')) throw error;
      this.#onUnreadable(name, error);
      return null;
    }
  }

  find(wwid: Wwid): MapFacts | null {
    const name = nameOf(mapUuid(wwid));
    return name === null ? null : this.read(name);
  }

  message(name: MapName, message: MapMessage): void {
    sendMessage(name, message);
  }

  change(change: MapChange): Promise<void> {
    return this.#pool.run(change);
  }

  watch(onEvent: (name: MapName, what: 'changed' | 'added' | 'removed') => void): { close(): void } {
    // The name may be none of ours: it is only used to ask the kernel for that map.
    return watchEvents(this.#poller, UUID_PREFIX, ({ name, what }) => onEvent(name as MapName, what));
  }

  close(): void {
    this.#pool.close();
  }
}

/** Carries out a change in this process; may wait for storage. */
export function carryOut(change: MapChange): void {
  switch (change.kind) {
    case 'create':
      createMap(change.name, mapUuid(change.wwid), change.table);
      break;
    case 'reload':
      reloadMap(change.name, change.table, { resize: change.resize });
      break;
    case 'resume':
      ensureRunning(change.name);
      break;
    case 'remove':
      removeMap(change.name);
      break;
  }
}
