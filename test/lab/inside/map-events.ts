// The kernel's own word on what was done to maps: its uevents, heard beside the daemon.
import type { StorageArray } from './storage-array.js';
import { Poller } from '../../../src/ffi/poller.js';
import { UeventSocket } from '../../../src/netlink/uevent-socket.js';
import { dmNode, type LabSystem } from './system.js';

/** Listens from `listen` to `close`. */
export class MapEvents {
  readonly #poller = new Poller();
  readonly #socket = new UeventSocket(this.#poller);
  readonly #reloads = new Map<string, number>();
  readonly #failures = new Map<string, number>();

  static listen(): MapEvents {
    const events = new MapEvents();
    events.#socket.open({
      onEvent: ({ action, devpath, properties }) => {
        const node = /\/block\/(dm-\d+)$/.exec(devpath)?.[1];
        if (node === undefined || action !== 'change') return;
        const path = properties.get('DM_PATH');
        // A resume tells of itself without saying so; every event of a path names it (drivers/md/dm-uevent.c).
        if (path === undefined) events.#reloads.set(node, (events.#reloads.get(node) ?? 0) + 1);
        else if (properties.get('DM_ACTION') === 'PATH_FAILED') events.#failures.set(path, performance.now());
      },
      onOverrun: () => {
        throw new Error('The test lost events of the kernel');
      },
      onMalformed: (error) => {
        throw error;
      },
    });
    return events;
  }

  /** How often a table came into use on a LUN's map. */
  reloads(system: LabSystem<StorageArray>, lun: string): number {
    return this.#reloads.get(dmNode(system.kernel(lun))) ?? 0;
  }

  /** When the kernel last failed the path with this device number, on performance.now()'s clock. */
  failedAt(devT: string): number | undefined {
    return this.#failures.get(devT);
  }

  async close(): Promise<void> {
    this.#socket.close();
    await this.#poller.close();
  }
}
