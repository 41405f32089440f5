import { expect } from 'chai';
import { Machine, pathFacts, unitA, unitB } from '../support/machine.js';

const portsA = [0, 1].map((port) => pathFacts(unitA, port));
const portsB = [0, 1].map((port) => pathFacts(unitB, port, 1));
const YEARS = 10 * 365 * 86_400_000;

/** Two units; the first one has no path left since now. */
async function pathless(): Promise<Machine> {
  const machine = new Machine('noPath: 60');
  await machine.add(...portsA, ...portsB);
  await machine.start();
  for (const facts of portsA) machine.kernel.setDisk(facts.devT, 'breaks');
  expect(await machine.read()).to.equal('waits');
  return machine;
}

describe('Somebody who sets the wall clock', () => {
  for (const [what, ms] of [
    ['forwards by years', YEARS],
    ['backwards by years', -YEARS],
    ['forwards by half the no-path time', 30_000],
  ] as const) {
    it(`${what} makes no I/O wait longer and none fail sooner`, async () => {
      const machine = await pathless();
      await machine.clock.advance(20_000);
      machine.clock.jump(ms);
      // Everything that happens now is fed with the time of now; another unit's countdown sets the timer anew.
      for (const facts of portsB) machine.kernel.setDisk(facts.devT, 'breaks');
      await machine.read(unitB);
      await machine.clock.advance(39_000);
      expect([machine.map(unitA).queueIfNoPath, machine.map(unitB).queueIfNoPath]).to.deep.equal([true, true]);
      await machine.clock.advance(1_500);
      expect([machine.map(unitA).queueIfNoPath, machine.map(unitB).queueIfNoPath]).to.deep.equal([false, true]);
      await machine.clock.advance(18_000);
      expect(machine.map(unitB).queueIfNoPath).to.equal(true);
      await machine.clock.advance(2_000);
      expect(machine.map(unitB).queueIfNoPath).to.equal(false);
      expect(machine.ids().filter((id) => id === 1008)).to.have.length(2);
    });
  }
});
