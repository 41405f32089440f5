/** Receives the kernel's events of Fibre Channel: NETLINK_SCSITRANSPORT. */

import { hasErrno } from '../base/errors.js';
import { errno } from '../ffi/errno.js';
import type { Poller } from '../ffi/poller.js';
import { decodeFcEvent, FC_EVENT_MAX_BYTES } from './fc-event.js';
import type { FcEvent } from './fc-event.js';
import { NetlinkSocket } from './netlink-socket.js';
import type { NetlinkListener, NetlinkPort } from './netlink-socket.js';

export type FcEventListener = NetlinkListener<FcEvent>;
export type FcEventPort = NetlinkPort<FcEvent>;

/** include/uapi/linux/netlink.h */
const NETLINK_SCSITRANSPORT = 18;

/**
 * SCSI_NL_GRP_FC_EVENTS is 1 << 2, and its header calls it group 2 (include/uapi/scsi/scsi_netlink.h). The transport
 * gives it to nlmsg_multicast, which takes a number and no mask (drivers/scsi/scsi_transport_fc.c): messages go to the
 * group of number 4, whose bit is 1 << 3. Both are listened to, should a kernel come that takes the header at its word.
 */
const FC_EVENT_GROUPS = (1 << 2) | (1 << 3);

/** Some thousand events: each is below 100 bytes but for an FPIN, and takes about 1 KiB of the kernel's count. */
const RECEIVE_BYTES = 1024 * 1024;

export class FcEventSocket extends NetlinkSocket<FcEvent> {
  constructor(poller: Poller) {
    super(poller, {
      name: 'Fibre Channel event',
      protocol: NETLINK_SCSITRANSPORT,
      groups: FC_EVENT_GROUPS,
      maxBytes: FC_EVENT_MAX_BYTES,
      receiveBytes: RECEIVE_BYTES,
      decode: decodeFcEvent,
    });
  }

  /**
   * Where the kernel has no SCSI transport that sends events, it stays closed and hears nothing; called again later, when
   * a driver has been loaded, it opens.
   * @throws PathManagerError SYSCALL for any other reason
   */
  override open(listener: FcEventListener): void {
    try {
      super.open(listener);
    } catch (error) {
      if (!hasErrno(error, errno.EPROTONOSUPPORT)) throw error;
    }
  }
}
