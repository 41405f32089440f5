/** Sockets of libc, as netlink and datagrams to other daemons need them. Each function gives the result or -errno. */

import { addressOf } from './native.js';
import { prepare } from './prepared.js';

const calls = {
  socket: prepare('socket', { result: 'int', arguments: ['int', 'int', 'int'] }),
  bind: prepare('bind', { result: 'int', arguments: ['int', 'pointer', 'int'] }),
  setsockopt: prepare('setsockopt', { result: 'int', arguments: ['int', 'int', 'int', 'pointer', 'int'] }),
  getsockopt: prepare('getsockopt', { result: 'int', arguments: ['int', 'int', 'int', 'pointer', 'pointer'] }),
  recvmsg: prepare('recvmsg', { result: 'long', arguments: ['int', 'pointer', 'int'] }),
  sendto: prepare('sendto', {
    result: 'long',
    arguments: ['int', 'pointer', 'long', 'int', 'pointer', 'int'],
  }),
  connect: prepare('connect', { result: 'int', arguments: ['int', 'pointer', 'int'] }),
} as const;

/** Socket types and their flags, asm-generic. */
export const socketTypes = {
  SOCK_STREAM: 1,
  SOCK_DGRAM: 2,
  SOCK_RAW: 3,
  SOCK_NONBLOCK: 0o4000,
  SOCK_CLOEXEC: 0o2000000,
} as const;

const MSG_TRUNC = 0x20;
/** No SIGPIPE, and never a wait. */
const MSG_DONTWAIT_NOSIGNAL = 0x40 | 0x4000;

/** A socket's descriptor or -errno. SOCK_CLOEXEC is added always. */
export function socket(domain: number, type: number, protocol: number): number {
  return calls.socket(domain, type | socketTypes.SOCK_CLOEXEC, protocol);
}

/** Binds to an address in the family's own layout: 0 or -errno. */
export function bind(fd: number, address: Uint8Array): number {
  return calls.bind(fd, address, address.byteLength);
}

/** Connects to an address in the family's own layout: 0 or -errno. Blocks unless the socket is SOCK_NONBLOCK. */
export function connect(fd: number, address: Uint8Array): number {
  return calls.connect(fd, address, address.byteLength);
}

/** Sends one datagram, to `address` or where the socket is connected to; never waits: bytes sent or -errno. */
export function sendto(fd: number, data: Uint8Array, address: Uint8Array | null = null): number {
  return calls.sendto(fd, data, data.byteLength, MSG_DONTWAIT_NOSIGNAL, address, address?.byteLength ?? 0);
}

export const AF_UNIX = 1;

/** Offsets in `struct sockaddr_un` (linux/un.h). */
export const unixAddressLayout = { size: 110, sun_family: 0, sun_path: 2 } as const;

/**
 * `struct sockaddr_un` of a socket: an absolute path, or a name of the abstract namespace written with a leading `@`, as
 * systemd and /proc/net/unix write it. Null for a text that is neither or is too long.
 */
export function unixAddress(text: string): Buffer | null {
  const abstract = text.startsWith('@');
  if (text.length < 2 || text.includes('\0') || !(abstract || text.startsWith('/'))) return null;
  // A path ends with a NUL; an abstract name starts with one and ends where the address does.
  const name = Buffer.from(abstract ? `\0${text.slice(1)}` : `${text}\0`);
  if (name.length > unixAddressLayout.size - unixAddressLayout.sun_path) return null;
  const family = Buffer.alloc(2);
  family.writeUInt16LE(AF_UNIX);
  return Buffer.concat([family, name]);
}

/** `struct sockaddr_nl` (linux/netlink.h): family, port id 0 so that the kernel chooses one, group mask. */
export function netlinkAddress(groups: number): Buffer {
  const address = Buffer.alloc(netlinkAddressLayout.size);
  address.writeUInt16LE(AF_NETLINK, netlinkAddressLayout.nl_family);
  address.writeUInt32LE(groups, netlinkAddressLayout.nl_groups);
  return address;
}

export const AF_NETLINK = 16;

/** Offsets in `struct sockaddr_nl`. */
export const netlinkAddressLayout = { size: 12, nl_family: 0, nl_pid: 4, nl_groups: 8 } as const;

/** Offsets in `struct msghdr` and `struct iovec` of a 64-bit machine. */
export const messageLayout = {
  size: 56,
  msg_name: 0,
  msg_namelen: 8,
  msg_iov: 16,
  msg_iovlen: 24,
  msg_flags: 48,
  iovec_size: 16,
  iov_len: 8,
} as const;

const optionValue = Buffer.alloc(4);
const optionLength = Buffer.alloc(4);

/** Sets an option whose value is an int: 0 or -errno. */
export function setsockopt(fd: number, level: number, name: number, value: number): number {
  optionValue.writeInt32LE(value);
  return calls.setsockopt(fd, level, name, optionValue, optionValue.length);
}

/** Reads an option whose value is a non-negative int: the value or -errno. */
export function getsockopt(fd: number, level: number, name: number): number {
  optionLength.writeInt32LE(optionValue.length);
  const result = calls.getsockopt(fd, level, name, optionValue, optionLength);
  return result < 0 ? result : optionValue.readInt32LE(0);
}

/** What recvmsg received. */
export interface ReceivedMessage {
  /** Bytes in the buffer, or -errno: EAGAIN when there is nothing, ENOBUFS when messages were lost. */
  readonly length: number;
  /** True where the datagram was longer than the buffer; the rest is gone. */
  readonly truncated: boolean;
  /** The sender's netlink port: 0 is the kernel, anything else a process. */
  readonly senderPid: number;
  /** The mask of groups it was sent to; 0 for a message to us alone. */
  readonly senderGroups: number;
}

// One message header for all calls: they are synchronous, and libc keeps none of it.
const sender = Buffer.alloc(netlinkAddressLayout.size);
const vector = Buffer.alloc(messageLayout.iovec_size);
const header = Buffer.alloc(messageLayout.size);
header.writeBigUInt64LE(addressOf(sender), messageLayout.msg_name);
header.writeBigUInt64LE(addressOf(vector), messageLayout.msg_iov);
header.writeBigUInt64LE(1n, messageLayout.msg_iovlen);

/** Receives one datagram from a netlink socket into `buffer`. Blocks unless the socket is SOCK_NONBLOCK. */
export function recvmsg(fd: number, buffer: Uint8Array): ReceivedMessage {
  sender.fill(0);
  header.writeUInt32LE(sender.length, messageLayout.msg_namelen);
  header.writeInt32LE(0, messageLayout.msg_flags);
  vector.writeBigUInt64LE(addressOf(buffer), 0);
  vector.writeBigUInt64LE(BigInt(buffer.byteLength), messageLayout.iov_len);
  const length = calls.recvmsg(fd, header, 0);
  return {
    length,
    truncated: length >= 0 && (header.readInt32LE(messageLayout.msg_flags) & MSG_TRUNC) !== 0,
    senderPid: sender.readUInt32LE(netlinkAddressLayout.nl_pid),
    senderGroups: sender.readUInt32LE(netlinkAddressLayout.nl_groups),
  };
}
