/** The kernel's I/O counters of paths, for a command: plain reads of sysfs, nothing of the daemons. */
import { devT } from '../base/ids.js';
import { ioCountersOf } from '../sysfs/block.js';
import { Sysfs } from '../sysfs/sysfs.js';

export interface PathCounters {
  /** Reads and writes that have ended. */
  readonly completed: number;
  readonly bytes: number;
  /** Milliseconds that all of them together took. */
  readonly serviceMs: number;
  readonly inFlight: number;
}

/** Counters by device number ("8:32"); null where the device is gone. */
export type CounterReader = (device: string) => PathCounters | null;

export function counterReader(sysfs: Sysfs = new Sysfs()): CounterReader {
  return (device) => {
    const counters = ioCountersOf(sysfs, devT(device));
    if (counters === null) return null;
    const { reads, writes, sectorsRead, sectorsWritten, readMs, writeMs, inFlight } = counters;
    return {
      completed: reads + writes,
      bytes: (sectorsRead + sectorsWritten) * 512,
      serviceMs: readMs + writeMs,
      inFlight,
    };
  };
}
