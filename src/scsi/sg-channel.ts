/**
 * SCSI commands on one path that can hang nobody.
 *
 * The obvious way, ioctl(SG_IO), puts its thread to sleep until the device answers or the kernel's error handling gives
 * up; on a disk's node not even SIGKILL ends that. On the main thread it stops the process; in libuv's pool it takes one
 * of four threads from everybody, and Node waits for it before it exits. The sg driver's older interface has neither
 * fault: write() queues the command and returns, epoll tells when an answer is there, read() fetches it
 * (drivers/scsi/sg.c, sg_write, sg_poll, sg_read). So a command is plain memory and a number in a map, and the
 * deadline is a timer of our own: the caller goes on while the command stays outstanding, and an exit closes the
 * descriptor without waiting for anything (sg_release).
 *
 * What may be freed when. write() copies header and CDB before it returns (sg_new_write). I/O is indirect (no
 * SG_FLAG_DIRECT_IO): data for the device is copied to pages of the kernel in write() as well (sg_start_req,
 * blk_rq_map_user; block/blk-map.c, bio_copy_user_iov), the device's own goes to such pages, and data and sense are
 * copied to our addresses in read() alone, in our own context (sg_new_read, blk_rq_unmap_user). So a command's memory
 * is kept until its answer has been read or the descriptor is closed; after close() a command that is still outstanding is completed in the
 * kernel by a worker, which frees those pages and copies nothing to anybody (sg_remove_sfp_usercontext;
 * block/blk-map.c, bio_uncopy_user without current->mm). The memory may then go.
 *
 * The one place where write() can sleep, the allocation of a block request, is watched by QueueGuard: a command is not
 * handed over before there is room for it.
 */

import type { Clock, Timer } from '../base/clock.js';
import { errno, errnoName } from '../ffi/errno.js';
import { expectOk } from '../ffi/libc.js';
import type { Poller, Watch } from '../ffi/poller.js';
import type { Outcome } from './outcome.js';
import { sysfsQueueGuard } from './queue-guard.js';
import type { Obstacle, QueueGuard } from './queue-guard.js';
import { SgCommand, replyWithout } from './sg-command.js';
import type { CommandData, ScsiReply } from './sg-command.js';
import { kernelSgDriver } from './sg-driver.js';
import type { SgDriver } from './sg-driver.js';
import { readSgHeader, sgHeaderLayout } from './sg-header.js';

export type { ScsiReply } from './sg-command.js';

/** What a channel needs; driver and guard are the kernel's unless a test puts its own. */
export interface ChannelOptions {
  readonly poller: Pick<Poller, 'watch'>;
  readonly clock: Clock;
  readonly driver?: SgDriver;
  readonly guard?: QueueGuard;
}

export interface SubmitOptions extends CommandData {
  /** Our deadline: then the caller gets "timeout", whatever the kernel does. */
  readonly timeoutMs: number;
  /** When the kernel starts its error handling, which resets what does not answer: see KERNEL_TIMEOUT_MS. */
  readonly kernelTimeoutMs?: number;
  /** Send it even though an earlier command is still outstanding; otherwise that is refused with "not-sent". */
  readonly besideOthers?: boolean;
}

/**
 * The kernel's own time limit of a command, at least; as sd gives its commands (SD_TIMEOUT, drivers/scsi/sd.h). Longer
 * than a probe's deadline on purpose: a probe must not be what sets off an abort or a reset of a slow logical unit.
 */
export const KERNEL_TIMEOUT_MS = 30_000;

const PACK_ID_MAX = 0x7fff_ffff;
/** How often the queue is looked at that has no room. */
const LOOK_MS = 60;

interface Pending {
  readonly command: SgCommand;
  readonly sentAt: number;
  readonly deadline: Timer;
  /** Null once the caller has its reply and only the memory waits for the kernel. */
  settle: ((reply: ScsiReply) => void) | null;
}

/** An open sg device: one path, one descriptor. */
export class SgChannel {
  readonly #driver: SgDriver;
  readonly #guard: QueueGuard;
  readonly #clock: Clock;
  readonly #fd: number;
  readonly #watch: Watch;
  /** Every command whose answer has not been read: this map keeps their memory. */
  readonly #pending = new Map<number, Pending>();
  readonly #answer = Buffer.alloc(sgHeaderLayout.size);
  #lastPackId = 0;
  /** Commands that wait for room in the queue. */
  #waiting = 0;
  /** Why it takes no more commands, as the reply says it. */
  #end: { readonly outcome: Outcome; readonly reason: string } | null = null;

  private constructor(fd: number, driver: SgDriver, guard: QueueGuard, options: ChannelOptions) {
    this.#driver = driver;
    this.#guard = guard;
    this.#clock = options.clock;
    this.#fd = fd;
    this.#watch = options.poller.watch(fd, { readable: true }, () => this.#collect());
  }

  /**
   * Opens a path.
   * @param node its sg device node, as "/dev/sg3"
   * @throws PathManagerError SYSCALL, with ENXIO or ENODEV where the device is gone
   */
  static open(node: string, options: ChannelOptions): SgChannel {
    const driver = options.driver ?? kernelSgDriver;
    const fd = expectOk(driver.open(node), `open ${JSON.stringify(node)}`, { node });
    try {
      return new SgChannel(fd, driver, options.guard ?? sysfsQueueGuard(node, options.clock), options);
    } catch (error) {
      driver.close(fd);
      throw error;
    }
  }

  /** Commands that wait for room in the queue or are with the kernel, those past their deadline included. */
  get outstanding(): number {
    return this.#pending.size + this.#waiting;
  }

  /** False when it has been closed, or the kernel has removed the device. */
  get isOpen(): boolean {
    return this.#end === null;
  }

  /**
   * Sends a command. Resolves by the deadline at the latest, whatever happens; never rejects. Where the device has
   * commands of others and completes none of them until the deadline, that is "timeout" too, without one of our own.
   */
  submit(cdb: Uint8Array, options: SubmitOptions): Promise<ScsiReply> {
    if (this.#end !== null) return Promise.resolve(replyWithout(this.#end.outcome, this.#end.reason, 0));
    if (this.outstanding > 0 && options.besideOthers !== true) {
      return Promise.resolve(replyWithout('not-sent', 'an earlier command is outstanding', 0));
    }
    const startedAt = this.#clock.monotonic();
    const obstacle = this.#guard.obstacle();
    return obstacle === null
      ? this.#send(cdb, options, startedAt, 0)
      : this.#sendLater(cdb, options, startedAt, obstacle);
  }

  /** Closes the descriptor. Callers that still wait get "not-sent"; what the kernel still has ends there unseen. */
  close(): void {
    this.#shut('not-sent', 'the channel is closed');
  }

  /** @param waitedMs what is gone of the time before `sentAt`, now */
  #send(cdb: Uint8Array, options: SubmitOptions, sentAt: number, waitedMs: number): Promise<ScsiReply> {
    const kernelTimeoutMs = options.kernelTimeoutMs ?? Math.max(KERNEL_TIMEOUT_MS, options.timeoutMs);
    const command = new SgCommand(this.#nextPackId(), cdb, options, kernelTimeoutMs);
    const result = this.#driver.submit(this.#fd, command.header);
    if (result < 0) return Promise.resolve(this.#refused('submit', -result));
    return new Promise((settle) => {
      // Whole milliseconds: timers of one length share a list.
      const left = Math.ceil(options.timeoutMs - waitedMs);
      const deadline = this.#clock.after('SCSI command', left, () => this.#expire(pending));
      const pending: Pending = { command, sentAt, deadline, settle };
      this.#pending.set(command.packId, pending);
    });
  }

  /** Sends when the queue lets it, and gives up at the deadline. */
  async #sendLater(cdb: Uint8Array, options: SubmitOptions, startedAt: number, first: Obstacle): Promise<ScsiReply> {
    let obstacle: Obstacle | null = first;
    while (obstacle?.passing === true && this.#clock.monotonic() + LOOK_MS < startedAt + options.timeoutMs) {
      await this.#pause(LOOK_MS);
      if (this.#end !== null) return replyWithout(this.#end.outcome, this.#end.reason, 0);
      obstacle = this.#guard.obstacle();
    }
    const durationMs = this.#clock.monotonic() - startedAt;
    if (obstacle === null) return this.#send(cdb, options, startedAt + durationMs, durationMs);
    return replyWithout(obstacle.silent ? 'timeout' : 'not-sent', obstacle.reason, durationMs);
  }

  async #pause(delay: number): Promise<void> {
    this.#waiting++;
    await new Promise<void>((resolve) => this.#clock.after('SCSI queue', delay, resolve));
    this.#waiting--;
  }

  #nextPackId(): number {
    do this.#lastPackId = (this.#lastPackId % PACK_ID_MAX) + 1;
    while (this.#pending.has(this.#lastPackId));
    return this.#lastPackId;
  }

  /** The deadline: the caller goes on, the command's memory stays for the kernel. */
  #expire(pending: Pending): void {
    const durationMs = this.#clock.monotonic() - pending.sentAt;
    pending.settle?.(replyWithout('timeout', `no answer after ${Math.round(durationMs)} ms`, durationMs));
    pending.settle = null;
  }

  /** The descriptor is readable, or hung up for ever after: the device has been removed. */
  #collect(): void {
    for (let collected = 0; this.#end === null; collected++) {
      this.#answer.fill(0);
      const result = this.#driver.collect(this.#fd, this.#answer);
      if (result === -errno.EAGAIN && collected === 0 && this.#driver.isGone(this.#fd)) {
        this.#shut('device-gone', 'the SCSI device has been removed');
      }
      if (result === -errno.EAGAIN || result === -errno.EINTR) return;
      if (result < 0) {
        this.#unreadable(-result);
        return;
      }
      const completion = readSgHeader(this.#answer);
      this.#finish(completion.packId, (pending, durationMs) => pending.command.reply(completion, durationMs));
      // What completes in this moment makes the descriptor readable again.
      if (this.#pending.size === 0) return;
    }
  }

  /** A read that failed: the answer of one command is lost with it, where the header tells which, or the whole channel. */
  #unreadable(error: number): void {
    const reply = this.#refused('read', error);
    const packId = this.#answer.readInt32LE(sgHeaderLayout.pack_id);
    const known = this.#finish(packId, (_pending, durationMs) => ({ ...reply, durationMs }));
    // Otherwise the descriptor would stay readable and call us without end.
    if (!known) this.#shut(reply.outcome, reply.reason);
  }

  /** Settles a command and lets go of its memory; false where there is none of this number. */
  #finish(packId: number, replyOf: (pending: Pending, durationMs: number) => ScsiReply): boolean {
    const pending = this.#pending.get(packId);
    if (pending === undefined) return false;
    this.#pending.delete(packId);
    pending.deadline.cancel();
    pending.settle?.(replyOf(pending, this.#clock.monotonic() - pending.sentAt));
    return true;
  }

  /** The reply where the driver refused; an error that says the device is gone ends the channel. */
  #refused(operation: string, error: number): ScsiReply {
    const gone = error === errno.ENODEV || error === errno.ENXIO;
    const outcome = gone ? 'device-gone' : 'not-sent';
    const reason = `${operation} failed with ${errnoName(error)} (${error})`;
    if (gone) this.#shut(outcome, reason);
    return replyWithout(outcome, reason, 0);
  }

  /** Ends the channel, and with it the watch that a removed device would wake without end. */
  #shut(outcome: Outcome, reason: string): void {
    if (this.#end !== null) return;
    this.#end = { outcome, reason };
    this.#watch.close();
    this.#driver.close(this.#fd);
    this.#guard.close();
    for (const packId of [...this.#pending.keys()]) {
      this.#finish(packId, (_pending, durationMs) => replyWithout(outcome, reason, durationMs));
    }
  }
}
