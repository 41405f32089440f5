/** What an operator is told whose change has not come about. */
import { PathManagerError } from '../base/errors.js';
import type { PathKey } from '../base/ids.js';
import { isLockedOut } from '../model/reservations/standing.js';
import type { Path, Unit } from '../model/types.js';

/** Throws APPLY_FAILED, APPLY_PENDING where the kernel does not have what is wanted of the unit. */
export function expectDone(unit: Unit | undefined): void {
  if (unit === undefined || unit.problem === null) return;
  const { code, message } = unit.problem;
  if (code === 'APPLY_PENDING') throw new PathManagerError(code, message);
  throw new PathManagerError(
    'APPLY_FAILED',
    `The kernel refused the change of LogicalUnit #${String(unit.number)}: ${message}; it is tried again`,
  );
}

/**
 * Looks at a path of the unit that was to be failed back, and is failed.
 * @throws KEY_TAKEN_AWAY where nothing of the unit may carry I/O, STILL_FAILED otherwise
 */
export function expectBack(unit: Unit | undefined, key: PathKey): void {
  const path = unit?.paths.find((each) => each.key === key);
  if (unit === undefined || path === undefined || path.failure === null) return;
  const sentence = `Path ${path.facts.number} cannot be failed back`;
  if (unit.reservation !== null && isLockedOut(unit)) {
    const advice = 'see that it may use the logical unit, then register again with "spscmd reserve register"';
    const message = `${sentence}: key ${unit.reservation.key} of this node was taken away; ${advice}`;
    throw new PathManagerError('KEY_TAKEN_AWAY', message);
  }
  throw new PathManagerError('STILL_FAILED', `${sentence}: ${whyOut(unit, path)}`);
}

function whyOut(unit: Unit, { lastProbe, registration }: Path): string {
  if (lastProbe === null) return 'it gave no answer';
  if (lastProbe.verdict !== 'up' || unit.reservation === null || registration === 'held')
    return `the probe said "${lastProbe.outcome}"`;
  return `it answers, but reservation key ${unit.reservation.key} could not be registered on it; "spscmd explain" tells why`;
}
