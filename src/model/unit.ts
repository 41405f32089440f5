/** A unit of which nothing is known but its place; what it is comes with its first path. */
import { sectors, type MapName, type UnitNumber, type Wwid } from '../base/ids.js';
import type { PathFacts } from '../discovery/facts.js';
import type { Unit } from './types.js';

export function emptyUnit(wwid: Wwid, number: UnitNumber, name: MapName): Unit {
  return {
    wwid,
    number,
    name,
    sizeSectors: sectors(0),
    vendor: '',
    product: '',
    revision: '',
    serial: '',
    balance: 'none',
    balanceChosen: false,
    prioritiesChosen: false,
    nameChosen: false,
    reservation: null,
    paths: [],
    remembered: [],
    map: null,
    foreign: [],
    pathlessSince: null,
    queueingEnded: false,
    seeking: null,
    pending: [],
    unmade: null,
    problem: null,
  };
}

/** The unit with what a path of it says of it. */
export function described(unit: Unit, facts: PathFacts): Unit {
  const { sizeSectors, vendor, product, revision, serial } = facts;
  const same =
    sizeSectors === unit.sizeSectors &&
    vendor === unit.vendor &&
    product === unit.product &&
    revision === unit.revision &&
    serial === unit.serial;
  return same ? unit : { ...unit, sizeSectors, vendor, product, revision, serial };
}

export function resizeDetail(unit: Unit, facts: PathFacts): string {
  return `from ${String(unit.sizeSectors)} to ${String(facts.sizeSectors)} sectors`;
}

export function sizeConflict(unit: Unit, facts: PathFacts): string {
  return `it has ${String(facts.sizeSectors)} sectors, its logical unit ${String(unit.sizeSectors)}`;
}
