/** A path's ways out of service and back: failed, suspected, recovered. */
import { isAvailable, isUsable } from './availability.js';
import { kernelMark } from './kernel-mark.js';
import type { Turn } from './turn.js';
import type { FailureCause, Path, PathFailure, Pending, Unit } from './types.js';

const failureRecords = { kernel: 270, probe: 271, transport: 1005, registration: 1040 } as const;

/** The unit with this path in place of the one of the same identity. */
export function replacePath(unit: Unit, path: Path): Unit {
  return { ...unit, paths: unit.paths.map((each) => (each.key === path.key ? path : each)) };
}

/** Takes a path out of service on the word of the kernel, which has done so already. */
export function failPath(turn: Turn, unit: Unit, path: Path, cause: FailureCause, detail: string): Unit {
  return fail(turn, unit, path, { cause, since: turn.at, detail });
}

/**
 * Takes a path out of service on a probe's or the transport's word. The last good one stays in service, suspected: a
 * wrong suspicion would cost the I/O, a right one costs nothing, because the kernel finds out itself.
 */
export function failOnSuspicion(turn: Turn, unit: Unit, path: Path, cause: FailureCause, detail: string): Unit {
  const suspicion: PathFailure = { cause, since: turn.at, detail };
  return isDispensable(unit, path)
    ? fail(turn, unit, path, suspicion)
    : replacePath(unit, { ...path, suspicion: path.suspicion ?? suspicion });
}

/** Fails the suspected paths that are the last ones no more. */
export function settleSuspicions(turn: Turn, unit: Unit): Unit {
  let settled = unit;
  for (const path of unit.paths) {
    if (path.suspicion !== null && isDispensable(settled, path)) settled = fail(turn, settled, path, path.suspicion);
  }
  return settled;
}

/** True where the unit keeps a path as good without this one: unsuspected, and one that carries I/O if this one does. */
function isDispensable(unit: Unit, path: Path): boolean {
  const others = unit.paths.filter((each) => each.key !== path.key && isAvailable(each) && each.suspicion === null);
  return others.some((each) => isUsable(each) || !isUsable(path));
}

function fail(turn: Turn, unit: Unit, path: Path, failure: PathFailure): Unit {
  turn.record(failureRecords[failure.cause], unit, path.facts, failure.detail);
  tellKernel(turn, unit, path, 'fail-path');
  const failed = replacePath(unit, {
    ...path,
    failure,
    suspicion: null,
    reinstating: null,
    registration: path.registration === 'held' ? 'stale' : path.registration,
    failureCount: path.failureCount + 1,
  });
  // A failback that was asked for and had its good probe ends here; one that still waits for its probe goes on.
  return path.reinstating === null ? failed : endFailback(turn, failed, path, failure.detail);
}

/**
 * Puts a path back that has been proved good: with its old priority, enabled or not by the failback mode where it had
 * failed.
 */
export function recoverPath(turn: Turn, unit: Unit, path: Path, failure: PathFailure): Unit {
  if (askedFailback(unit, path) === undefined) turn.record(272, unit, path.facts, `after: ${failure.detail}`);
  tellKernel(turn, unit, path, 'reinstate-path');
  const mark = kernelMark(unit.map, path.facts.devT);
  const hasFailed = failure.cause !== 'registration';
  return replacePath(unit, {
    ...path,
    failure: null,
    enabled: path.enabled && (turn.settings.failback === 'active' || !hasFailed),
    reinstating: { forgives: (mark?.failCount ?? 0) + (mark?.failed === true ? 0 : 1) },
  });
}

/**
 * Has the kernel do at once what a comparison of the map with the wanted one would come to as well: hundreds of units behind
 * one port are not to wait for each other's comparison. Nothing where the kernel has said that it is so already.
 */
function tellKernel(turn: Turn, { map }: Unit, path: Path, kind: 'fail-path' | 'reinstate-path'): void {
  const { devT } = path.facts;
  if (map === null || map.suspended) return;
  if (kernelMark(map, devT)?.failed === (kind === 'reinstate-path')) turn.messages.push({ kind, map: map.name, devT });
}

/** The kernel has the path active again: the failback is complete. */
export function confirmRecovery(turn: Turn, unit: Unit, path: Path): Unit {
  const asked = askedFailback(unit, path);
  turn.record(
    asked === undefined ? 273 : 263,
    unit,
    path.facts,
    path.enabled ? '' : 'disabled, as the failback mode says',
  );
  return withoutFailback(replacePath(unit, { ...path, reinstating: null }), asked);
}

/** Believes the kernel, which uses the path and has nothing else to try. The failure becomes a suspicion. */
export function trustKernel(turn: Turn, unit: Unit, path: Path): Unit {
  turn.record(272, unit, path.facts, 'the kernel uses it, and no other path is left');
  turn.record(273, unit, path.facts, 'without a proof');
  return replacePath(unit, { ...path, failure: null, suspicion: path.failure });
}

/** Ends a failback that an operator asked for, without success; nothing where none was asked for. */
export function endFailback(turn: Turn, unit: Unit, path: Path, detail: string): Unit {
  const asked = askedFailback(unit, path);
  if (asked === undefined) return unit;
  turn.record(262, unit, path.facts, detail);
  return withoutFailback(unit, asked);
}

/** The failback of the path that an operator asked for and that has not ended. */
export function askedFailback(unit: Unit, path: Path): Pending | undefined {
  return unit.pending.find((each) => each.change === 'failback' && each.path === path.facts.number);
}

function withoutFailback(unit: Unit, asked: Pending | undefined): Unit {
  return asked === undefined ? unit : { ...unit, pending: unit.pending.filter((each) => each !== asked) };
}
