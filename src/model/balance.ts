/** The balancing mode that discovery gives a unit; an operator's choice ends that. */
import { accessRank } from '../base/access-state.js';
import type { MapFacts } from '../base/map-facts.js';
import { DEFAULT_SELECTOR } from './grouping.js';
import type { BalanceMode, Policy, Settings, Unit } from './types.js';

/** Cluster mode does, unless an operator has allowed it. */
export function excludesBalancing({ cluster, clusterBalancing }: Settings): boolean {
  return cluster && !clusterBalancing;
}

/**
 * Balances a unit that has more than one optimized path (no ALUA counts as optimized), if nobody has chosen yet. It is
 * never taken back here: a path that goes must not change the way in which the others work.
 */
export function balancedByDefault(unit: Unit, policy: Policy, settings: Settings): Unit {
  const optimized = unit.paths.filter((path) => accessRank(path.steadyAccess) === 0);
  const balances =
    !unit.balanceChosen &&
    policy.initial === 'auto' &&
    !excludesBalancing(settings) &&
    policy.selectors.includes(DEFAULT_SELECTOR) &&
    optimized.length > 1;
  return balances && unit.balance === 'none' ? { ...unit, balance: DEFAULT_SELECTOR } : unit;
}

/** The mode that a map's table shows: the selector of its first group of several paths; none for one that is not ours. */
export function adoptedBalance(map: MapFacts, settings: Settings): BalanceMode {
  const shared = map.groups.find((group) => group.paths.length > 1);
  return excludesBalancing(settings) || shared === undefined || shared.selector === 'other' ? 'none' : shared.selector;
}
