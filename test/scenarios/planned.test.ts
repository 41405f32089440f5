import { expect } from 'chai';
import { PathManagerError } from '../../src/base/errors.js';
import type { PlanResultView } from '../../src/model/plan-view.js';
import { Machine, pathFacts, refusalOf, selector, unitA, unitB } from '../support/machine.js';

const ports = [0, 1].map((port) => pathFacts(unitA, port));
const others = [0, 1].map((port) => pathFacts(unitB, port, 1));
const first = pathFacts(unitA, 0);

async function started(): Promise<Machine> {
  const machine = new Machine();
  await machine.add(...ports, ...others);
  await machine.start();
  return machine;
}

/** What an operator has tried now, waited for without time going by. */
async function tried(machine: Machine): Promise<PlanResultView> {
  const result = machine.insight.applyPlan();
  await machine.quiet();
  return result;
}

describe('An operator who asks what is left to do', () => {
  it('is told that nothing is', async () => {
    const machine = await started();
    expect(machine.insight.plan()).to.deep.equal({ at: machine.clock.now(), compared: 2, units: [] });
    expect(await tried(machine)).to.deep.equal({ at: machine.clock.now(), units: [] });
  });

  it('is told what waits for I/O that hangs, and cannot force it', async () => {
    const machine = await started();
    machine.stuck = first.devT;
    const request = machine.request({ kind: 'set-balance', path: selector('sda'), mode: 'round-robin' });
    expect(await refusalOf(request)).to.equal('APPLY_PENDING');
    const loads = machine.loads();
    const [open] = machine.insight.plan().units;
    expect(open?.operations.map(({ text }) => text)).to.deep.equal(['load a new table']);
    expect(open?.waits).to.deep.include({ code: 'waits-for-storage', at: machine.clock.now() + 500 });
    const { units } = await tried(machine);
    expect(units.map(({ number, done, waits }) => [number, done, waits?.code])).to.deep.equal([
      [0, false, 'waits-for-storage'],
    ]);
    expect(machine.loads()).to.equal(loads);
  });

  it('has it done at once when the I/O flows again, without waiting for the next attempt', async () => {
    const machine = await started();
    machine.stuck = first.devT;
    const request = machine.request({ kind: 'set-balance', path: selector('sda'), mode: 'round-robin' });
    expect(await refusalOf(request)).to.equal('APPLY_PENDING');
    machine.stuck = null;
    const { units } = await tried(machine);
    expect(units.map(({ done, operations }) => [done, operations[0]?.text])).to.deep.equal([
      [true, 'load a new table'],
    ]);
    expect(machine.map().groups[0]?.selector).to.equal('round-robin');
    expect(machine.insight.plan().units).to.deep.equal([]);
    expect(machine.unit().problem).to.equal(null);
  });

  it('sees what others have changed and no event has told, and has it put right', async () => {
    const machine = await started();
    machine.kernel.message(machine.map(unitB).name, { kind: 'fail-if-no-path' });
    expect(
      machine.insight.plan().units.map(({ number, operations, waits }) => [number, operations[0]?.message, waits.code]),
    ).to.deep.equal([[1, 'queue-if-no-path', 'nothing']]);
    expect((await tried(machine)).units.map(({ done }) => done)).to.deep.equal([true]);
    expect(machine.map(unitB).queueIfNoPath).to.equal(true);
  });

  it('is told what the kernel refuses, before and after', async () => {
    const machine = await started();
    const refuse = (): void =>
      machine.kernel.refuseNext('reload', new PathManagerError('DM_IOCTL', 'Cannot load table: EINVAL (22)'));
    refuse();
    const request = machine.request({ kind: 'set-balance', path: selector('sda'), mode: 'none' });
    expect(await refusalOf(request)).to.equal('APPLY_FAILED');
    refuse();
    const [left] = (await tried(machine)).units;
    expect(left?.waits).to.deep.equal({
      code: 'refused',
      at: machine.clock.now() + 1_000,
      text: 'the last attempt failed: Cannot load table: EINVAL (22)',
    });
  });

  it('gets an answer while a change waits behind storage', async () => {
    const machine = await started();
    const newcomer = pathFacts(unitA, 2);
    machine.kernel.addDisk(newcomer.devT, newcomer.sizeSectors);
    machine.kernel.setDisk(newcomer.devT, 'hangs');
    machine.devices.tell({ kind: 'present', facts: newcomer });
    await machine.quiet();
    expect(machine.insight.plan().units[0]?.waits.code).to.equal('running');
    const result = machine.insight.applyPlan();
    await machine.clock.advance(20_000);
    expect((await result).units.map(({ done, waits }) => [done, waits?.code])).to.deep.equal([[false, 'running']]);
  });
});
