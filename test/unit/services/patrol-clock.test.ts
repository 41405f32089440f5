import { expect } from 'chai';
import { PatrolClock } from '../../../src/services/daemon/patrol-clock.js';

describe('The clock of the patrol', () => {
  it('knows nothing without a watcher', () => {
    const clock = new PatrolClock();
    clock.told(5, 5);
    expect(clock.next(7)).to.equal(null);
    clock.begin(0, 10);
    clock.end();
    expect(clock.next(7)).to.equal(null);
  });

  it('counts rounds from the coming of the watcher', () => {
    const clock = new PatrolClock();
    clock.begin(100, 10);
    expect([100, 109, 110, 135].map((now) => clock.next(now))).to.deep.equal([110, 110, 120, 140]);
  });

  it("believes the watcher's own word", () => {
    const clock = new PatrolClock();
    clock.begin(100, 10);
    clock.told(104, 3);
    expect([clock.next(105), clock.next(107)]).to.deep.equal([107, 117]);
  });

  it('begins anew with another interval, and only then', () => {
    const clock = new PatrolClock();
    clock.begin(100, 10);
    clock.retime(105, 10);
    expect(clock.next(106)).to.equal(110);
    clock.retime(106, 60);
    expect(clock.next(107)).to.equal(166);
  });
});
