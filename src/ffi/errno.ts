/** Error numbers of Linux by name, and the errno of the last call of this thread. */

import { ffi, libcFunction, memoryAt, pointersTo, signature } from './native.js';

/** The numbers we meet; equal on every architecture that Node has binaries for (asm-generic/errno.h). */
export const errno = {
  EPERM: 1,
  ENOENT: 2,
  EINTR: 4,
  EIO: 5,
  ENXIO: 6,
  E2BIG: 7,
  EBADF: 9,
  EAGAIN: 11,
  ENOMEM: 12,
  EACCES: 13,
  EFAULT: 14,
  EBUSY: 16,
  EEXIST: 17,
  EXDEV: 18,
  ENODEV: 19,
  ENOTDIR: 20,
  EISDIR: 21,
  EINVAL: 22,
  ENFILE: 23,
  EMFILE: 24,
  ENOTTY: 25,
  EFBIG: 27,
  ENOSPC: 28,
  ESPIPE: 29,
  EROFS: 30,
  EPIPE: 32,
  ERANGE: 34,
  EDEADLK: 35,
  ENAMETOOLONG: 36,
  ENOSYS: 38,
  ELOOP: 40,
  ENODATA: 61,
  EPROTO: 71,
  EBADMSG: 74,
  EOVERFLOW: 75,
  ENOTSOCK: 88,
  EDESTADDRREQ: 89,
  EMSGSIZE: 90,
  ENOPROTOOPT: 92,
  EPROTONOSUPPORT: 93,
  EOPNOTSUPP: 95,
  EAFNOSUPPORT: 97,
  EADDRINUSE: 98,
  EADDRNOTAVAIL: 99,
  ENOBUFS: 105,
  EISCONN: 106,
  ENOTCONN: 107,
  ETIMEDOUT: 110,
  ECONNREFUSED: 111,
  EALREADY: 114,
  EINPROGRESS: 115,
  EREMOTEIO: 121,
  ENOMEDIUM: 123,
  ECANCELED: 125,
} as const;

export type ErrnoName = keyof typeof errno;

const names = new Map<number, string>(Object.entries(errno).map(([name, number]) => [number, name]));

/** The name of an error number, taken with either sign; "errno N" for one that is not in the table. */
export function errnoName(number: number): string {
  const positive = Math.abs(number);
  return names.get(positive) ?? `errno ${positive}`;
}

// errno is a variable of the thread. Asking for it by a second call of the library is wrong now and then, as V8 may
// collect garbage in between and its system calls set errno too; reading the four bytes allocates nothing.
const here = locateErrno();

function locateErrno(): Int32Array {
  const call = signature(ffi.FFI_TYPES.ulonglong, []);
  const result = Buffer.alloc(8);
  ffi.ffi_call(call.cif, libcFunction('__errno_location'), result, pointersTo([]));
  const bytes = memoryAt(result.readBigUInt64LE(0), 4);
  return new Int32Array(bytes.buffer, bytes.byteOffset, 1);
}

/** errno as the last synchronous call of this thread left it. Read it before anything else is done. */
export function lastErrno(): number {
  return here[0] ?? 0;
}
