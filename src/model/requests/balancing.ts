/** -lbmode: how a unit spreads its I/O over its paths. */
import { PathManagerError } from '../../base/errors.js';
import { excludesBalancing } from '../balance.js';
import type { PathSelector } from '../path-selector.js';
import type { Turn } from '../turn.js';
import type { BalanceMode, Unit } from '../types.js';
import { begin } from './pending.js';
import { label, theUnit } from './select.js';

/** Throws SELECTOR_MISSING where the kernel cannot do it, CLUSTER_MODE where the cluster mode forbids it. */
export function setBalance(turn: Turn, selector: PathSelector, mode: BalanceMode): void {
  const unit = theUnit(turn, selector);
  if (mode !== 'none') {
    requireSelector(turn, unit, mode);
    if (excludesBalancing(turn.settings)) {
      throw new PathManagerError(
        'CLUSTER_MODE',
        `Cannot balance ${label(unit)}: cluster mode is on and excludes dynamic balancing; switch it off first, or allow balancing by "spscmd setmscsmode Enable --with-balancing"`,
      );
    }
  }
  if (unit.balance !== mode) balance(turn, unit, mode);
  else if (!unit.balanceChosen) turn.put({ ...unit, balanceChosen: true });
}

/** Gives the unit another mode, which the caller has found to be possible. */
export function balance(turn: Turn, unit: Unit, mode: BalanceMode): Unit {
  const chosen = { ...unit, balance: mode, balanceChosen: true };
  return begin(turn, chosen, 'balance', null, `from ${unit.balance} to ${mode}`);
}

/** Throws SELECTOR_MISSING where the kernel cannot balance so. */
export function requireSelector(turn: Turn, unit: Unit, mode: Exclude<BalanceMode, 'none'>): void {
  const { selectors } = turn.policy;
  if (selectors.includes(mode)) return;
  throw new PathManagerError(
    'SELECTOR_MISSING',
    `Cannot balance ${label(unit)} by "${mode}": the running kernel has only ${selectors.join(', ')}; choose one of these`,
  );
}
