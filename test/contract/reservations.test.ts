import { FakeClock } from '../support/fake-clock.js';
import { FakeTarget } from '../support/fake-target.js';
import type { LabArray } from '../lab/inside/array.js';
import { buildLio, lioTarget } from './lio-target.js';
import { describeReservationTarget, type TargetHarness } from './reservation-target.js';

function fakeTarget(): Promise<TargetHarness> {
  const clock = new FakeClock();
  const target = new FakeTarget(clock);
  return Promise.resolve({
    clock,
    sender: (nexus) => target.nexus(nexus),
    pull: (nexus) => target.pull(nexus),
    plug: (nexus) => target.mend(nexus),
    aborts: true,
    truth: () => null,
    close: () => Promise.resolve(),
  });
}

describe('contract: persistent reservations', () => {
  describeReservationTarget('of the fake target', fakeTarget);

  describe('of a real target', () => {
    const skipReason = process.env['PATHMANAGER_LAB'] === '1' ? undefined : 'it needs the lab: npm run lab:test';
    let array: LabArray;
    before(async () => {
      if (skipReason === undefined) array = await buildLio();
    });
    after(() => {
      if (skipReason === undefined) array.end();
    });
    describeReservationTarget('LIO', () => lioTarget(array), skipReason);
  });
});
