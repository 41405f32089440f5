/**
 * Whom the patrol probes: pure. Every interval each path is considered; an available path that carried no I/O for longer
 * than the threshold gets a health check, a failed one a recovery check. A busy path is proved by its own I/O.
 */
import type { PathView, SettingsView, UnitView } from '../../model/view.js';

export interface PatrolTarget {
  readonly unit: UnitView;
  readonly path: PathView;
  readonly check: 'health' | 'recovery';
}

/** The paths to probe now. `idleMs` tells for how long a path has carried no I/O; null where that is not known. */
export function patrolTargets(
  units: readonly UnitView[],
  watcher: SettingsView['watcher'],
  idleMs: (path: PathView) => number | null,
): readonly PatrolTarget[] {
  const targets: PatrolTarget[] = [];
  for (const unit of units) {
    for (const path of unit.paths) {
      const check = checkOf(path, watcher, idleMs);
      if (check !== null) targets.push({ unit, path, check });
    }
  }
  return targets;
}

function checkOf(
  path: PathView,
  watcher: SettingsView['watcher'],
  idleMs: (path: PathView) => number | null,
): PatrolTarget['check'] | null {
  if (path.state === 'failed') return watcher.recoveryCheck ? 'recovery' : null;
  if (!watcher.healthCheck) return null;
  const idle = idleMs(path);
  // An unknown idle time (the first round) counts as busy: the next round knows.
  return idle !== null && idle > watcher.thresholdSec * 1000 ? 'health' : null;
}
