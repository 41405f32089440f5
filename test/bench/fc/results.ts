// What the benchmark of the Fibre Channel lab measured: written as JSON in the lab, read by the report. Milliseconds.

export const sideNames = {
  peer: 'multipathd, its defaults',
  'peer-tuned': 'multipathd, fast_io_fail_tmo 1, polling_interval 1',
  ours: 'Storage PathManager, its defaults',
} as const;

export type FcSide = keyof typeof sideNames;

/** One pull and plug. Times count from the moment at which the link was down, or the remote port Online again. */
export interface Pull {
  /** The longest that one I/O of the reader and of the writer took, from before the pull to after the return. */
  readonly readerStall: number;
  readonly writerStall: number;
  /** Until the kernel's map of the LU with the I/O, and of every LU, had the path failed. */
  readonly firstFailed: number;
  readonly allFailed: number;
  /** Until these paths were active again. */
  readonly firstBack: number;
  readonly allBack: number;
}

export interface FcSideResult {
  readonly pulls: readonly Pull[];
  /** I/O that failed, and blocks that did not hold what was written. */
  readonly errors: number;
  /** SCSI commands a minute of quiet, over all paths. */
  readonly commandsPerMinute: number;
  /** CPU time of its processes in that minute, in percent of one CPU. */
  readonly cpuPercent: number;
}

export interface FcResult {
  readonly units: number;
  readonly sides: Partial<Record<FcSide, FcSideResult>>;
  readonly kernel: string;
}

/** From the host's part to the lab's. */
export interface FcPlan {
  readonly units: number;
  readonly sides: readonly FcSide[];
  readonly pulls: number;
  readonly quietSeconds: number;
}
