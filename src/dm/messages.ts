/** Messages to a multipath target (drivers/md/dm-mpath.c, multipath_message). */

import type { DevT, MapName } from '../base/ids.js';
import { message } from './devices.js';

/** A message; groups count from 1. */
export type MultipathMessage =
  | { readonly kind: 'fail-path' | 'reinstate-path'; readonly devT: DevT }
  | { readonly kind: 'disable-group' | 'enable-group' | 'switch-group'; readonly group: number }
  | { readonly kind: 'queue-if-no-path' | 'fail-if-no-path' };

/** The words of a message. */
export function messageText(what: MultipathMessage): string {
  switch (what.kind) {
    case 'fail-path':
    case 'reinstate-path':
      return `${what.kind.replace('-', '_')} ${what.devT}`;
    case 'disable-group':
    case 'enable-group':
    case 'switch-group':
      return `${what.kind.replace('-', '_')} ${what.group}`;
    case 'queue-if-no-path':
    case 'fail-if-no-path':
      return what.kind.replaceAll('-', '_');
  }
}

/**
 * Sends a message.
 *
 * - Failing a path that is failed, or reinstating one that is not, changes nothing and gives no event.
 * - `disable-group` bypasses a group: it carries I/O only when no other group has a usable path. Like `enable-group` it
 *   lets the kernel choose a group anew with the next I/O.
 * - `switch-group` clears the bypassed mark of every group: send `disable-group` again after it.
 * - A path must be one of the map's: the kernel opens another one to see that it is not, which may wait for storage.
 *
 * @throws PathManagerError DM_IOCTL: EBUSY while the map is suspended, EINVAL for a path or group that it does not have,
 *   ENXIO where there is no such map
 */
export function sendMessage(name: MapName, what: MultipathMessage): void {
  message({ name }, 0, messageText(what));
}
