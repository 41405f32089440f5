import { expect } from 'chai';
import type { UnitView } from '../../../src/model/view.js';
import { type DisplayOrder, inDisplayOrder } from '../../../src/cli/display-order.js';
import { path, unit } from '../../support/views.js';

const paths = [
  path('4:0:10:0', { priority: 1 }),
  path('4:0:9:0', { priority: 7 }),
  path('10:0:0:0', { priority: 200 }),
  path('4:0:9:255', { priority: 30 }),
];
const byNumber = ['4:0:9:0', '4:0:9:255', '4:0:10:0', '10:0:0:0'];
const byPriority = ['10:0:0:0', '4:0:9:255', '4:0:9:0', '4:0:10:0'];

function shown(units: readonly UnitView[], order: DisplayOrder): readonly (readonly string[])[] {
  return inDisplayOrder({ sequence: 1, units }, order).units.map((each) => each.paths.map(({ number }) => number));
}

describe('inDisplayOrder()', () => {
  const plain = unit(0, paths);
  const balanced = unit(1, paths, { balance: 'queue-length' });

  it('usually goes by path number as numbers, and by priority where the unit is balanced', () => {
    expect(shown([plain, balanced], 'usual')).to.deep.equal([byNumber, byPriority]);
  });

  it('goes always by path number, or always by priority, when asked', () => {
    expect(shown([plain, balanced], 'number')).to.deep.equal([byNumber, byNumber]);
    expect(shown([plain, balanced], 'priority')).to.deep.equal([byPriority, byPriority]);
  });

  it('shows units by their number', () => {
    const view = { sequence: 1, units: [unit(10, []), unit(2, []), unit(0, [])] };
    expect(inDisplayOrder(view, 'usual').units.map(({ number }) => number)).to.deep.equal([0, 2, 10]);
  });

  it('leaves the view that it was given as it was', () => {
    const view = Object.freeze({ sequence: 1, units: Object.freeze([unit(1, Object.freeze(paths)), unit(0, [])]) });
    expect(() => inDisplayOrder(view, 'priority')).to.not.throw();
  });
});
