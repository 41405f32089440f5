/** The access state of a path as it changes. */
import type { AccessState } from '../base/access-state.js';
import type { Path } from './types.js';

/**
 * The path with the state that its array tells. A port that is changing its state ("transitioning", SPC-4 5.16.2.6) is waited
 * for: the path keeps its place until the new state is told, which takes seconds.
 */
export function withAccess(path: Path, access: AccessState | null): Path {
  const steadyAccess = access === 'transitioning' ? path.steadyAccess : access;
  return { ...path, access, steadyAccess, standbyByProbe: false };
}
