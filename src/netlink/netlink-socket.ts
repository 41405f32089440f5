/** A netlink socket that hears what the kernel sends to a group: uevents, events of a SCSI transport. */

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

/** What a source of events tells. */
export interface NetlinkListener<Event> {
  onEvent(event: Event): void;
  /** Events were lost: the socket's buffer was full, or one was longer than any event can be. Look at everything again. */
  onOverrun(cause: 'overflow' | 'truncated'): void;
  /** A message of the kernel that cannot be read; it was dropped. */
  onMalformed(error: PathManagerError): void;
}

/** A source of events, so that tests can be one. */
export interface NetlinkPort<Event> {
  /** Starts listening; whatever happens from the return of this call on is told. */
  open(listener: NetlinkListener<Event>): void;
  /** Ends it; nothing is told afterwards. Harmless when repeated. */
  close(): void;
}

/** Where events come from, and what they look like. */
export interface NetlinkSource<Event> {
  /** For errors, as "uevent". */
  readonly name: string;
  /** NETLINK_* of include/uapi/linux/netlink.h. */
  readonly protocol: number;
  /** Bit n-1 for the group of number n. */
  readonly groups: number;
  /** The longest message that the kernel sends. */
  readonly maxBytes: number;
  /**
   * Limit of what may wait in the socket, in bytes; the kernel counts its own bookkeeping too and doubles it. No
   * allocation: the kernel takes memory only for what waits.
   */
  readonly receiveBytes: number;
  /** The event in a message; null for one that concerns nobody. Throws NETLINK_MALFORMED. */
  decode(message: Uint8Array): Event | null;
}

const SOL_SOCKET = 1;
const SO_RCVBUF = 8;
const SO_RCVBUFFORCE = 33;

/** Messages taken in one turn of the event loop. The poller calls again as long as there are more. */
const MESSAGES_A_TURN = 1024;

export class NetlinkSocket<Event> implements NetlinkPort<Event> {
  readonly #poller: Poller;
  readonly #source: NetlinkSource<Event>;
  readonly #buffer: Buffer;
  #fd = -1;
  #watch: Watch | null = null;

  constructor(poller: Poller, source: NetlinkSource<Event>) {
    this.#poller = poller;
    this.#source = source;
    // One byte more than the longest message: what fills it is longer, and was cut.
    this.#buffer = Buffer.alloc(source.maxBytes + 1);
  }

  /** @throws PathManagerError SYSCALL where the kernel gives no such socket (a network namespace that does not own the machine) */
  open(listener: NetlinkListener<Event>): void {
    if (this.#fd >= 0) return;
    const { name, protocol, groups, receiveBytes } = this.#source;
    const type = socketTypes.SOCK_DGRAM | socketTypes.SOCK_NONBLOCK;
    this.#fd = expectOk(socket(AF_NETLINK, type, protocol), `create the ${name} socket`);
    try {
      // Only CAP_NET_ADMIN may pass net.core.rmem_max; without it the limit stays lower, and overruns come sooner.
      if (setsockopt(this.#fd, SOL_SOCKET, SO_RCVBUFFORCE, receiveBytes) < 0) {
        expectOk(setsockopt(this.#fd, SOL_SOCKET, SO_RCVBUF, receiveBytes), `size the ${name} socket`);
      }
      expectOk(bind(this.#fd, netlinkAddress(groups)), `bind the ${name} socket`);
      this.#watch = this.#poller.watch(this.#fd, { readable: true }, () => this.#drain(listener));
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Bytes that may wait in the socket, as the kernel counts them. */
  get receiveLimit(): number {
    return expectOk(getsockopt(this.#fd, SOL_SOCKET, SO_RCVBUF), `read the size of the ${this.#source.name} socket`);
  }

  close(): void {
    this.#watch?.close();
    this.#watch = null;
    if (this.#fd >= 0) close(this.#fd);
    this.#fd = -1;
  }

  #drain(listener: NetlinkListener<Event>): void {
    for (let count = 0; count < MESSAGES_A_TURN && this.#fd >= 0; count++) {
      const { length, truncated, senderPid } = recvmsg(this.#fd, this.#buffer);
      if (length === -errno.EAGAIN) return;
      if (length === -errno.EINTR) continue;
      // Told once for however many were lost; what still waits is newer and follows.
      if (length === -errno.ENOBUFS) {
        listener.onOverrun('overflow');
        continue;
      }
      expectOk(length, `receive from the ${this.#source.name} socket`);
      // A process may send to the group too (it needs CAP_NET_ADMIN); only the kernel's word counts.
      if (senderPid !== 0) continue;
      if (truncated) listener.onOverrun('truncated');
      else this.#deliver(listener, this.#buffer.subarray(0, length));
    }
  }

  #deliver(listener: NetlinkListener<Event>, message: Uint8Array): void {
    let event: Event | null;
    try {
      event = this.#source.decode(message);
    } catch (error) {
      listener.onMalformed(asPathManagerError(error));
      return;
    }
    if (event !== null) listener.onEvent(event);
  }
}
