/** Waits for any number of descriptors with one thread of libuv's pool. */

import { isMainThread } from 'node:worker_threads';
import { PathManagerError } from '../base/errors.js';
import {
  epollCreate,
  epollCtl,
  epollEventLayout,
  epollEvents,
  epollOperations,
  epollWait,
  eventfd,
  prepareEpollWait,
} from './epoll.js';
import { errno } from './errno.js';
import { close, expectOk, read, write } from './libc.js';

/** What to wait for. Errors and hang-ups are reported too, always. */
export interface WatchedEvents {
  readonly readable?: true;
  /** EPOLLPRI: what sysfs attributes raise on a change. */
  readonly priority?: true;
}

export interface Watch {
  /** Ends it; the descriptor stays open. Close the watch before the descriptor. Harmless when repeated. */
  close(): void;
}

interface Entry {
  readonly fd: number;
  readonly events: number;
  readonly onReady: () => void;
}

const WAKE_ID = 0;
const one = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]);

/**
 * One epoll_wait in a pool thread for all watches, level-triggered: `onReady` is called again as long as the cause
 * lasts, so it must take what is there. What it throws is an uncaught exception; other watches still get their call.
 *
 * Keeps the process alive while it has a watch, like a listening socket; without one nothing waits. A blocked pool
 * thread would hang process.exit() for ever, so an eventfd in the set is written on `exit`, whatever the cause of it.
 * For the main thread only: ending a Worker with a call under way aborts the process.
 */
export class Poller {
  #epoll: number;
  readonly #wake: number;
  readonly #events = Buffer.alloc(64 * epollEventLayout.size);
  readonly #taken = Buffer.alloc(8);
  readonly #wait = prepareEpollWait();
  readonly #watches = new Map<number, Entry>();
  readonly #newestOfFd = new Map<number, number>();
  /** Closed watches that the kernel may still hold: their descriptor was closed first while a copy of it lives. */
  readonly #orphans = new Set<number>();
  #lastId = WAKE_ID;
  #waiting = false;
  #closed = false;
  #closing: Promise<void> | undefined;
  #onThreadBack: (() => void) | undefined;

  constructor() {
    if (!isMainThread) throw new PathManagerError('INTERNAL', 'A poller works in the main thread only');
    this.#wake = expectOk(eventfd(0), 'create an event descriptor');
    this.#epoll = this.#createSet();
    process.on('exit', this.#atExit);
  }

  /**
   * Calls `onReady` whenever the descriptor is ready.
   * @throws PathManagerError SYSCALL: EEXIST where it is watched already, EPERM where it cannot be waited for (a file)
   */
  watch(fd: number, events: WatchedEvents, onReady: () => void): Watch {
    if (this.#closed) throw new PathManagerError('INTERNAL', 'The poller is closed');
    const bits = (events.readable ? epollEvents.EPOLLIN : 0) | (events.priority ? epollEvents.EPOLLPRI : 0);
    const id = this.#nextId();
    expectOk(epollCtl(this.#epoll, epollOperations.EPOLL_CTL_ADD, fd, bits, id), `watch descriptor ${fd}`, { fd });
    this.#watches.set(id, { fd, events: bits, onReady });
    this.#newestOfFd.set(fd, id);
    this.#arm();
    return { close: () => this.#unwatch(id) };
  }

  /** Watches that are open. */
  get size(): number {
    return this.#watches.size;
  }

  /** Ends all watches and gives the thread back; settles when it has come back. Harmless when repeated. */
  close(): Promise<void> {
    this.#closing ??= this.#shutDown();
    return this.#closing;
  }

  async #shutDown(): Promise<void> {
    this.#closed = true;
    this.#watches.clear();
    if (this.#waiting) {
      await new Promise<void>((resolve) => {
        this.#onThreadBack = resolve;
        this.#wakeUp();
      });
    }
    process.off('exit', this.#atExit);
    close(this.#epoll);
    close(this.#wake);
  }

  #createSet(): number {
    const epoll = expectOk(epollCreate(), 'create an epoll set');
    expectOk(epollCtl(epoll, epollOperations.EPOLL_CTL_ADD, this.#wake, epollEvents.EPOLLIN, WAKE_ID), 'watch it');
    return epoll;
  }

  #nextId(): number {
    do this.#lastId = (this.#lastId + 1) >>> 0;
    while (this.#lastId === WAKE_ID || this.#watches.has(this.#lastId) || this.#orphans.has(this.#lastId));
    return this.#lastId;
  }

  #unwatch(id: number): void {
    const entry = this.#watches.get(id);
    if (entry === undefined) return;
    this.#watches.delete(id);
    // Where the number was closed and has come back as another file, the entry in the set is the newer watch's.
    const replaced = this.#newestOfFd.get(entry.fd) !== id;
    if (!replaced) this.#newestOfFd.delete(entry.fd);
    if (replaced || epollCtl(this.#epoll, epollOperations.EPOLL_CTL_DEL, entry.fd, 0, 0) < 0) this.#orphans.add(id);
    if (this.#watches.size === 0) this.#wakeUp();
  }

  #wakeUp(): void {
    if (this.#waiting) write(this.#wake, one);
  }

  readonly #atExit = (): void => {
    this.#closed = true;
    this.#wakeUp();
  };

  #arm(): void {
    if (this.#waiting || this.#closed || this.#watches.size === 0) return;
    this.#waiting = true;
    const capacity = this.#events.length / epollEventLayout.size;
    this.#wait([this.#epoll, this.#events, capacity, -1], (count) => this.#dispatch(count));
  }

  /** The thread is back. It waits again only after all callbacks, so that what they change is in the set by then. */
  #dispatch(outcome: number): void {
    if (!this.#closed) this.#deliver(outcome);
    this.#waiting = false;
    this.#onThreadBack?.();
    this.#arm();
  }

  #deliver(outcome: number): void {
    // The cause of a failure is known to the calling thread alone: ask again in this one.
    let count = outcome >= 0 ? outcome : epollWait(this.#epoll, this.#events, 0);
    if (count === -errno.EINTR) count = 0;
    expectOk(count, 'wait for descriptors');
    let rebuild = this.#orphans.size > 1000;
    for (let index = 0; index < count; index++) {
      const id = this.#events.readUInt32LE(index * epollEventLayout.size + epollEventLayout.data);
      if (id === WAKE_ID) read(this.#wake, this.#taken);
      else if (this.#orphans.has(id)) rebuild = true;
      else this.#call(id);
    }
    if (rebuild) this.#rebuild();
  }

  #call(id: number): void {
    try {
      // Gone when a callback of the same round closed it.
      this.#watches.get(id)?.onReady();
    } catch (error) {
      // Not here: the other watches have their turn first.
      process.nextTick(() => {
        throw error;
      });
    }
  }

  /** A new set without the orphans: they cannot be removed by their number any more, and would be reported for ever. */
  #rebuild(): void {
    close(this.#epoll);
    this.#orphans.clear();
    this.#epoll = this.#createSet();
    for (const [id, entry] of this.#watches) {
      const result = epollCtl(this.#epoll, epollOperations.EPOLL_CTL_ADD, entry.fd, entry.events, id);
      // Closed behind our back: it gave no events in the old set either.
      if (result !== -errno.EBADF) expectOk(result, `watch descriptor ${entry.fd}`, { fd: entry.fd });
    }
  }
}
