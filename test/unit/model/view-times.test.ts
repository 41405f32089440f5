import { expect } from 'chai';
import { movedInTime } from '../../../src/model/view-times.js';

describe('A view moved in time', () => {
  it('has its times moved at every depth, and nothing else', () => {
    const view = {
      at: 10,
      count: 3,
      endsAt: null,
      list: [{ since: 1, text: 'at', at: null }],
      deep: { pathlessSince: 2 },
    };
    expect(movedInTime(view, 5)).to.deep.equal({
      at: 15,
      count: 3,
      endsAt: null,
      list: [{ since: 6, text: 'at', at: null }],
      deep: { pathlessSince: 7 },
    });
  });

  it('is the very same where the clock was not set', () => {
    const view = { at: 10 };
    expect(movedInTime(view, 0)).to.equal(view);
  });
});
