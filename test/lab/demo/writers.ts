// The I/O of the demo: a verifying writer on each logical unit, seen as one.
import { type IoRun, startVerifyingWriter } from '../inside/io.js';
import type { IoStats } from '../inside/io-types.js';

/** What the writers did in a span of time. */
export interface Span {
  readonly ms: number;
  /** Reads and writes done. */
  readonly ios: number;
  readonly bytes: number;
  /** The longest that one I/O took. */
  readonly worstStallMs: number;
  /** I/O errors, and blocks that did not hold what was written. */
  readonly errors: number;
  readonly mismatches: number;
  /** The first few of both in words. */
  readonly problems: readonly string[];
}

/**
 * Waits after each I/O: the lab has one CPU, and the I/O leaves room on it for the programs that are shown. The steps that
 * count I/Os look at the first logical unit.
 */
const pauseMs = { first: 6, others: 40 };

export class Writers {
  readonly #runs: readonly IoRun[];
  #markedAt = performance.now();
  #marked: readonly IoStats[] = [];

  private constructor(runs: readonly IoRun[]) {
    this.#runs = runs;
  }

  /** Starts one on each device; the first span begins. */
  static async start(devices: readonly string[]): Promise<Writers> {
    const writers = new Writers(await Promise.all(devices.map(paced)));
    await writers.mark();
    return writers;
  }

  /** Begins a new span. */
  async mark(): Promise<void> {
    this.#marked = await Promise.all(this.#runs.map((run) => run.reset()));
    this.#markedAt = performance.now();
  }

  /** The span since the last mark. */
  async span(): Promise<Span> {
    return this.#spanOf(await Promise.all(this.#runs.map((run) => run.stats())));
  }

  /** Ends them after each has read all again that it ever wrote; gives the span in which that was done. */
  async finish(): Promise<Span> {
    await this.mark();
    return this.#spanOf(await Promise.all(this.#runs.map((run) => run.stop())));
  }

  kill(): void {
    for (const run of this.#runs) run.kill();
  }

  #spanOf(stats: readonly IoStats[]): Span {
    const sum = (figure: (each: IoStats) => number): number =>
      total(stats.map(figure)) - total(this.#marked.map(figure));
    return {
      ms: performance.now() - this.#markedAt,
      ios: sum(({ reads, writes }) => reads + writes),
      bytes: sum(({ bytes }) => bytes),
      worstStallMs: Math.max(...stats.map(({ worstStallMs }) => worstStallMs)),
      errors: sum(({ errors }) => errors),
      mismatches: sum(({ mismatches }) => mismatches),
      problems: stats.flatMap(({ problems }) => problems),
    };
  }
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function paced(device: string, index: number): Promise<IoRun> {
  return startVerifyingWriter(device, { pauseMs: index === 0 ? pauseMs.first : pauseMs.others });
}
