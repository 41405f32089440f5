// What the test and its I/O process say to each other.

/** What to do with a disk; all I/O is direct (O_DIRECT) and random. */
export interface IoPlan {
  readonly device: string;
  readonly kind: 'read' | 'verify';
  /** I/O in flight at once. */
  readonly depth: number;
  readonly blocks: number;
  readonly pauseMs: number;
}

/** Figures since the start, or since the last reset for the worst stall. */
export interface IoStats {
  readonly reads: number;
  readonly writes: number;
  readonly bytes: number;
  /** I/O that the kernel refused; the writer's other counts leave them out. */
  readonly errors: number;
  /** Blocks that were read and did not hold what was written last. */
  readonly mismatches: number;
  /** The first few errors and mismatches in words. */
  readonly problems: readonly string[];
  /** The longest that one I/O took, one still in flight included, in milliseconds. */
  readonly worstStallMs: number;
  readonly elapsedMs: number;
}

/** `pause` and `stop` are answered when nothing is in flight; `stop` after a verifying writer has read all again. */
export type IoCommand = 'stats' | 'reset' | 'pause' | 'resume' | 'stop';

export interface IoRequest {
  readonly id: number;
  readonly command: IoCommand;
}

export interface IoReply {
  readonly id: number;
  readonly stats: IoStats;
}
