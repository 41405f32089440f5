/** Notes a change that the kernel still has to confirm. */
import type { Turn } from '../turn.js';
import type { Path, PendingChange, Unit } from '../types.js';

const startedRecords = { priority: 264, balance: 267, enablement: null, failback: 261 } as const;

/** Keeps the changed unit, records that the change has started, and remembers what to record when it is done or failed. */
export function begin(turn: Turn, unit: Unit, change: PendingChange, path: Path | null, detail: string): Unit {
  const started = startedRecords[change];
  const facts = path?.facts ?? null;
  if (started !== null) turn.record(started, unit, facts, detail);
  const begun = { ...unit, pending: [...unit.pending, { change, path: facts?.number ?? null, detail }] };
  turn.put(begun);
  turn.touched.add(unit.wwid);
  if (change !== 'failback') turn.toApply.add(unit.wwid);
  return begun;
}
