/** Which paths can carry I/O: the words "available" and "usable" in one place. */
import { carriesIo } from '../base/access-state.js';
import type { Path, Unit } from './types.js';

/** Not failed. It may still be disabled, or of an access state that refuses I/O. */
export function isAvailable(path: Path): boolean {
  return path.failure === null;
}

/** Available and of an access state that serves reads and writes. */
export function isUsable(path: Path): boolean {
  return isAvailable(path) && carriesIo(path.steadyAccess);
}

/** Takes its turn in normal service; else it is a last resort that the kernel holds in a bypassed group. */
export function serves(path: Path): boolean {
  return path.enabled && carriesIo(path.steadyAccess);
}

export function availableCount(unit: Unit): number {
  return unit.paths.filter(isAvailable).length;
}

/** True where the unit exists for the kernel or for the fabric: it has a path or a map. */
export function isLive(unit: Unit): boolean {
  return unit.paths.length > 0 || unit.map !== null;
}

/** True where SCSI says that the device itself cannot be reached; "blocked" is the wait before that verdict. */
export function isOffline(path: Pick<Path, 'facts'>): boolean {
  return path.facts.state === 'offline' || path.facts.state === 'transport-offline';
}

/** The array serves the unit no more through this path, and it is out of the table, or on the way. */
export function isLeaving(path: Path): boolean {
  return path.vanished?.step === 'leaving' || path.vanished?.step === 'deleting';
}
