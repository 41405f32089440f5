/** Why paths and logical units are as they are: the one that an operator names. Pure. */
import { PathManagerError } from '../../base/errors.js';
import { unitCalled } from '../named-unit.js';
import { readPathSelector, selects, type PathSelector } from '../path-selector.js';
import type { ModelState, Path, RefusedPath, Unit } from '../types.js';
import type { Circumstances, DiskExplanation, ExplanationView, LeftAlone } from './types.js';
import { explainUnit } from './unit.js';

/**
 * @param name a path as everywhere (host:channel:target:lun or a pattern of it, device node, major:minor), or a logical unit
 *   by number, name or WWID. What is both is a path.
 * @throws PathManagerError UNKNOWN_PATH, UNKNOWN_UNIT
 */
export function explain(state: ModelState, name: string, circumstances: Circumstances): ExplanationView {
  const selector = readPathSelector(name);
  const found = selector === null ? null : namedPaths(state, selector, circumstances);
  const view = found ?? namedUnit(state, name, circumstances);
  if (view !== null) return view;
  if (selector !== null) {
    throw new PathManagerError(
      'UNKNOWN_PATH',
      `No path or logical unit is named by ${JSON.stringify(name)}; "spscmd getlun -v" lists what there is`,
    );
  }
  throw new PathManagerError(
    'UNKNOWN_UNIT',
    `No logical unit has the number, name or WWID ${JSON.stringify(name)}; "spscmd getlun -v" lists what there is`,
  );
}

function namedPaths(state: ModelState, selector: PathSelector, circumstances: Circumstances): ExplanationView | null {
  const units = [...state.units.values()].sort(byNumber).flatMap((unit) => {
    const paths = unit.paths.filter(({ facts }) => selects(selector, facts));
    return paths.length === 0 ? [] : [explainUnit(state, unit, byPriority(paths), circumstances)];
  });
  const disks = [
    ...[...state.refused.values()]
      .filter(({ facts }) => selects(selector, facts))
      .map((each) => refusedDisk(state, each)),
    ...circumstances.leftAlone.filter((disk) => selects(selector, disk)).map(leftDisk),
  ];
  if (units.length === 0 && disks.length === 0) return null;
  return { at: circumstances.at, asked: 'paths', units, disks };
}

function namedUnit(state: ModelState, name: string, circumstances: Circumstances): ExplanationView | null {
  const unit = unitCalled(state, name);
  if (unit === undefined) return null;
  const explained = explainUnit(state, unit, byPriority(unit.paths), circumstances);
  return { at: circumstances.at, asked: 'units', units: [explained], disks: [] };
}

function refusedDisk({ units }: ModelState, { facts, reason }: RefusedPath): DiskExplanation {
  const number = units.get(facts.wwid)?.number;
  const place = number === undefined ? 'a logical unit' : `LogicalUnit #${String(number)}`;
  const { node, devT, wwid } = facts;
  return {
    node,
    number: facts.number,
    devT,
    wwid,
    text: `it leads to ${place} and is not let in as a path: ${reason}`,
  };
}

function leftDisk({ node, number, devT, wwid, reason }: LeftAlone): DiskExplanation {
  return { node, number, devT, wwid, text: `the controller leaves it alone: ${reason}` };
}

function byNumber(a: Unit, b: Unit): number {
  return a.number - b.number;
}

function byPriority(paths: readonly Path[]): readonly Path[] {
  return [...paths].sort((a, b) => b.priority - a.priority);
}
