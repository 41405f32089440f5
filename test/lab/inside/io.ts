// I/O on a disk by a process of its own: a disk that hangs blocks that process and never the test.
import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync, realpathSync } from 'node:fs';
import { basename, join } from 'node:path';
import { blockSize } from './aligned-buffer.js';
import type { IoCommand, IoPlan, IoReply, IoRequest, IoStats } from './io-types.js';
import { until } from './until.js';

export { blockSize };

export interface IoOptions {
  /** I/O in flight at once; default 1. */
  readonly depth?: number;
  /** The wait after each I/O in milliseconds, so that the one CPU of the lab is left for others; default 2. */
  readonly pauseMs?: number;
  /** How many blocks of 4 KiB from the start are used; default: all for a reader, 1024 for a writer. */
  readonly blocks?: number;
}

/** Starts to read blocks at random. */
export function startReader(device: string, options: IoOptions = {}): Promise<IoRun> {
  return IoRun.start({ device, kind: 'read', depth: 1, pauseMs: 2, blocks: sizeInBlocks(device), ...options });
}

/**
 * Starts to write and read blocks at random; each carries its place, a generation and a checksum, and is checked when it
 * is read. It destroys what the disk holds.
 */
export function startVerifyingWriter(device: string, options: IoOptions = {}): Promise<IoRun> {
  const blocks = Math.min(1024, sizeInBlocks(device));
  return IoRun.start({ device, kind: 'verify', depth: 1, pauseMs: 2, blocks, ...options });
}

/** The size of a block device, by any of its names. */
export function sizeInBlocks(device: string): number {
  const sectors = Number(readFileSync(`/sys/class/block/${basename(realpathSync(device))}/size`, 'utf8'));
  return Math.floor((sectors * 512) / blockSize);
}

const running = new Set<IoRun>();

/** Kills every I/O process that still runs, whoever started it. */
export function killRuns(): void {
  for (const run of running) run.kill();
}

/** A running I/O process. */
export class IoRun {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (stats: IoStats) => void>();
  #lastId = 0;
  #failure: string | undefined;

  private constructor(plan: IoPlan) {
    // No inherited options: a debugger or a loader of the test is none of the worker's business.
    this.#child = fork(join(import.meta.dirname, 'io-worker.js'), [JSON.stringify(plan)], { execArgv: [] });
    this.#child.on('message', (message) => {
      const reply = message as IoReply;
      this.#waiting.get(reply.id)?.(reply.stats);
      this.#waiting.delete(reply.id);
    });
    running.add(this);
    this.#child.on('exit', (code, signal) => {
      running.delete(this);
      this.#failure = `The I/O process on "${plan.device}" ended by ${signal ?? `status ${String(code)}`}`;
    });
  }

  /** Resolves when the first I/O is done. */
  static async start(plan: IoPlan): Promise<IoRun> {
    const run = new IoRun(plan);
    await run.until((stats) => stats.reads + stats.writes + stats.errors > 0);
    return run;
  }

  stats(): Promise<IoStats> {
    return this.#ask('stats');
  }

  /** Starts a new worst stall; the counts go on. */
  reset(): Promise<IoStats> {
    return this.#ask('reset');
  }

  /** Resolves when nothing is in flight any more. */
  pause(): Promise<IoStats> {
    return this.#ask('pause', 60_000);
  }

  resume(): Promise<IoStats> {
    return this.#ask('resume');
  }

  /** Waits for something to be true of the figures; `withinMs` as in `until`. */
  until(test: (stats: IoStats) => boolean, withinMs = 20_000): Promise<IoStats> {
    return until(
      `the I/O figures are as wanted (${test.toString()})`,
      async () => {
        const stats = await this.stats();
        return test(stats) ? stats : undefined;
      },
      { withinMs, found: () => this.stats() },
    );
  }

  /** Ends the I/O, checks everything that was written, and gives the last figures. */
  async stop(): Promise<IoStats> {
    const stats = await this.#ask('stop', 60_000);
    this.kill();
    return stats;
  }

  /** Ends it at once, without figures; harmless when it is over. A process stuck in the kernel goes when that lets it. */
  kill(): void {
    this.#failure ??= 'The I/O process was ended before';
    this.#child.kill('SIGKILL');
    if (this.#child.connected) this.#child.disconnect();
    this.#child.unref();
  }

  #ask(command: IoCommand, withinMs = 10_000): Promise<IoStats> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      const fail = (): void => {
        this.#waiting.delete(id);
        reject(new Error(this.#failure ?? `The I/O process did not answer "${command}" within ${withinMs / 1000} s`));
      };
      if (this.#failure !== undefined) {
        fail();
        return;
      }
      const timer = setTimeout(fail, withinMs);
      this.#waiting.set(id, (stats) => {
        clearTimeout(timer);
        resolve(stats);
      });
      this.#child.send({ id, command } satisfies IoRequest);
    });
  }
}
