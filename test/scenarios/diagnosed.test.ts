import { expect } from 'chai';
import { mapName, sectors } from '../../src/base/ids.js';
import type { Finding, PathLimits } from '../../src/model/doctor/types.js';
import { productVersion } from '../../src/services/version.js';
import { Machine, pathFacts, unitA, unitB } from '../support/machine.js';

/** Held by their map, as disks that are in use by it are. */
const ports = [0, 1].map((port) => pathFacts(unitA, port, 0, { holders: ['dm-0'] }));

const limits = (host: string): PathLimits => {
  const none = { adapter: null, timeoutSec: 30, queueDepth: 32, errorHandlingSec: null };
  return { host, ...none, remotePort: null, session: null };
};

async function started(config = ''): Promise<Machine> {
  const machine = new Machine(config);
  await machine.add(...ports);
  for (const { node } of ports) machine.limits.set(node, limits(`host-${node}`));
  machine.attendance.come(`ispmwatcher/${productVersion()}`);
  machine.attendance.come(`ispmlogger/${productVersion()}`);
  await machine.start();
  return machine;
}

async function found(machine: Machine): Promise<readonly string[]> {
  return (await machine.insight.doctor()).findings.map(({ code }: Finding) => code);
}

describe('An operator who asks what is amiss', () => {
  it('is told that nothing is, and how much was looked at', async () => {
    const machine = await started();
    expect(await machine.insight.doctor()).to.deep.equal({
      at: machine.clock.now(),
      version: productVersion(),
      units: 1,
      paths: 2,
      findings: [],
    });
  });

  it('is told of one host for all paths, as sysfs says', async () => {
    const machine = await started();
    for (const { node } of ports) machine.limits.set(node, limits('host7'));
    const { findings } = await machine.insight.doctor();
    expect(findings.map(({ code, what }) => [code, what])).to.deep.equal([
      ['one-host', 'All paths of logical unit #0 (lu0) go through host7.'],
    ]);
  });

  it('is told of maps that others left suspended, half changed or without an owner', async () => {
    const machine = await started();
    machine.kernel.suspend(machine.map().name);
    machine.kernel.loadOnly(machine.map().name);
    machine.kernel.createEmpty(mapName('stranger'), `mpath-${unitB}`);
    expect(await found(machine)).to.deep.equal(['suspended-map', 'stray-map', 'empty-map', 'half-loaded-map']);
  });

  it('is told of disks that are kept out, with the reason', async () => {
    const machine = await started();
    const mounted = pathFacts(unitA, 2, 0, { obstacle: { reason: 'mounted', by: '/mnt' } });
    await machine.add(mounted, pathFacts(unitA, 3, 0, { sizeSectors: sectors(9) }));
    const { findings } = await machine.insight.doctor();
    expect(findings.map(({ code, what }) => [code, what.split(': ').slice(-1)[0]])).to.deep.equal([
      ['refused-path', 'it has 9 sectors, its logical unit 65536.'],
      ['disk-in-use', '"/mnt".'],
    ]);
  });

  it('is told of daemons that are away', async () => {
    const machine = new Machine();
    machine.prober.connected = false;
    await machine.start();
    expect(await found(machine)).to.deep.equal(['watcher-absent', 'logger-absent']);
  });

  it('gets an answer for more paths than are read in one turn', async () => {
    const machine = await started();
    const many = Array.from({ length: 40 }, (_, lun) => pathFacts(unitB, lun % 8, 1 + lun, { targetPort: `t${lun}` }));
    await machine.add(...many);
    const { paths, findings } = await machine.insight.doctor();
    expect([paths, findings]).to.deep.equal([42, []]);
  });
});
