/**
 * The functions of libc that we use. Each gives the result, or -errno, and throws only for our own mistakes. All run
 * synchronously in the calling thread: what can block belongs into a process or thread of its own.
 */

import { PathManagerError } from '../base/errors.js';
import type { ErrorFacts } from '../base/errors.js';
import { errno, errnoName } from './errno.js';
import { prepare } from './prepared.js';
import type { PreparedCall } from './prepared.js';

export * from './epoll.js';
export { addressOf } from './native.js';
export * from './socket.js';

/** open(2) flags and file types, asm-generic/fcntl.h; those that differ between architectures (O_DIRECT, O_NOFOLLOW) are left out. */
export const openFlags = {
  O_RDONLY: 0,
  O_WRONLY: 1,
  O_RDWR: 2,
  O_EXCL: 0o200,
  O_NONBLOCK: 0o4000,
  O_CLOEXEC: 0o2000000,
} as const;

/** flock(2) operations. */
export const flockOperations = { LOCK_SH: 1, LOCK_EX: 2, LOCK_NB: 4, LOCK_UN: 8 } as const;

/** Types of mknod(2)'s mode. */
export const fileTypes = { S_IFCHR: 0o20000, S_IFBLK: 0o60000 } as const;

const calls = {
  open: prepare('open', { result: 'int', arguments: ['pointer', 'int', 'int'] }),
  close: prepare('close', { result: 'int', arguments: ['int'] }),
  ioctl: prepare('ioctl', { result: 'int', arguments: ['int', 'long', 'pointer'] }),
  read: prepare('read', { result: 'long', arguments: ['int', 'pointer', 'long'] }),
  write: prepare('write', { result: 'long', arguments: ['int', 'pointer', 'long'] }),
  mknod: prepare('mknod', { result: 'int', arguments: ['pointer', 'int', 'long'] }),
  flock: prepare('flock', { result: 'int', arguments: ['int', 'int'] }),
} as const satisfies Record<string, PreparedCall>;

/** A C string; null where the text holds a NUL, which would cut it short unseen. */
export function cString(text: string): Buffer | null {
  return text.includes('\0') ? null : Buffer.from(`${text}\0`);
}

/** Opens a file: the descriptor or -errno. O_CLOEXEC is added always, so that no child inherits it. */
export function open(path: string, flags: number, mode = 0): number {
  const name = cString(path);
  return name === null ? -errno.EINVAL : calls.open(name, flags | openFlags.O_CLOEXEC, mode);
}

/** Closes a descriptor: 0 or -errno. On Linux it is closed after EINTR too: never repeat it. */
export function close(fd: number): number {
  return calls.close(fd);
}

/** ioctl(2): its result or -errno. The third argument is a buffer the kernel may fill, a plain number, or nothing. */
export function ioctl(fd: number, request: number, argument: Uint8Array | number | null = null): number {
  return calls.ioctl(fd, request, argument);
}

/** Reads up to the buffer's length: bytes read (0 at the end) or -errno. */
export function read(fd: number, buffer: Uint8Array): number {
  return calls.read(fd, buffer, buffer.byteLength);
}

/** Writes the buffer: bytes written, perhaps fewer than all, or -errno. */
export function write(fd: number, buffer: Uint8Array): number {
  return calls.write(fd, buffer, buffer.byteLength);
}

/** Makes a device node: 0 or -errno. `mode` is a type of `fileTypes` with permission bits. */
export function mknod(path: string, mode: number, major: number, minor: number): number {
  const name = cString(path);
  return name === null ? -errno.EINVAL : calls.mknod(name, mode, deviceNumber(major, minor));
}

/** Locks or unlocks an open file: 0 or -errno (EAGAIN with LOCK_NB where somebody holds it). */
export function flock(fd: number, operation: number): number {
  return calls.flock(fd, operation);
}

/** A device number as libc's makedev gives it: 12 bits of major and 20 of minor, the minor's upper bits above the major. */
export function deviceNumber(major: number, minor: number): number {
  if (!(major >= 0 && major < 0x1000 && minor >= 0 && minor < 0x10_0000)) {
    throw new PathManagerError('INTERNAL', `Device number ${major}:${minor} is out of range`);
  }
  return (minor & 0xff) + major * 0x100 + (minor >>> 8) * 0x10_0000;
}

/**
 * The result of a call that must not fail.
 * @param operation what was tried, as it reads after "Cannot": "open \"/dev/sg0\""
 * @throws PathManagerError SYSCALL with `errno` and the facts
 */
export function expectOk(result: number, operation: string, facts: ErrorFacts = {}): number {
  if (result >= 0) return result;
  const text = `Cannot ${operation}: kernel returned ${errnoName(result)} (${-result})`;
  throw new PathManagerError('SYSCALL', text, { ...facts, errno: -result });
}
