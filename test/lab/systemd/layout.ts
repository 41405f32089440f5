// The storage of the lab's machine, as stories and host know it.
import type { ArraySpec } from '../inside/array.js';
import type { LunSpec } from '../inside/lun-store.js';

/** LUNs of the array: two with two paths, and one disk that has a single path and is none of ours. Their content stays. */
const luns: readonly LunSpec[] = [
  { name: 'data', lun: 0, sizeMb: 64, serial: '0000d001', device: '/dev/ubdb' },
  { name: 'logs', lun: 1, sizeMb: 64, serial: '0000d002', device: '/dev/ubdc' },
  { name: 'local', lun: 2, sizeMb: 32, serial: '0000d003', device: '/dev/ubdd', shownOn: [0] },
];

/** Sizes of the disks behind them. */
export const diskSizesMb = luns.map((lun) => lun.sizeMb);

/** The array in the first life of the machine. */
export const array: ArraySpec = { ports: 2, luns };

/** The same array, found in another order: other disks get the names. */
export const arrayInOtherOrder: ArraySpec = { ...array, luns: [...luns].reverse() };

/** So many more logical units of two paths, which come and go as the stories want; their content does not stay. */
export const scsiDebug = (luns: number): string => `vpd_use_hostno=0 add_host=2 max_luns=${luns} dev_size_mb=8`;
