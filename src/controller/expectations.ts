/** What an operator is told whose change has not come about. */
import { PathManagerError } from '../base/errors.js';
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

/** Throws STILL_FAILED for a path that was to be failed back and is failed. */
export function expectBack(path: Path | undefined): void {
  if (path?.failure === null || path?.failure === undefined) return;
  const seen = path.lastProbe === null ? 'it gave no answer' : `the probe said "${path.lastProbe.outcome}"`;
  throw new PathManagerError('STILL_FAILED', `Path ${path.facts.number} cannot be failed back: ${seen}`);
}
