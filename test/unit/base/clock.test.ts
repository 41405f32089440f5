import { expect } from 'chai';
import { SteadyClock } from '../../../src/base/clock.js';
import { FakeClock } from '../../support/fake-clock.js';

describe('The steady clock', () => {
  it('goes on where the wall clock is set, and knows by how much', async () => {
    const fake = new FakeClock(5_000);
    fake.jump(1_000_000);
    const steady = new SteadyClock(fake);
    expect([steady.now(), steady.jumped, steady.onWall(7)]).to.deep.equal([1_005_000, 0, 7]);
    fake.jump(-900_000);
    await fake.advance(2_000);
    expect([steady.now(), steady.jumped, steady.onWall(1_007_000)]).to.deep.equal([1_007_000, -900_000, 107_000]);
  });

  it('takes less than a second for no jump', () => {
    const fake = new FakeClock();
    const steady = new SteadyClock(fake);
    fake.jump(999);
    expect(steady.jumped).to.equal(0);
  });
});
