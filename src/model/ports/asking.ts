/**
 * Probes that are asked again: a port that is back often serves no I/O in its first moments, and the patrol comes round in
 * minutes. So what is not proved is probed again, at growing intervals, for a few seconds.
 */
import type { Turn } from '../turn.js';
import type { Path, Unit } from '../types.js';
import { isInDoubt } from './paths.js';
import type { Asking } from './types.js';

/** For how long after the return of a port. */
const ASK_FOR_MS = 5000;
const FIRST_DELAY_MS = 100;

export function asking(turn: Turn): Asking {
  return { until: turn.at + ASK_FOR_MS, delayMs: FIRST_DELAY_MS, at: null, paths: [] };
}

/** A probe of a path in doubt has ended without a proof. */
export function askAgain(turn: Turn, { wwid }: Pick<Unit, 'wwid'>, path: Path): void {
  const port = turn.portOf(path);
  if (port?.asking == null || turn.at >= port.asking.until || !isInDoubt(path)) return;
  const { until, delayMs, at, paths } = port.asking;
  const next: Asking = {
    until,
    delayMs,
    at: at ?? Math.min(turn.at + delayMs, until),
    paths: [...paths, { wwid, key: path.key }],
  };
  turn.putPort({ ...port, asking: next });
}

/** Probes what was to be probed again by now. */
export function askDue(turn: Turn, name: string): void {
  const port = turn.ports.get(name);
  const due = port?.asking;
  if (port === undefined || due?.at == null || due.at > turn.at) return;
  turn.putPort({ ...port, asking: { ...due, delayMs: due.delayMs * 2, at: null, paths: [] } });
  for (const { wwid, key } of due.paths) {
    const path = turn.units.get(wwid)?.paths.find((each) => each.key === key);
    if (path !== undefined && isInDoubt(path)) turn.probe(path.facts, 'transport');
  }
}
