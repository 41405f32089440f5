import { expect } from 'chai';
import { PathManagerError } from '../../src/base/errors.js';
import { Machine, pathFacts, refusalOf, selector, unitA } from '../support/machine.js';

const ports = [0, 1].map((port) => pathFacts(unitA, port));

async function started(): Promise<Machine> {
  const machine = new Machine();
  await machine.add(...ports);
  await machine.start();
  return machine;
}

describe('A change that the kernel refuses', () => {
  it('is told to the operator, recorded, shown with the unit, and tried again by itself', async () => {
    const machine = await started();
    machine.kernel.refuseNext('reload', new PathManagerError('DM_IOCTL', 'Cannot load: ENOMEM', { errno: 12 }));
    const refusal = refusalOf(
      machine.controller.request({ kind: 'set-balance', path: selector('0:0:0:0'), mode: 'round-robin' }),
    );
    await machine.quiet();
    expect(await refusal).to.equal('APPLY_FAILED');
    expect(machine.unit().problem?.message).to.match(/ENOMEM/);
    expect(machine.ids()).to.include.members([267, 269, 1009]);
    expect(await machine.read()).to.equal('done');

    await machine.clock.advance(1000);
    expect(machine.unit().problem).to.equal(null);
    expect(machine.map().groups[0]?.selector).to.equal('round-robin');
  });

  it('waits longer after each failure', async () => {
    const machine = await started();
    const error = new PathManagerError('DM_IOCTL', 'Cannot load: ENOMEM', { errno: 12 });
    for (let n = 0; n < 3; n += 1) machine.kernel.refuseNext('reload', error);
    const tries = (): number => machine.kernel.log.filter((entry) => entry.kind === 'reload').length;
    const before = tries();
    void refusalOf(machine.controller.request({ kind: 'set-balance', path: selector('0:0:0:0'), mode: 'round-robin' }));
    await machine.quiet();
    for (const [ms, expected] of [
      [499, 1],
      [1, 2],
      [999, 2],
      [1, 3],
      [2000, 4],
    ] as const) {
      await machine.clock.advance(ms);
      expect(tries() - before).to.equal(expected);
    }
  });
});
