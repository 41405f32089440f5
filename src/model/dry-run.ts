/** What a request would do, without doing it. */
import type { PathManagerError } from '../base/errors.js';
import { differences, type SettingChange } from './portable.js';
import { step } from './step.js';
import type { ModelState, Request } from './types.js';

export interface DryRun {
  readonly changes: readonly SettingChange[];
  /** Why it would be refused; then there are no changes. */
  readonly refusal: PathManagerError | null;
}

export function dryRun(state: ModelState, at: number, request: Request): DryRun {
  const { state: after, refusal } = step(state, { at, kind: 'request', request });
  return { changes: differences(state, after), refusal };
}
