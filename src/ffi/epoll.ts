/** epoll and eventfd of libc, and the layout of `struct epoll_event`. Each function gives the result or -errno. */

import { prepare, prepareAsync } from './prepared.js';
import type { PreparedAsyncCall } from './prepared.js';

const waitTypes = { result: 'int', arguments: ['int', 'pointer', 'int', 'int'] } as const;

const calls = {
  eventfd: prepare('eventfd', { result: 'int', arguments: ['int', 'int'] }),
  epoll_create1: prepare('epoll_create1', { result: 'int', arguments: ['int'] }),
  epoll_ctl: prepare('epoll_ctl', { result: 'int', arguments: ['int', 'int', 'int', 'pointer'] }),
  epoll_wait: prepare('epoll_wait', waitTypes),
} as const;

const CLOEXEC = 0o2000000;
const NONBLOCK = 0o4000;

/** Bits of `epoll_event.events` (linux/eventpoll.h); ERR and HUP are reported whether asked for or not. */
export const epollEvents = { EPOLLIN: 0x1, EPOLLPRI: 0x2, EPOLLERR: 0x8, EPOLLHUP: 0x10 } as const;
export const epollOperations = { EPOLL_CTL_ADD: 1, EPOLL_CTL_DEL: 2, EPOLL_CTL_MOD: 3 } as const;

/** `struct epoll_event`: packed on x86-64 (linux/eventpoll.h, EPOLL_PACKED), naturally aligned elsewhere. */
export const epollEventLayout =
  process.arch === 'x64' ? { size: 12, events: 0, data: 4 } : { size: 16, events: 0, data: 8 };

/** A non-blocking counter that a poller can wait for; write 8 bytes to add, read 8 bytes to take. */
export function eventfd(initial: number): number {
  return calls.eventfd(initial, CLOEXEC | NONBLOCK);
}

export function epollCreate(): number {
  return calls.epoll_create1(CLOEXEC);
}

const change = Buffer.alloc(epollEventLayout.size);

/** Adds, changes or removes a descriptor; `id` comes back with its events. */
export function epollCtl(epoll: number, operation: number, fd: number, events: number, id: number): number {
  change.writeUInt32LE(events, epollEventLayout.events);
  change.writeUInt32LE(id, epollEventLayout.data);
  return calls.epoll_ctl(epoll, operation, fd, change);
}

/** Fills `events` and gives how many there are. A timeout of 0 never blocks, one of -1 blocks the whole process. */
export function epollWait(epoll: number, events: Buffer, timeout: number): number {
  return calls.epoll_wait(epoll, events, Math.floor(events.length / epollEventLayout.size), timeout);
}

/** epoll_wait in a pool thread, with no time limit: (values as for epoll_wait) and its outcome, or -1 without a cause. */
export function prepareEpollWait(): PreparedAsyncCall {
  return prepareAsync('epoll_wait', waitTypes);
}
