import { expect } from 'chai';
import { Machine, pathFacts, selector, unitA } from '../support/machine.js';

const ports = [0, 1].map((port) => pathFacts(unitA, port));
const [first, second] = ports as [(typeof ports)[number], (typeof ports)[number]];

/** The first path is down. */
async function started(): Promise<Machine> {
  const machine = new Machine();
  await machine.add(...ports);
  await machine.start();
  machine.kernel.setDisk(first.devT, 'breaks');
  await machine.probed(first, 'down');
  expect(machine.states()).to.equal('X>');
  machine.scans.length = 0;
  return machine;
}

describe('The size of a disk', () => {
  it('is not read anew while its path is down, and is when it is back', async () => {
    const machine = await started();
    await machine.controller.rescan('all');
    expect(machine.scans).to.deep.equal([`all not ${first.number}`]);
    machine.kernel.setDisk(first.devT, 'works');
    await machine.probed(first, 'up');
    expect(machine.states()).to.equal('>>');
    expect(machine.scans.slice(1)).to.deep.equal([first.number]);
    await machine.probed(first, 'up');
    expect(machine.scans).to.have.length(2);
  });

  it('comes back before the path does', async () => {
    const machine = await started();
    machine.devices.empty.add(first.devT);
    machine.kernel.setDisk(first.devT, 'works');
    await machine.probed(first, 'up');
    expect(machine.states(), 'the kernel would fail all I/O there').to.equal('X>');
    expect(machine.scans).to.deep.equal([first.number]);
    expect(machine.prober.asked.filter(({ key }) => key === first.key)).to.deep.equal([]);
    machine.onScan = () => machine.devices.empty.clear();
    await machine.probed(first, 'up');
    expect(machine.prober.asked.map(({ key }) => key)).to.deep.equal([first.key]);
    expect(machine.states()).to.equal('X>');
    await machine.probed(first, 'up');
    expect(machine.states()).to.equal('>>');
  });

  it('is waited for by an operator who asks for the path', async () => {
    const machine = await started();
    machine.devices.empty.add(first.devT);
    machine.onScan = () => machine.devices.empty.clear();
    machine.kernel.setDisk(first.devT, 'works');
    const failback = machine.request({ kind: 'failback', path: selector(first.number) });
    await machine.probed(first, 'up');
    await machine.probed(first, 'up');
    await failback;
    expect(machine.states()).to.equal('>>');
  });

  it('is read anew, with everything else of the disk, where the array has mapped another unit there, once', async () => {
    const machine = await started();
    const elsewhere = { wwid: unitA, key: first.key, verdict: 'down', latencyMs: 0.5, outcome: 'other unit' } as const;
    for (const leadsTo of ['3600b', '3600b', '3600c']) machine.controller.report([{ ...elsewhere, leadsTo }]);
    await machine.quiet();
    expect(machine.scans).to.deep.equal([first.number, first.number]);
    expect(machine.states()).to.equal('X>');
  });

  it('does not concern a path that is in use', async () => {
    const machine = await started();
    machine.devices.empty.add(second.devT);
    await machine.probed(second, 'up');
    expect(machine.states()).to.equal('X>');
    expect(machine.scans).to.deep.equal([]);
  });
});
