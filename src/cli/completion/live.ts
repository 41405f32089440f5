/** What can be completed with the controller's help, each with what it is. */
import { escapeControl } from '../../base/text.js';
import type { UnitView } from '../../model/view.js';
import { inDisplayOrder } from '../display-order.js';
import { stateText } from '../format-details.js';
import type { LiveKind } from './surface.js';

export interface Candidate {
  readonly word: string;
  /** One line without tabs. */
  readonly meaning: string;
}

export function liveCandidates(kind: LiveKind, view: readonly UnitView[]): readonly Candidate[] {
  const { units } = inDisplayOrder({ sequence: 0, units: view }, 'number');
  return units.flatMap((unit) => candidatesOf(kind, unit));
}

function candidatesOf(kind: LiveKind, unit: UnitView): readonly Candidate[] {
  switch (kind) {
    case 'paths':
      return unit.paths.map(({ number, state, priority, node }) => ({
        word: number,
        meaning: escapeControl(
          `LogicalUnit #${String(unit.number)}, ${stateText[state]}, priority ${String(priority)}, ${node}`,
        ),
      }));
    case 'units':
      return [{ word: String(unit.number), meaning: escapeControl(`${unit.name}, ${diskOf(unit)}`) }];
    case 'names':
      return [{ word: unit.name, meaning: escapeControl(`LogicalUnit #${String(unit.number)}, ${diskOf(unit)}`) }];
  }
}

function diskOf({ vendor, product }: UnitView): string {
  return [vendor, product].filter((part) => part !== '').join(' ') || 'unknown disk';
}
