/** What survives: the state from a save, the save from a state. */
import { PRIORITY_MAX, type Wwid } from '../base/ids.js';
import { freeNumber, newName, type Registry } from './naming.js';
import { portId } from './ports/timeouts.js';
import { aboveHighest } from './priority.js';
import type { UnitReservation } from './reservations/types.js';
import type { ModelState, Policy, RememberedPath, SavedState, Settings, Unit } from './types.js';
import { emptyUnit } from './unit.js';

type SavedUnit = SavedState['units'][number];

const defaults: Settings = {
  failback: 'active',
  cluster: false,
  clusterBalancing: false,
  watcher: { healthCheck: true, recoveryCheck: true, intervalSec: 60, thresholdSec: 60, timeoutSec: 120 },
};

/**
 * The state before anything is known of the machine. Where a save contradicts itself (two units of one number or name,
 * two paths of one priority), the first keeps what it has and the second gets what is free.
 * @param from a save, settings alone, or null for the defaults
 */
export function initialState(policy: Policy, from: Settings | SavedState | null): ModelState {
  const { settings, units: saved, ports } = asSaved(from);
  const units = new Map<Wwid, Unit>();
  for (const each of saved) units.set(each.wwid, restored({ policy, units, strayMaps: new Map() }, each));
  return {
    policy,
    settings,
    units,
    refused: new Map(),
    strayMaps: new Map(),
    ports: new Map(),
    savedPorts: new Map(ports.map((port) => [portId(port), port])),
    sharedPorts: new Set(),
  };
}

/** What a save keeps, in an order that depends on the content alone. */
export function toSaved(state: Pick<ModelState, 'settings' | 'units' | 'savedPorts'>): SavedState {
  const units = [...state.units.values()].sort((a, b) => a.number - b.number);
  const ports = [...state.savedPorts.values()].sort((a, b) => (portId(a) < portId(b) ? -1 : 1));
  return { version: 1, settings: state.settings, units: units.map(savedUnit), ports };
}

const texts = new WeakMap<Unit, string>();

/** What a save keeps of one unit, as a text to compare; each unit is asked for twice, after one step and before the next. */
export function savedText(unit: Unit): string {
  const known = texts.get(unit) ?? JSON.stringify(savedUnit(unit));
  texts.set(unit, known);
  return known;
}

/** What a save keeps of one unit. */
function savedUnit(unit: Unit): SavedUnit {
  const paths = [...unit.paths, ...unit.remembered].map(({ key, priority, enabled }) => ({ key, priority, enabled }));
  return {
    wwid: unit.wwid,
    number: unit.number,
    name: unit.name,
    balance: unit.balance,
    balanceChosen: unit.balanceChosen,
    prioritiesChosen: unit.prioritiesChosen,
    nameChosen: unit.nameChosen,
    reservation: savedReservation(unit.reservation),
    paths: paths.sort((a, b) => (a.key < b.key ? -1 : 1)),
  };
}

function savedReservation(reservation: UnitReservation | null): SavedUnit['reservation'] {
  if (reservation === null) return null;
  const { key, persist, allTargetPorts, lostSince, lostDetail } = reservation;
  return { key, persist, allTargetPorts, lostSince, lostDetail };
}

function asSaved(from: Settings | SavedState | null): Pick<SavedState, 'settings' | 'units' | 'ports'> {
  if (from === null) return { settings: defaults, units: [], ports: [] };
  return 'units' in from ? from : { settings: from, units: [], ports: [] };
}

function restored(registry: Registry, saved: SavedUnit): Unit {
  const taken = [...registry.units.values()].some((each) => each.number === saved.number);
  const number = taken ? freeNumber(registry) : saved.number;
  const unit = emptyUnit(saved.wwid, number, newName(registry, saved.wwid, number, saved.name));
  const { balance, balanceChosen, prioritiesChosen, nameChosen } = saved;
  const reservation = saved.reservation === null ? null : { ...saved.reservation, restored: true };
  const chosen = { ...unit, balance, balanceChosen, prioritiesChosen, nameChosen, reservation };
  return saved.paths.slice(0, PRIORITY_MAX).reduce(remember, chosen);
}

function remember(unit: Unit, path: RememberedPath): Unit {
  if (unit.remembered.some((each) => each.key === path.key)) return unit;
  const taken = unit.remembered.some((each) => each.priority === path.priority);
  return { ...unit, remembered: [...unit.remembered, taken ? { ...path, priority: aboveHighest(unit) } : path] };
}
