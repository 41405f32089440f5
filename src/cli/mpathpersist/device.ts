/** From the device that mpathpersist is given to the logical unit. */
import { statSync, type BigIntStats } from 'node:fs';
import { PathManagerError } from '../../base/errors.js';
import type { UnitView } from '../../model/view.js';

/**
 * The logical unit whose map the device is: its node or any link to it, or, as one word, its name or WWID.
 * @throws SYSCALL where it cannot be looked at, UNKNOWN_UNIT where it is no map of a logical unit
 */
export function unitOfDevice(units: readonly UnitView[], device: string): UnitView {
  const named = device.includes('/') ? undefined : units.find(({ name, wwid }) => name === device || wwid === device);
  if (named !== undefined) return named;
  const file = statusOf(device);
  const number = file.isBlockDevice() ? deviceNumber(file) : null;
  const unit = units.find(({ map }) => map !== null && map.devT === number);
  if (unit !== undefined) return unit;
  throw new PathManagerError(
    'UNKNOWN_UNIT',
    `Device ${JSON.stringify(device)} is not the map of a logical unit; "spscmd getlun -v" lists those that are`,
  );
}

/** Nothing is opened: storage that hangs must not hold this up. */
function statusOf(device: string): BigIntStats {
  try {
    return statSync(device, { bigint: true });
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    const what = code === 'ENOENT' ? 'There is no device' : `Cannot look (${code}) at the device`;
    throw new PathManagerError('SYSCALL', `${what} ${JSON.stringify(device)}`, { errno: code }, error);
  }
}

/** "major:minor" as the C library packs it into st_rdev (gnu_dev_makedev). */
function deviceNumber({ rdev }: BigIntStats): string {
  const major = ((rdev >> 8n) & 0xfffn) | ((rdev >> 32n) & ~0xfffn);
  const minor = (rdev & 0xffn) | ((rdev >> 12n) & 0xffffff00n);
  return `${String(major)}:${String(minor)}`;
}
