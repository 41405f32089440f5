/** The table that a unit wants: its arrangement in the kernel's terms. */
import type { SelectorName } from '../base/map-facts.js';
import { arrange } from './arrangement.js';
import { isAvailable, isLeaving, isOffline } from './availability.js';
import { kernelMark } from './kernel-mark.js';
import { queuesIo } from './no-path.js';
import { barredDevices, isBarred } from './reservations/standing.js';
import type { BalanceMode, Path, Policy, Settings, Unit, WantedMap } from './types.js';

/** Used where the unit is not balanced (then it does not matter) and by default for a balanced one. */
export const DEFAULT_SELECTOR: SelectorName = 'service-time';

/** What was found out last of a unit: a step asks several times, and the next one again. */
const found = new WeakMap<
  Unit,
  { readonly policy: Policy; readonly settings: Settings; readonly wanted: WantedMap | null }
>();

/**
 * What the kernel should have for the unit. Null: no map (no path stays, and nobody has the map open). Without a path
 * and with an open map the groups are empty: the table stays as it is, its users get errors or wait by the policy.
 */
export function wantedMap(unit: Unit, policy: Policy, settings: Settings): WantedMap | null {
  const before = found.get(unit);
  if (before?.policy === policy && before.settings === settings) return before.wanted;
  const wanted = arrangedMap(unit, policy, settings);
  found.set(unit, { policy, settings, wanted });
  return wanted;
}

function arrangedMap(unit: Unit, policy: Policy, settings: Settings): WantedMap | null {
  const staying = unit.paths.filter((path) => !isLeaving(path));
  if (staying.length === 0 && (unit.map === null || unit.map.openCount === 0)) return null;
  const loadable = staying.filter((path) => isLoadable(unit, path) && !isBarred(unit, path));
  const arranged = arrange({ ...unit, paths: loadable });
  const selector = selectorFor(unit.balance, policy);
  const active = arranged.findIndex(({ paths }) => paths.some(isAvailable));
  return {
    sizeSectors: unit.sizeSectors,
    queueIfNoPath: queuesIo(unit, policy, settings),
    groups: arranged.map(({ bypassed, paths }) => ({
      selector,
      bypassed,
      paths: paths.map((path) => ({
        devT: path.facts.devT,
        failed: !isAvailable(path),
        forgives: path.reinstating?.forgives ?? null,
      })),
    })),
    active: active < 0 ? null : active,
    barred: barredDevices(unit),
  };
}

/**
 * A device that is offline cannot be opened (drivers/scsi/sd.c, sd_open), and one such path makes the whole load fail. In
 * the present table it is open already and does no harm.
 */
function isLoadable(unit: Unit, path: Path): boolean {
  return !isOffline(path) || isAvailable(path) || kernelMark(unit.map, path.facts.devT) !== undefined;
}

/** A saved selector that this kernel lacks gives way to one that it has: a map with another selector beats no map. */
function selectorFor(balance: BalanceMode, policy: Policy): SelectorName {
  const wanted = balance === 'none' ? DEFAULT_SELECTOR : balance;
  return policy.selectors.includes(wanted) ? wanted : (policy.selectors[0] ?? DEFAULT_SELECTOR);
}
