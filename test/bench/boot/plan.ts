// What a machine of the boot benchmark is, and what a boot of it has measured.
import type { Side } from '../results.js';

export interface BootPlan {
  readonly side: Side;
  readonly units: number;
  readonly pathsPerUnit: number;
}

/** Milliseconds from the start of the kernel. */
export interface BootTimes {
  /** The disks are all there, and the first process starts as systemd. */
  readonly systemd: number;
  /** Every logical unit has its map, active and with all of its paths. */
  readonly maps: number;
  /** multi-user.target is reached. */
  readonly multiUser: number;
  /** All maps are there, and udev has nothing left to do. */
  readonly settled: number;
}
