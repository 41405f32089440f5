/** What a request would do, without doing it. */
import type { PathManagerError } from '../base/errors.js';
import { differences, missingParts, type MissingPart, type SettingChange } from './portable.js';
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

/** What an import would do. */
export interface ImportPreview extends DryRun {
  readonly missing: readonly MissingPart[];
}

/** An import tried out. Where it would be refused for what is missing alone, the changes are those without that. */
export function previewImport(
  state: ModelState,
  at: number,
  request: Extract<Request, { kind: 'import' }>,
): ImportPreview {
  const asked = dryRun(state, at, request);
  const missing = missingParts(state, request.settings);
  if (asked.refusal === null || missing.length === 0 || request.skipMissing) return { ...asked, missing };
  const rest = dryRun(state, at, { ...request, skipMissing: true });
  return { changes: rest.changes, refusal: rest.refusal ?? asked.refusal, missing };
}
