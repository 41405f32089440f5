/** The paths behind remote ports: what becomes of them when their port goes, and what stands against their coming back. */
import { carriesIo } from '../../base/access-state.js';
import type { DevT } from '../../base/ids.js';
import { availableCount, isAvailable } from '../availability.js';
import { askedFailback, failOnSuspicion } from '../path-machine.js';
import type { Turn } from '../turn.js';
import type { Path, Unit } from '../types.js';

interface Behind {
  readonly unit: Unit;
  readonly path: Path;
}

/** The paths of all units behind the port. */
function pathsBehind(turn: Turn, name: string): readonly Behind[] {
  return [...turn.units.values()].flatMap((unit) =>
    unit.paths.filter(({ facts }) => facts.remotePort === name).map((path) => ({ unit, path })),
  );
}

/**
 * Fails what is in service behind these ports, all of it in one step. Those in use come last: where every port is lost at
 * once, the path that stays in service is one that carries the I/O.
 */
export function failBehind(turn: Turn, names: readonly string[]): void {
  turn.indexDevices();
  const found = names.flatMap((name) => pathsBehind(turn, name).map(({ path }) => path));
  const inUseLast = [
    ...found.filter((path) => path.shown !== 'in-use'),
    ...found.filter((path) => path.shown === 'in-use'),
  ];
  for (const { facts } of inUseLast) failLost(turn, facts.devT);
}

/** Fails the path of the device, if it is in service and its port lost. */
export function failLost(turn: Turn, devT: DevT): void {
  for (const { unit, path } of turn.owners(devT)) {
    const port = turn.portOf(path);
    if (port === undefined || port.lostSince === null || !isAvailable(path)) continue;
    const detail = `remote port ${port.facts.name} is ${port.facts.portState}`;
    turn.put(failOnSuspicion(turn, unit, path, 'transport', detail));
  }
}

/** Probes what is out of service or suspected behind a port that is back: first where the fewest paths are left. */
export function probeBehind(turn: Turn, name: string): void {
  const found = pathsBehind(turn, name)
    .filter(({ path }) => isInDoubt(path))
    .map(({ unit, path }) => ({ path, left: availableCount(unit) }));
  for (const { path } of found.sort((a, b) => a.left - b.left)) turn.probe(path.facts, 'transport');
}

/** Only a good probe makes it a path like others. */
export function isInDoubt(path: Path): boolean {
  return (path.failure ?? path.suspicion) !== null;
}

/**
 * True where a failed path stays out although a probe proved it: its port is lost, so that the answer is an old one, or is
 * held back. Not where the unit has nothing else, nor where an operator asked for the path.
 */
export function staysOut(turn: Turn, unit: Unit, path: Path): boolean {
  const port = turn.portOf(path);
  if (port === undefined || (port.lostSince === null && port.held === null)) return false;
  return askedFailback(unit, path) === undefined && isSpare(unit, path);
}

/** Probes what is held back where a unit has lost the path that it was held back for. */
export function callUp(turn: Turn, before: Unit, unit: Unit): void {
  for (const path of unit.paths) {
    const port = turn.portOf(path);
    if (isAvailable(path) || port?.held == null || port.lostSince !== null) continue;
    if (isSpare(before, path) && !isSpare(unit, path)) turn.probe(path.facts, 'transport');
  }
}

/** True where the unit has another path in service that is as good as this one would be. */
export function isSpare(unit: Unit, path: Path): boolean {
  return unit.paths.some(
    (each) =>
      each.key !== path.key &&
      isAvailable(each) &&
      each.suspicion === null &&
      (carriesIo(each.steadyAccess) || !carriesIo(path.steadyAccess)),
  );
}
