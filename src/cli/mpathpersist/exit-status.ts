/** What mpathpersist ends with: the statuses of multipath-tools (mpath_persist.h), as far as they can be told here. */
import { errorCodes, type ErrorCode } from '../../base/errors.js';

export const persistStatus = {
  done: 0,
  usage: 1,
  illegalRequest: 5,
  conflict: 11,
  file: 12,
  map: 13,
  other: 15,
} as const;

/** Each status with its meaning, for the manual page. */
export const persistStatuses: readonly (readonly [status: number, meaning: string])[] = [
  [persistStatus.done, 'done'],
  [persistStatus.usage, 'wrong usage, something that is not supported, or not permitted'],
  [persistStatus.illegalRequest, 'the array does not have this kind of reservation or answer'],
  [persistStatus.conflict, 'reservation conflict: another key is in the way, or this node has none'],
  [persistStatus.file, 'the device cannot be looked at, as where there is none'],
  [persistStatus.map, 'the device is no logical unit, no path of it answers, or the controller does not run'],
  [persistStatus.other, 'the command failed, or its end is not known'],
];

/** Errors that are neither wrong usage nor a failure of unknown cause. */
const known: Readonly<Partial<Record<ErrorCode, number>>> = {
  RESERVATION_CONFLICT: persistStatus.conflict,
  KEY_TAKEN_AWAY: persistStatus.conflict,
  NO_RESERVATION_KEY: persistStatus.conflict,
  RESERVATION_UNSUPPORTED: persistStatus.illegalRequest,
  SYSCALL: persistStatus.file,
  UNKNOWN_UNIT: persistStatus.map,
  NO_USABLE_PATH: persistStatus.map,
  NOT_RUNNING: persistStatus.map,
  NOT_PERMITTED: persistStatus.usage,
  CLUSTER_MODE: persistStatus.usage,
};

/** The status that an error becomes. */
export function persistStatusOf(code: ErrorCode): number {
  return known[code] ?? (errorCodes[code] === 'usage' ? persistStatus.usage : persistStatus.other);
}
