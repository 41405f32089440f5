/** Receives the kernel's uevents: NETLINK_KOBJECT_UEVENT, group 1. */

import { asPathManagerError } from '../base/errors.js';
import type { PathManagerError } from '../base/errors.js';
import { errno } from '../ffi/errno.js';
import { close, expectOk } from '../ffi/libc.js';
import type { Poller, Watch } from '../ffi/poller.js';
import {
  AF_NETLINK,
  bind,
  getsockopt,
  netlinkAddress,
  recvmsg,
  setsockopt,
  socket,
  socketTypes,
} from '../ffi/socket.js';
import { decodeUevent, UEVENT_MAX_BYTES } from './uevent.js';
import type { Uevent } from './uevent.js';

/** What a source of uevents tells. */
export interface UeventListener {
  onEvent(event: Uevent): void;
  /** Events were lost: the socket's buffer was full, or one was longer than any event can be. Look at everything again. */
  onOverrun(cause: 'overflow' | 'truncated'): void;
  /** A message of the kernel that cannot be read; it was dropped. */
  onMalformed(error: PathManagerError): void;
}

/** A source of uevents, so that tests can be one. */
export interface UeventPort {
  /** Starts listening; whatever happens from the return of this call on is told. */
  open(listener: UeventListener): void;
  /** Ends it; nothing is told afterwards. Harmless when repeated. */
  close(): void;
}

const NETLINK_KOBJECT_UEVENT = 15;
/** The kernel's own messages; group 2 is udev's. */
const KERNEL_GROUP = 1;
const SOL_SOCKET = 1;
const SO_RCVBUF = 8;
const SO_RCVBUFFORCE = 33;

/**
 * A limit and no allocation: the kernel takes memory only for what waits. An event takes about 1 KiB of it (2.3 KiB with
 * its bookkeeping at most), so this is room for a burst of some ten thousand.
 */
const DEFAULT_RECEIVE_BYTES = 16 * 1024 * 1024;

/** Messages taken in one turn of the event loop. The poller calls again as long as there are more. */
const MESSAGES_A_TURN = 1024;

export class UeventSocket implements UeventPort {
  readonly #poller: Poller;
  readonly #receiveBytes: number;
  // One byte more than the longest message: what fills it is longer, and was cut.
  readonly #buffer = Buffer.alloc(UEVENT_MAX_BYTES + 1);
  #fd = -1;
  #watch: Watch | null = null;

  /** @param receiveBytes limit of what may wait in the socket; the kernel counts its own bookkeeping too and doubles it */
  constructor(poller: Poller, receiveBytes = DEFAULT_RECEIVE_BYTES) {
    this.#poller = poller;
    this.#receiveBytes = receiveBytes;
  }

  /** @throws PathManagerError SYSCALL where the kernel gives no such socket (a network namespace that does not own the machine) */
  open(listener: UeventListener): void {
    if (this.#fd >= 0) return;
    const type = socketTypes.SOCK_DGRAM | socketTypes.SOCK_NONBLOCK;
    this.#fd = expectOk(socket(AF_NETLINK, type, NETLINK_KOBJECT_UEVENT), 'create the uevent socket');
    try {
      // Only CAP_NET_ADMIN may pass net.core.rmem_max; without it the limit stays lower, and overruns come sooner.
      if (setsockopt(this.#fd, SOL_SOCKET, SO_RCVBUFFORCE, this.#receiveBytes) < 0) {
        expectOk(setsockopt(this.#fd, SOL_SOCKET, SO_RCVBUF, this.#receiveBytes), 'size the uevent socket');
      }
      expectOk(bind(this.#fd, netlinkAddress(KERNEL_GROUP)), 'bind the uevent socket');
      this.#watch = this.#poller.watch(this.#fd, { readable: true }, () => this.#drain(listener));
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Bytes that may wait in the socket, as the kernel counts them. */
  get receiveLimit(): number {
    return expectOk(getsockopt(this.#fd, SOL_SOCKET, SO_RCVBUF), 'read the size of the uevent socket');
  }

  close(): void {
    this.#watch?.close();
    this.#watch = null;
    if (this.#fd >= 0) close(this.#fd);
    this.#fd = -1;
  }

  #drain(listener: UeventListener): void {
    for (let count = 0; count < MESSAGES_A_TURN && this.#fd >= 0; count++) {
      const { length, truncated, senderPid } = recvmsg(this.#fd, this.#buffer);
      if (length === -errno.EAGAIN) return;
      if (length === -errno.EINTR) continue;
      // Told once for however many were lost; what still waits is newer and follows.
      if (length === -errno.ENOBUFS) {
        listener.onOverrun('overflow');
        continue;
      }
      expectOk(length, 'receive a uevent');
      // A process may send to the group too (it needs CAP_NET_ADMIN); only the kernel's word counts.
      if (senderPid !== 0) continue;
      if (truncated) listener.onOverrun('truncated');
      else this.#deliver(listener, this.#buffer.subarray(0, length));
    }
  }

  #deliver(listener: UeventListener, message: Uint8Array): void {
    let event: Uevent | null;
    try {
      event = decodeUevent(message);
    } catch (error) {
      listener.onMalformed(asPathManagerError(error));
      return;
    }
    if (event !== null) listener.onEvent(event);
  }
}
