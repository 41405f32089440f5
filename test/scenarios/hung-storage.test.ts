import { expect } from 'chai';
import { Machine, pathFacts, refusalOf, selector, unitA, unitB } from '../support/machine.js';

const hungPorts = [0, 1].map((port) => pathFacts(unitA, port, 0));
const goodPorts = [0, 1].map((port) => pathFacts(unitB, port, 1));

/** A new path of unit A, whose table waits for it from now on. */
async function addHungPath(machine: Machine): Promise<void> {
  const newcomer = pathFacts(unitA, 2, 0);
  machine.kernel.addDisk(newcomer.devT, newcomer.sizeSectors);
  machine.kernel.setDisk(newcomer.devT, 'hangs');
  machine.devices.tell({ kind: 'present', facts: newcomer });
  await machine.quiet();
}

describe('A logical unit whose storage hangs', () => {
  it('does not keep the controller from being ready, nor the other units from their maps', async () => {
    const machine = new Machine();
    await machine.add(...hungPorts, ...goodPorts);
    for (const facts of hungPorts) machine.kernel.setDisk(facts.devT, 'hangs');
    let ready = false;
    void machine.start().then(() => (ready = true));
    await machine.quiet();
    expect(machine.states(unitB)).to.equal('>>');
    expect(machine.map(unitB).hasTable).to.equal(true);
    expect(ready).to.equal(false);
    await machine.clock.advance(1000);
    await machine.quiet();
    expect(ready).to.equal(true);
  });

  it('gets its map when the storage answers again', async () => {
    const machine = new Machine();
    await machine.add(...hungPorts, ...goodPorts);
    for (const facts of hungPorts) machine.kernel.setDisk(facts.devT, 'hangs');
    void machine.start();
    await machine.clock.advance(2000);
    for (const facts of hungPorts) machine.kernel.setDisk(facts.devT, 'works');
    await machine.quiet();
    expect(machine.map(unitA).groups.flatMap((group) => group.paths)).to.have.length(2);
  });

  it('tells an operator that the change waits, and lets the others be changed', async () => {
    const machine = new Machine();
    await machine.add(...hungPorts, ...goodPorts);
    await machine.start();
    await addHungPath(machine);

    const refusal = refusalOf(
      machine.controller.request({ kind: 'set-balance', path: selector('0:0:0:0'), mode: 'none' }),
    );
    await machine.request({ kind: 'set-balance', path: selector('0:0:0:1'), mode: 'none' });
    expect(machine.states(unitB)).to.equal('>A');
    await machine.clock.advance(20_000);
    expect(await refusal).to.equal('APPLY_PENDING');
  });

  it('shows what the kernel does with its paths while a change hangs and another one waits for it', async () => {
    const machine = new Machine();
    await machine.add(...hungPorts);
    await machine.start();
    await addHungPath(machine);
    void refusalOf(machine.controller.request({ kind: 'set-balance', path: selector('0:0:0:0'), mode: 'none' }));
    for (const { devT } of hungPorts.slice(0, 1)) machine.kernel.setDisk(devT, 'breaks');
    await machine.read(unitA);
    expect(machine.path('0:0:0:0').shown).to.equal('failed');
  });

  it('gets no new table while I/O hangs on one of its paths, and gets it afterwards by itself', async () => {
    const machine = new Machine();
    await machine.add(...goodPorts);
    await machine.start();
    machine.stuck = goodPorts[0]?.devT ?? null;
    const loads = machine.loads();
    const refusal = refusalOf(
      machine.controller.request({ kind: 'set-balance', path: selector('0:0:0:1'), mode: 'round-robin' }),
    );
    await machine.quiet();
    expect(await refusal).to.equal('APPLY_PENDING');
    expect(machine.loads()).to.equal(loads);
    machine.stuck = null;
    await machine.clock.advance(1000);
    expect(machine.map(unitB).groups[0]?.selector).to.equal('round-robin');
  });

  it('has its paths taken out all the same while a new table waits', async () => {
    const machine = new Machine();
    await machine.add(...goodPorts);
    await machine.start();
    machine.stuck = goodPorts[0]?.devT ?? null;
    void refusalOf(machine.controller.request({ kind: 'set-balance', path: selector('0:0:0:1'), mode: 'round-robin' }));
    await machine.quiet();
    await machine.probed(goodPorts[0] ?? pathFacts(unitB, 0, 1), 'down');
    expect(machine.carrying(unitB)).to.deep.equal([goodPorts[1]?.devT]);
  });

  // The job that the report makes ends somewhere among these turns, and the request comes before that.
  for (const turns of [0, 1, 2, 3, 4]) {
    it(`is not called done by a job that ended as the change was asked for, ${String(turns)} turns later`, async () => {
      const machine = new Machine();
      await machine.add(...goodPorts);
      await machine.start();
      machine.stuck = goodPorts[0]?.devT ?? null;
      machine.records.length = 0;
      const { key } = goodPorts[1] ?? pathFacts(unitB, 1, 1);
      machine.controller.report([{ wwid: unitB, key, verdict: 'down', outcome: 'timeout', latencyMs: 1 }]);
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      const refusal = refusalOf(
        machine.controller.request({ kind: 'set-balance', path: selector('0:0:0:1'), mode: 'round-robin' }),
      );
      await machine.quiet();
      expect(await refusal).to.equal('APPLY_PENDING');
      expect(machine.ids()).to.include(267).and.not.include(268);
    });
  }

  it('does not hold up a stop', async () => {
    const machine = new Machine();
    await machine.add(...hungPorts, ...goodPorts);
    for (const facts of hungPorts) machine.kernel.setDisk(facts.devT, 'hangs');
    void machine.start();
    await machine.quiet();
    machine.controller.stop(false);
    await machine.controller.saved();
    expect(machine.map(unitB).queueIfNoPath).to.equal(false);
  });
});
