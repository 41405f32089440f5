/** -setfbmode, -setmscsmode and -setwatcher: the settings of the whole system. */
import { PathManagerError } from '../../base/errors.js';
import { isLive } from '../availability.js';
import { excludesBalancing } from '../balance.js';
import type { Turn } from '../turn.js';
import type { FailbackMode, PortableSettings, Settings, WatcherSettings } from '../types.js';
import { label } from './select.js';

export function setFailback(turn: Turn, mode: FailbackMode): void {
  if (turn.settings.failback !== mode) change(turn, { failback: mode }, `failback: ${mode}`);
}

/**
 * Throws CLUSTER_MODE with the balanced units where it is to be switched on.
 * @param allowed whether balanced units are allowed in it; undefined: as it is
 */
export function setCluster(turn: Turn, on: boolean, allowed: boolean | undefined): void {
  const { settings } = turn;
  const clusterBalancing = on && (allowed ?? settings.clusterBalancing);
  if (settings.cluster === on && settings.clusterBalancing === clusterBalancing) return;
  const excludes = excludesBalancing({ ...settings, cluster: on, clusterBalancing });
  const balanced = excludes ? [...turn.units.values()].filter((unit) => unit.balance !== 'none') : [];
  const inTheWay = balanced.filter(isLive);
  if (inTheWay.length > 0) {
    throw new PathManagerError(
      'CLUSTER_MODE',
      `Cannot switch cluster mode on: ${inTheWay.map(label).join(', ')} use dynamic balancing; set their balancing mode to 0 first, or allow it with --with-balancing`,
    );
  }
  // Units that are away cannot be named by an operator: they come back not balanced.
  for (const unit of balanced) turn.put({ ...unit, balance: 'none' });
  const word = clusterBalancing ? 'on, balancing allowed' : 'on';
  change(turn, { cluster: on, clusterBalancing }, `cluster mode: ${on ? word : 'off'}`);
}

/** Throws BAD_WATCHER_FIELD with the field, its value and its range. */
export function setWatcher(turn: Turn, asked: NonNullable<PortableSettings['watcher']>): void {
  for (const [name, field] of Object.entries(fields)) {
    const value = asked[name as keyof typeof fields];
    if (value === undefined || (Number.isInteger(value) && value >= field.min && value <= field.max)) continue;
    throw new PathManagerError(
      'BAD_WATCHER_FIELD',
      `${field.title} (field ${String(field.number)}) ${String(value)} is not a number of seconds from ${String(field.min)} to ${String(field.max)}`,
    );
  }
  const given = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
  const watcher = { ...turn.settings.watcher, ...given };
  const text = describe(watcher);
  if (text !== describe(turn.settings.watcher)) change(turn, { watcher }, `path watcher: ${text}`);
}

const fields = {
  intervalSec: { title: 'Request interval', number: 2, min: 1, max: 3600 },
  thresholdSec: { title: 'Idle threshold', number: 3, min: 0, max: 3600 },
  timeoutSec: { title: 'Time-out', number: 4, min: 1, max: 600 },
} as const;

function describe({ healthCheck, recoveryCheck, intervalSec, thresholdSec, timeoutSec }: WatcherSettings): string {
  const checks = [healthCheck ? 'health check' : '', recoveryCheck ? 'recovery check' : ''].filter(
    (text) => text !== '',
  );
  const times = `interval ${String(intervalSec)} s, threshold ${String(thresholdSec)} s, time-out ${String(timeoutSec)} s`;
  return `${checks.join(' and ') || 'no check'}, ${times}`;
}

function change(turn: Turn, settings: Partial<Settings>, detail: string): void {
  turn.settings = { ...turn.settings, ...settings };
  turn.record(277, null, null, detail);
}
