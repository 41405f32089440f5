// Discovery on real Fibre Channel ports: what it tells of a cable pull, and what the kernel makes of time-outs.
import { expect } from 'chai';
import { SysfsPortTimeouts } from '../../../../src/controller/sysfs-port-timeouts.js';
import type { DiscoveryInput } from '../../../../src/discovery/inputs.js';
import type { RemotePort } from '../../../../src/discovery/remote-port.js';
import { Listener } from '../../inside/listener.js';
import { until } from '../../inside/until.js';
import type { FcArray } from '../inside/fc-array.js';
import { plug, pull } from '../inside/fc-faults.js';
import { theArray } from '../inside/the-array.js';

describe('fc lab: discovery of ports', () => {
  let array: FcArray;
  let listener: Listener;
  let timeouts: SysfsPortTimeouts;
  before(async function () {
    this.timeout(120_000);
    array = await theArray();
    array.resetTimeouts();
    listener = new Listener();
    timeouts = new SysfsPortTimeouts(listener.discovery);
  });
  after(async () => {
    await listener.close();
    await array.end();
    array.resetTimeouts();
  });

  const state = (wanted: RemotePort['state']): Promise<Extract<DiscoveryInput, { kind: 'port' }>> =>
    listener.heard('port', ({ port }) => port.state === wanted);
  const kinds = (): string[] => [...new Set(listener.inputs.map(({ kind }) => kind))];
  const lastPort = (): RemotePort | undefined =>
    listener.inputs.flatMap((input) => (input.kind === 'port' ? [input.port] : [])).at(-1);

  it('tells the port at each end of a fabric, and which paths it carries', async () => {
    const { facts, ports } = await listener.heard('rescanned');
    const names = [0, 1].map((port) => array.remotePort(port));
    expect(ports.map(({ name }) => name)).to.have.members(names);
    for (const port of ports) {
      expect(port).to.deep.include({ state: 'online', fastIoFailSec: null, devLossSec: 60, hostDevLossSec: 60 });
      const behind = facts.filter(({ remotePort }) => remotePort === port.name);
      expect(behind.map(({ targetPort }) => targetPort)).to.deep.equal(array.lunNames.map(() => port.targetPort));
      expect(behind.map(({ initiatorPort }) => initiatorPort)).to.deep.equal(
        array.lunNames.map(() => port.initiatorPort),
      );
    }
  });

  it('tells a pulled cable as one port lost and its return as one port online, and keeps its paths', async () => {
    listener.forget();
    await pull(array, 0);
    const { port } = await state('lost');
    expect(port).to.deep.include({ name: array.remotePort(0), portState: 'Blocked' });
    listener.discovery.rescan();
    const { facts } = await listener.heard('rescanned');
    expect(facts.filter(({ remotePort }) => remotePort === port.name)).to.have.length(array.lunNames.length);
    listener.forget();
    await plug(array, 0);
    await state('online');
    expect(kinds()).to.not.include.members(['path-gone', 'storage-changed']);
  });

  it('sets time-outs in an order that the kernel takes, and tells them', async () => {
    const name = array.remotePort(0);
    listener.forget();
    expect(timeouts.write(name, { fastIoFailSec: 100, devLossSec: 3000 })).to.equal('written');
    await listener.heard('port', ({ port }) => port.fastIoFailSec === 100 && port.devLossSec === 3000);
    expect(timeouts.write(name, { fastIoFailSec: 0, devLossSec: 60 })).to.equal('written');
    await listener.heard('port', ({ port }) => port.fastIoFailSec === 0 && port.devLossSec === 60);
    expect(() => timeouts.write(name, { fastIoFailSec: null, devLossSec: 3000 })).to.throw(
      `Cannot set dev_loss_tmo of remote port ${name} to 3000: kernel returned EINVAL`,
    );
    expect(timeouts.write('rport-99:0-0', { fastIoFailSec: 0 })).to.equal('gone');
  });

  it('writes none while the port is away, which the kernel refuses', async () => {
    timeouts.write(array.remotePort(0), { fastIoFailSec: 5 });
    await pull(array, 0);
    expect(timeouts.write(array.remotePort(0), { fastIoFailSec: 0 })).to.equal('lost');
    await plug(array, 0);
    expect(array.timeout(0, 'fast_io_fail_tmo')).to.equal('5');
  });

  it('reads disks again that were offline with their port, when that is back', async () => {
    timeouts.write(array.remotePort(0), { fastIoFailSec: 0 });
    await pull(array, 0);
    listener.forget();
    const offline = await until('a reading finds them offline', async () => {
      listener.forget();
      listener.discovery.rescan();
      const { facts } = await listener.heard('rescanned');
      const found = facts.filter((each) => each.state === 'transport-offline');
      return found.length === array.lunNames.length ? found : null;
    });
    listener.forget();
    await plug(array, 0);
    for (const { node } of offline) {
      await listener.heard('path-present', ({ facts }) => facts.node === node && facts.state === 'running');
    }
  });

  it('knows a port that was given up when it comes back, and has storage looked at', async () => {
    const name = array.remotePort(0);
    timeouts.write(name, { fastIoFailSec: 0, devLossSec: 1 });
    listener.forget();
    await pull(array, 0);
    await until('its disks are gone', () => {
      return listener.inputs.filter(({ kind }) => kind === 'path-gone').length === array.lunNames.length;
    });
    expect(lastPort()?.state).to.equal('lost');
    listener.forget();
    await plug(array, 0);
    await listener.heard('port', ({ port }) => port.state === 'online' && port.targetPort !== '');
    await listener.heard('storage-changed', ({ what }) => what === 'a port has come');
    await until('its disks are there', () => {
      return listener.inputs.filter(({ kind }) => kind === 'path-present').length >= array.lunNames.length;
    });
  });
});
