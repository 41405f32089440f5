import { expect } from 'chai';
import { Machine, pathFacts, refusalOf, selector, unitA } from '../support/machine.js';

const ports = [0, 1, 2, 3].map((port) => pathFacts(unitA, port));
const [first, second] = ports as [(typeof ports)[number], (typeof ports)[number]];

async function started(): Promise<Machine> {
  const machine = new Machine();
  await machine.add(...ports);
  await machine.start();
  await machine.request({ kind: 'set-balance', path: selector(first.number), mode: 'none' });
  machine.records.length = 0;
  return machine;
}

describe('Failover and failback', () => {
  it('starts with the first path in use and a node for the map', async () => {
    const machine = await started();
    expect(machine.states()).to.equal('>AAA');
    expect(machine.carrying()).to.deep.equal([first.devT]);
    expect(machine.nodes).to.include('+lu0');
  });

  it('follows the kernel when I/O fails on the path in use, and records it', async () => {
    const machine = await started();
    machine.kernel.setDisk(first.devT, 'breaks');
    expect(await machine.read()).to.equal('done');
    expect(machine.states()).to.equal('X>AA');
    expect(machine.ids()).to.deep.equal([270, 257, 258]);
  });

  it('puts a path back only after a good probe, and then at once in use', async () => {
    const machine = await started();
    machine.kernel.setDisk(first.devT, 'breaks');
    await machine.read();
    machine.kernel.setDisk(first.devT, 'works');
    await machine.quiet();
    expect(machine.states()).to.equal('X>AA');
    await machine.probed(first, 'up');
    expect(machine.states()).to.equal('>AAA');
    expect(machine.carrying()).to.deep.equal([first.devT]);
    expect(machine.ids().slice(-2)).to.deep.equal([272, 273]);
  });

  it('needs no table load for any of it', async () => {
    const machine = await started();
    const loads = machine.loads();
    machine.kernel.setDisk(first.devT, 'breaks');
    await machine.read();
    machine.kernel.setDisk(first.devT, 'works');
    await machine.probed(first, 'up');
    expect(machine.loads()).to.equal(loads);
  });

  it('takes a path out on a bad probe before any I/O meets it', async () => {
    const machine = await started();
    await machine.probed(second, 'down');
    expect(machine.states()).to.equal('>XAA');
    expect(
      machine
        .map()
        .groups.flatMap((group) => group.paths)
        .find((path) => path.devT === second.devT)?.failed,
    ).to.equal(true);
    expect(machine.ids()).to.deep.equal([271]);
  });

  it('never takes out the last usable path on suspicion', async () => {
    const machine = await started();
    for (const facts of ports) await machine.probed(facts, 'down');
    expect(machine.states()).to.equal('XXX>');
    expect(await machine.read()).to.equal('done');
  });

  it('keeps when a good path was probed last, and tells nobody of it', async () => {
    const machine = await started();
    machine.told.length = 0;
    await machine.probed(second, 'up');
    expect(machine.path(second.number).lastProbe?.verdict).to.equal('up');
    expect(machine.told).to.deep.equal([]);
    await machine.probed(second, 'down');
    expect(machine.told).to.include(unitA);
  });

  it('comes back disabled in failback mode standby', async () => {
    const machine = await started();
    await machine.request({ kind: 'set-failback', mode: 'standby' });
    await machine.probed(second, 'down');
    await machine.probed(second, 'up');
    expect(machine.states()).to.equal('>@AA');
  });

  it('fails back on request as soon as the watcher answers', async () => {
    const machine = await started();
    machine.kernel.setDisk(first.devT, 'breaks');
    await machine.read();
    machine.kernel.setDisk(first.devT, 'works');
    const request = machine.controller.request({ kind: 'failback', path: selector(first.number) });
    await machine.quiet();
    expect(machine.prober.asked.at(-1)).to.include({ key: first.key, reason: 'failback' });
    await machine.probed(first, 'up');
    expect(await request).to.deep.equal([unitA]);
    expect(machine.states()).to.equal('>AAA');
    expect(machine.ids().slice(-2)).to.deep.equal([261, 263]);
  });

  it('says so when the path to fail back is still down, and changes nothing', async () => {
    const machine = await started();
    await machine.probed(second, 'down');
    const refusal = refusalOf(machine.controller.request({ kind: 'failback', path: selector(second.number) }));
    await machine.quiet();
    await machine.probed(second, 'down');
    expect(await refusal).to.equal('STILL_FAILED');
    expect(machine.states()).to.equal('>XAA');
  });

  it('refuses a failback without a watcher', async () => {
    const machine = await started();
    machine.prober.connected = false;
    expect(await refusalOf(machine.controller.request({ kind: 'failback', path: null }))).to.equal('WATCHER_ABSENT');
  });
});
