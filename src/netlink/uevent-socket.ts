/** Receives the kernel's uevents: NETLINK_KOBJECT_UEVENT, group 1. */

import type { Poller } from '../ffi/poller.js';
import { NetlinkSocket } from './netlink-socket.js';
import type { NetlinkListener, NetlinkPort } from './netlink-socket.js';
import { decodeUevent, UEVENT_MAX_BYTES } from './uevent.js';
import type { Uevent } from './uevent.js';

export type UeventListener = NetlinkListener<Uevent>;
export type UeventPort = NetlinkPort<Uevent>;

const NETLINK_KOBJECT_UEVENT = 15;
/** The kernel's own messages; group 2 is udev's. */
const KERNEL_GROUP = 1;

/**
 * An event takes about 1 KiB of it (2.3 KiB with the kernel's bookkeeping at most), so this is room for a burst of some
 * ten thousand.
 */
const DEFAULT_RECEIVE_BYTES = 16 * 1024 * 1024;

export class UeventSocket extends NetlinkSocket<Uevent> {
  constructor(poller: Poller, receiveBytes = DEFAULT_RECEIVE_BYTES) {
    super(poller, {
      name: 'uevent',
      protocol: NETLINK_KOBJECT_UEVENT,
      groups: KERNEL_GROUP,
      maxBytes: UEVENT_MAX_BYTES,
      receiveBytes,
      decode: decodeUevent,
    });
  }
}
