import { expect } from 'chai';
import { Machine, pathFacts, unitA } from '../support/machine.js';

const ports = [0, 1].map((port) => pathFacts(unitA, port));

async function broken(config: string): Promise<Machine> {
  const machine = new Machine(config);
  await machine.add(...ports);
  await machine.start();
  machine.records.length = 0;
  for (const facts of ports) machine.kernel.setDisk(facts.devT, 'breaks');
  return machine;
}

async function mend(machine: Machine): Promise<void> {
  for (const facts of ports) machine.kernel.setDisk(facts.devT, 'works');
  for (const facts of ports) await machine.probed(facts, 'up');
}

describe('A logical unit without a path', () => {
  it('lets I/O wait, and goes on when a path is back', async () => {
    const machine = await broken('noPath: 60');
    expect(await machine.read()).to.equal('waits');
    expect(machine.states()).to.equal('XX');
    expect(machine.ids()).to.include.members([259, 1006]);
    await mend(machine);
    expect(await machine.read()).to.equal('done');
    expect(machine.ids()).to.include(1007);
  });

  it('fails I/O when the time is over, and queues again after the next recovery', async () => {
    const machine = await broken('noPath: 60');
    await machine.read();
    await machine.clock.advance(59_000);
    expect(machine.map().queueIfNoPath).to.equal(true);
    await machine.clock.advance(1_500);
    expect(machine.map().queueIfNoPath).to.equal(false);
    expect(await machine.read()).to.equal('failed');
    expect(machine.ids()).to.include(1008);
    await mend(machine);
    expect(machine.map().queueIfNoPath).to.equal(true);
    expect(await machine.read()).to.equal('done');
  });

  it('fails I/O at once by policy', async () => {
    const machine = await broken('noPath: fail');
    expect(await machine.read()).to.equal('failed');
    expect(machine.ids()).to.include(259).and.not.include(1006);
  });

  it('fails I/O at once in cluster mode', async () => {
    const machine = new Machine('noPath: queue');
    await machine.add(...ports);
    await machine.start();
    await machine.request({ kind: 'set-balance', path: { kind: 'node', node: 'sda', text: 'sda' }, mode: 'none' });
    await machine.request({ kind: 'set-cluster', on: true });
    for (const facts of ports) machine.kernel.setDisk(facts.devT, 'breaks');
    expect(await machine.read()).to.equal('failed');
  });

  it('fails I/O a while after the waiting is limited, and then does not leave queueing on at its end either', async () => {
    const machine = await broken('noPath: queue');
    expect(await machine.read()).to.equal('waits');
    await machine.request({ kind: 'end-queueing', seconds: 10 });
    await machine.clock.advance(9_000);
    expect(machine.map().queueIfNoPath).to.equal(true);
    await machine.clock.advance(1_500);
    expect(await machine.read()).to.equal('failed');
    await mend(machine);
    expect(machine.map().queueIfNoPath).to.equal(true);
    machine.controller.stop(true);
    expect(machine.map().queueIfNoPath).to.equal(false);
  });

  it('fails I/O when the controller stops, unless it is told to leave queueing on', async () => {
    for (const keep of [false, true]) {
      const machine = await broken('noPath: queue');
      machine.controller.stop(keep);
      expect(machine.map().queueIfNoPath, `keep ${String(keep)}`).to.equal(keep);
    }
  });
});
