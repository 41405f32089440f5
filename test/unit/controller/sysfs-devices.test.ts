import { expect } from 'chai';
import type { DeviceInput } from '../../../src/controller/ports.js';
import { SysfsDevices } from '../../../src/controller/sysfs-devices.js';
import { devT } from '../../../src/base/ids.js';
import { FakeClock } from '../../support/fake-clock.js';
import { FakeFcEvents } from '../../support/fake-fc-events.js';
import { FakeUevents } from '../../support/fake-uevents.js';
import { page83, SysfsScene } from '../../support/sysfs-scene.js';

const PORT = 'rport-2:0-0';
const TARGET = '500a098000000000';
const [UNIT, OTHER] = ['60013780000000000000000000000001', '60013780000000000000000000000002'];
const disk = { node: 'sda', number: '2:0:0:0', devT: '8:0', between: [PORT], page83: page83(UNIT) };

describe('SysfsDevices', () => {
  const clock = new FakeClock();
  const uevents = new FakeUevents();
  const fcEvents = new FakeFcEvents();
  let scene: SysfsScene;
  let devices: SysfsDevices;
  let told: DeviceInput[];

  beforeEach(async () => {
    scene = new SysfsScene();
    scene.remotePort(PORT);
    scene.disk(disk);
    told = [];
    const fail = (error: Error): never => {
      throw error;
    };
    devices = new SysfsDevices(clock, { uevents, fcEvents }, fail, null, scene.sysfs);
    devices.start((input) => told.push(input));
    await clock.advance(0);
  });
  afterEach(() => {
    devices.close();
    scene.cleanup();
  });

  it('tells the disks and the ports that are there', () => {
    const [all] = told.splice(0);
    expect(all?.kind === 'all' && all.facts.map(({ node, remotePort }) => [node, remotePort])).to.deep.equal([
      ['sda', PORT],
    ]);
    expect(all?.kind === 'all' && all.ports.map(({ name }) => name)).to.deep.equal([PORT]);
  });

  it('tells what becomes of a port, and what the fabric says of it', async () => {
    told.length = 0;
    scene.remotePort(PORT, { fast_io_fail_tmo: '0' });
    devices.recheckPort(PORT);
    await clock.advance(0);
    fcEvents.send({
      kind: 'fpin',
      host: 'host2',
      descriptors: [{ kind: 'delivery', what: 'timeout', clear: false, attachedPort: TARGET, ports: [] }],
    });
    uevents.send('remove', `/devices/x/${PORT}`, { SUBSYSTEM: 'fc_remote_ports' });
    const [port, notice, removed] = told;
    expect(port?.kind === 'port' && port.port).to.deep.include({ name: PORT, state: 'online', fastIoFailSec: 0 });
    expect(notice).to.deep.equal({
      kind: 'fabric-notice',
      notice: { kind: 'degraded', host: 'host2', targetPort: TARGET, what: 'FPIN delivery: timeout' },
    });
    expect(removed).to.deep.equal({ kind: 'port-removed', name: PORT });
  });

  it('tells why a disk is no path any more, and what is in its place', async () => {
    told.length = 0;
    scene.file('devices/pci0000:00/0000:00:04.0/host2/rport-2:0-0/target2:0:0/2:0:0:0/vpd_pg83', page83(OTHER));
    uevents.disk('change', 'sda');
    await clock.advance(5);
    uevents.disk('remove', 'sda');
    const [changed, present, removed] = told;
    const device = { devT: '8:0', node: 'sda' };
    expect(changed).to.deep.equal({
      kind: 'gone',
      ...device,
      reason: 'identity-changed',
      from: `3${UNIT}`,
      to: `3${OTHER}`,
    });
    expect(present?.kind === 'present' && present.facts.wwid).to.equal(`3${OTHER}`);
    expect(removed).to.deep.equal({ kind: 'gone', ...device, reason: 'removed' });
  });

  it('tells where storage has changed and that events were lost, and keeps skipped disks to itself', async () => {
    told.length = 0;
    uevents.send('change', '/devices/x/2:0:0:0', { SUBSYSTEM: 'scsi', SDEV_UA: 'CAPACITY_DATA_HAS_CHANGED' });
    fcEvents.listener?.onOverrun('overflow');
    scene.disk({ ...disk, node: 'sdb', number: '2:0:0:1', devT: '8:16', page83: null });
    devices.rescan();
    await clock.advance(0);
    expect(told.map(({ kind }) => kind)).to.deep.equal(['storage-changed', 'overrun', 'all']);
    expect(told[0]).to.deep.equal({ kind: 'storage-changed', scope: '2:0:0:0' });
  });

  it('knows a disk of size 0', () => {
    scene.file('dev/block/8:0/size', '0\n');
    scene.file('dev/block/8:16/size', '8\n');
    expect(['8:0', '8:16', '8:32'].map((text) => devices.isEmpty(devT(text)))).to.deep.equal([true, false, false]);
  });
});
