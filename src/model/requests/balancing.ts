/** -lbmode: how a unit spreads its I/O over its paths. */
import { PathManagerError } from '../../base/errors.js';
import type { PathSelector } from '../path-selector.js';
import type { Turn } from '../turn.js';
import type { BalanceMode } from '../types.js';
import { begin } from './pending.js';
import { label, theUnit } from './select.js';

/** Throws SELECTOR_MISSING where the kernel cannot do it, CLUSTER_MODE where the cluster mode forbids it. */
export function setBalance(turn: Turn, selector: PathSelector, mode: BalanceMode): void {
  const unit = theUnit(turn, selector);
  if (mode !== 'none') {
    const { selectors } = turn.start.policy;
    if (!selectors.includes(mode)) {
      throw new PathManagerError(
        'SELECTOR_MISSING',
        `Cannot balance ${label(unit)} by "${mode}": the running kernel has only ${selectors.join(', ')}; choose one of these`,
      );
    }
    if (turn.settings.cluster) {
      throw new PathManagerError(
        'CLUSTER_MODE',
        `Cannot balance ${label(unit)}: cluster mode is on and excludes dynamic balancing; switch it off first`,
      );
    }
  }
  const chosen = { ...unit, balance: mode, balanceChosen: true };
  if (unit.balance !== mode) begin(turn, chosen, 'balance', null, `from ${unit.balance} to ${mode}`);
  else if (!unit.balanceChosen) turn.put(chosen);
}
