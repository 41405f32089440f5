import { expect } from 'chai';
import type { EmptyDisk } from '../../src/controller/ports.js';
import { Machine, pathFacts, unitA, unitB } from '../support/machine.js';

const [first, second] = [0, 1].map((port) => pathFacts(unitA, port)) as [
  ReturnType<typeof pathFacts>,
  ReturnType<typeof pathFacts>,
];
const empty: EmptyDisk = { devT: second.devT, number: second.number, wwid: unitA };

/** A logical unit with one path; of another one the kernel has a disk of size 0. */
async function started(disk: EmptyDisk = empty): Promise<Machine> {
  const machine = new Machine('claim:\n  mode: all\n');
  machine.devices.empty.add(disk.devT);
  await machine.add(first);
  await machine.start();
  machine.devices.tell({ kind: 'empty', disk });
  return machine;
}

/** The storage answers again. */
function answers(machine: Machine): void {
  machine.onScan = (scan) => {
    if (scan !== second.number) return;
    machine.devices.empty.delete(second.devT);
    machine.devices.facts.set(second.devT, second);
    machine.kernel.addDisk(second.devT, second.sizeSectors);
  };
}

describe('A disk that is empty for the kernel when the controller starts', () => {
  it('is read again until it has a size, and is a path then', async () => {
    const machine = await started();
    await machine.clock.advance(2_000);
    expect(machine.scans).to.deep.equal([second.number]);
    expect(machine.states()).to.equal('>');
    answers(machine);
    await machine.clock.advance(4_000);
    await machine.quiet();
    expect(machine.scans).to.deep.equal([second.number, second.number]);
    expect(machine.unit().paths.map(({ facts }) => facts.devT)).to.deep.equal([first.devT, second.devT]);
    await machine.clock.advance(600_000);
    expect(machine.scans).to.have.length(2);
  });

  it('is read ever more rarely, at last once a minute', async () => {
    const machine = await started();
    await machine.clock.advance(2_000 + 4_000 + 8_000 + 16_000 + 32_000);
    expect(machine.scans).to.have.length(5);
    await machine.clock.advance(600_000);
    expect(machine.scans).to.have.length(15);
  });

  it('is left in peace for long where the storage hangs', async () => {
    const machine = await started();
    machine.scanEnds = false;
    await machine.clock.advance(2_000);
    await machine.clock.advance(599_000);
    expect(machine.scans).to.have.length(1);
    await machine.clock.advance(1_000);
    expect(machine.scans).to.have.length(2);
  });

  it('is not read where somebody else had it read, or it is gone', async () => {
    const machine = await started();
    machine.devices.empty.clear();
    await machine.clock.advance(600_000);
    expect(machine.scans).to.deep.equal([]);
  });

  it('concerns nobody where it is of no logical unit that is known', async () => {
    const machine = await started({ ...empty, wwid: unitB });
    await machine.clock.advance(600_000);
    expect(machine.scans).to.deep.equal([]);
    await machine.add(pathFacts(unitB, 0, 1));
    await machine.clock.advance(60_000);
    expect(machine.scans, 'it is one now').to.deep.equal([second.number]);
  });

  it('is no matter of a controller that has stopped', async () => {
    const machine = await started();
    machine.controller.stop(true);
    await machine.clock.advance(600_000);
    expect(machine.scans).to.deep.equal([]);
  });
});
