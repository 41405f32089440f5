// What a benchmark run measured: written as JSON by the part in the lab, read by the report. Times in milliseconds, memory
// in KiB.

/** Repeated measurements of one thing; `note` says why there are fewer than asked, or none. */
export interface Samples {
  readonly values: readonly number[];
  readonly note?: string;
}

export interface Memory {
  /** Each page counted once, however many processes of this side share it. */
  readonly pssKb: number;
  readonly rssKb: number;
  readonly processes: readonly ProcessMemory[];
}

export interface ProcessMemory {
  readonly name: string;
  readonly pssKb: number;
  readonly rssKb: number;
}

/** CPU time per wall time in percent of one CPU, beyond what the lab uses without the daemons. */
export interface CpuUse {
  readonly checkIntervals: string;
  readonly percent: Samples;
  /** SCSI commands that a path got in a minute: whether the sides checked as much as each other. */
  readonly commandsPerPathMinute: number;
}

export interface Listing {
  readonly command: string;
  readonly ms: Samples;
}

/** One side, ours or the peer, at one size. */
export interface SideResult {
  /** From the start of the daemon to the last map in the kernel with all of its paths. */
  readonly startMs: Samples;
  /** From the same moment to the end of udev's work on these maps. */
  readonly settledMs: Samples;
  /** CPU time of the daemons' processes up to the last map. */
  readonly startCpuMs: Samples;
  readonly memory?: Memory;
  readonly cpu: readonly CpuUse[];
  readonly listings: readonly Listing[];
}

export type Side = 'peer' | 'ours';

export interface SizeResult {
  readonly units: number;
  readonly pathsPerUnit: number;
  readonly sides: Partial<Record<Side, SideResult>>;
  readonly versions: Readonly<Record<string, string>>;
}

/** What the report is made of. */
export interface BenchResults {
  readonly sizes: readonly SizeResult[];
  /** Load averages of the machine round the lab, at the start and the end, and its CPUs. */
  readonly hostLoad: readonly [number, number];
  readonly hostCpus: number;
}

/** What to do at one size: from the host's part to the lab's. */
export interface SizePlan {
  readonly units: number;
  readonly pathsPerUnit: number;
  readonly sides: readonly Side[];
  /** CPU use and all listings; otherwise only what growth is judged by. */
  readonly full: boolean;
  readonly starts: number;
  readonly listings: number;
  readonly quietSeconds: number;
}
