import { expect } from 'chai';
import { mapName } from '../../src/base/ids.js';
import { Machine, MemoryStore, pathFacts, selector, unitA, unitB } from '../support/machine.js';

const first = pathFacts(unitA, 0);
const ports = [first, ...[1, 2, 3].map((port) => pathFacts(unitA, port))];

async function started(): Promise<Machine> {
  const machine = new Machine();
  await machine.add(...ports);
  await machine.start();
  return machine;
}

async function restarted(before: Machine, facts = ports): Promise<Machine> {
  const machine = new Machine('', before);
  await machine.add(...facts);
  await machine.start();
  return machine;
}

describe('A restart', () => {
  it('adopts running maps without a table load', async () => {
    const before = await started();
    const loads = before.loads();
    const after = await restarted(before);
    expect(after.loads()).to.equal(loads);
    expect(after.states()).to.equal(before.states());
    expect(after.nodes).to.include('+lu0');
  });

  it('finds paths failed that the kernel failed while nobody watched', async () => {
    const before = await started();
    before.controller.stop(true);
    before.kernel.setDisk(first.devT, 'breaks');
    await before.kernel.readBlock(before.map().name);
    const after = await restarted(before);
    expect(after.states()).to.equal('X>>>');
  });

  it('keeps modes, priorities and enablement', async () => {
    const before = await started();
    await before.request({ kind: 'set-balance', path: selector('0:0:0:0'), mode: 'none' });
    await before.request({ kind: 'swap', first: selector('0:0:0:0'), second: selector('3:0:0:0') });
    await before.request({ kind: 'disable', path: selector('1:0:0:0'), force: false });
    const after = await restarted(before);
    expect(after.unit().balance).to.equal('none');
    expect(after.unit().paths.map((path) => [path.priority, path.enabled])).to.deep.equal(
      before.unit().paths.map((path) => [path.priority, path.enabled]),
    );
    expect(after.states()).to.equal('A@A>');
  });

  it('keeps them although the host numbers have changed: a path is its ports', async () => {
    const before = await started();
    await before.request({ kind: 'set-balance', path: selector('0:0:0:0'), mode: 'none' });
    await before.request({ kind: 'set-priority', path: selector('0:0:0:0'), priority: 9 });
    const machine = new Machine('', { kernel: new Machine().kernel, store: before.store });
    const shuffled = [3, 2, 1, 0].map((port, index) => ({
      ...pathFacts(unitA, port),
      number: pathFacts(unitA, index + 4).number,
    }));
    await machine.add(...shuffled);
    await machine.start();
    expect(machine.unit().paths.find((path) => path.key === first.key)?.priority).to.equal(9);
  });

  it('keeps a unit number for a unit that is away', async () => {
    const before = await started();
    const machine = new Machine('', { kernel: new Machine().kernel, store: before.store });
    await machine.add(...[0, 1].map((port) => pathFacts(unitB, port, 1)));
    await machine.start();
    expect(machine.unit(unitB).number).to.equal(1);
  });

  it('takes over a map that somebody else made, with its name', async () => {
    const machine = new Machine();
    await machine.add(...ports);
    await machine.kernel.change({
      kind: 'create',
      name: mapName('mpatha'),
      wwid: unitA,
      table: {
        sizeSectors: first.sizeSectors,
        queueIfNoPath: true,
        groups: [{ selector: 'service-time', paths: ports.map((facts) => facts.devT) }],
      },
    });
    await machine.start();
    expect(machine.loads()).to.equal(1);
    expect(machine.map().name).to.equal('mpatha');
    expect(machine.ids()).to.include(1016);
  });

  it('resumes a map that a killed helper left suspended', async () => {
    const before = await started();
    before.kernel.suspend(before.map().name);
    const after = await restarted(before);
    expect(after.map().suspended).to.equal(false);
  });

  it('starts without a saved state and takes balancing and order from the map', async () => {
    const before = await started();
    await before.request({ kind: 'set-balance', path: selector('0:0:0:0'), mode: 'round-robin' });
    const loads = before.loads();
    const after = new Machine('', { kernel: before.kernel, store: new MemoryStore() });
    await after.add(...ports);
    await after.start();
    expect(after.unit().balance).to.equal('round-robin');
    expect(after.loads()).to.equal(loads);
  });
});
