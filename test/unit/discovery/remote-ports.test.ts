import { expect } from 'chai';
import { Discovery } from '../../../src/discovery/sources.js';
import { DiscoveryBench, sda } from './discovery-bench.js';

const PORT = 'rport-2:0-0';
const OTHER_PORT = 'rport-3:0-1';
const folder = (name: string): string => `/devices/x/host2/${name}/fc_remote_ports/${name}`;
/** A disk behind PORT. */
const disk = { ...sda, between: [PORT] };
const diskState = 'devices/pci0000:00/0000:00:04.0/host2/rport-2:0-0/target2:0:0/2:0:0:0/state';

describe('Discovery of Fibre Channel ports', () => {
  let bench: DiscoveryBench;
  beforeEach(() => {
    bench = new DiscoveryBench();
  });
  afterEach(() => bench.end());

  /** Starts it with the ports, each online, and forgets what it told. */
  async function startWith(...names: string[]): Promise<void> {
    for (const name of names) bench.scene.remotePort(name);
    await bench.startWith(disk);
  }

  describe('by a scan', () => {
    it('tells ports with the first whole, and nothing of them before', async () => {
      bench.scene.remotePort(PORT, { fast_io_fail_tmo: '5' });
      bench.scene.remotePort(OTHER_PORT, { port_state: 'Blocked', dev_loss_tmo: '?' });
      bench.scene.disk(disk);
      bench.discovery.start();
      await bench.clock.advance(0);
      expect(bench.inputs).to.have.length(1);
      const [all] = bench.inputs;
      expect(all?.kind === 'rescanned' && all.facts[0]?.remotePort).to.equal(PORT);
      expect(all?.kind === 'rescanned' && all.ports).to.deep.equal([
        {
          name: PORT,
          host: 'host2',
          initiatorPort: '2100001b32000002',
          targetPort: '500a098000000000',
          state: 'online',
          portState: 'Online',
          fastIoFailSec: 5,
          devLossSec: 60,
          hostDevLossSec: 60,
        },
        {
          name: OTHER_PORT,
          host: 'host3',
          initiatorPort: '2100001b32000003',
          targetPort: '500a098000000001',
          state: 'lost',
          portState: 'Blocked',
          fastIoFailSec: null,
          devLossSec: null,
          hostDevLossSec: 60,
        },
      ]);
    });

    it('tells the differences before the paths', async () => {
      await startWith(PORT, 'rport-2:0-9');
      bench.scene.remotePort(OTHER_PORT);
      bench.scene.removeRemotePort('rport-2:0-9');
      bench.scene.disk({ ...disk, node: 'sdb', devT: '8:16', number: '3:0:0:0', between: [OTHER_PORT] });
      bench.discovery.rescan();
      await bench.clock.advance(0);
      expect(bench.told()).to.deep.equal([
        'port-removed rport-2:0-9',
        `port ${OTHER_PORT} online`,
        'changed host3 a port has come',
        'present sdb 1',
        'all sda,sdb',
      ]);
    });

    it('keeps the paths of a port that is lost, and finds them at a start', async () => {
      bench.scene.remotePort(PORT, { port_state: 'Blocked' });
      bench.scene.disk({ ...disk, state: 'blocked' });
      bench.scene.disk({ ...disk, state: 'transport-offline', node: 'sdb', devT: '8:16', number: '2:0:0:1' });
      bench.discovery.start();
      await bench.clock.advance(0);
      expect(bench.told()).to.deep.equal(['all sda,sdb']);
      bench.discovery.rescan();
      await bench.clock.advance(0);
      expect(bench.told()).to.deep.equal(['all sda,sdb']);
    });

    it('leaves out ports that are no targets, or no FCP ones', async () => {
      const roles = ['FCP Initiator', 'unknown', 'NVMe Target', 'Fabric Controller', '', 'FCP Targets'];
      for (const [index, role] of roles.entries()) bench.scene.remotePort(`rport-2:0-${index}`, { roles: role });
      bench.scene.remotePort('rport-2:0-7', { roles: 'NVMe Target, FCP Target' });
      bench.scene.remotePort('rport-2:0-8', { port_name: '0x0' });
      bench.discovery.start();
      await bench.clock.advance(0);
      const [all] = bench.inputs;
      expect(all?.kind === 'rescanned' && all.ports.map(({ name }) => name)).to.deep.equal(['rport-2:0-7']);
    });
  });

  describe('by uevents', () => {
    it('tells a port that comes at once, and has storage looked at', async () => {
      await startWith();
      bench.scene.remotePort(PORT);
      bench.uevents.send('add', folder(PORT), { SUBSYSTEM: 'fc_remote_ports' });
      await bench.clock.advance(0);
      expect(bench.told()).to.deep.equal([`port ${PORT} online`, 'changed host2 a port has come']);
    });

    it('tells a change at once, and a removal before sysfs shows it', async () => {
      await startWith(PORT);
      bench.scene.remotePort(PORT, { dev_loss_tmo: '30' });
      bench.uevents.send('change', folder(PORT), { SUBSYSTEM: 'fc_remote_ports' });
      await bench.clock.advance(0);
      expect(bench.told()).to.deep.equal([`port ${PORT} online`]);
      bench.uevents.send('remove', folder(PORT), { SUBSYSTEM: 'fc_remote_ports' });
      expect(bench.told()).to.deep.equal([`port-removed ${PORT}`]);
    });

    it('reads the ports of a host of which an event tells', async () => {
      await startWith(PORT, OTHER_PORT);
      for (const name of [PORT, OTHER_PORT]) bench.scene.remotePort(name, { port_state: 'Blocked' });
      bench.uevents.send('change', '/devices/x/host2/fc_host/host2', { SUBSYSTEM: 'fc_host' });
      expect(bench.told()).to.deep.equal([`port ${PORT} lost`]);
    });

    it('tries to hear the fabric again when a host comes, and goes on where that fails', async () => {
      bench.fcEvents.failure = new Error('no right');
      await startWith(PORT);
      expect(bench.fcEvents.opened).to.equal(1);
      expect(bench.troubles.map(({ message }) => message)).to.deep.equal(['no right']);
      bench.fcEvents.failure = null;
      bench.uevents.send('add', '/devices/x/host3/fc_host/host3', { SUBSYSTEM: 'fc_host' });
      expect(bench.fcEvents.opened).to.equal(2);
      expect(bench.fcEvents.listener).to.not.equal(null);
    });
  });

  describe('and the disks behind them', () => {
    it('reads a disk again that the transport had blocked, when its port is back and when it has settled', async () => {
      bench.scene.remotePort(PORT, { port_state: 'Blocked' });
      bench.scene.disk({ ...disk, state: 'transport-offline' });
      bench.discovery.start();
      await bench.clock.advance(0);
      bench.told();
      bench.scene.remotePort(PORT, { port_state: 'Online' });
      // The kernel lets the disk go on a moment after the port.
      await bench.clock.advance(110);
      bench.scene.file(diskState, 'running\n');
      await bench.clock.advance(110);
      expect(bench.told()).to.deep.equal([`port ${PORT} online`, 'present sda 1']);
    });

    it('reads it at once where it runs by then', async () => {
      bench.scene.remotePort(PORT, { port_state: 'Blocked' });
      bench.scene.disk({ ...disk, state: 'blocked' });
      bench.discovery.start();
      await bench.clock.advance(0);
      bench.told();
      bench.scene.remotePort(PORT, { port_state: 'Online' });
      bench.scene.file(diskState, 'running\n');
      await bench.clock.advance(105);
      expect(bench.told()).to.deep.equal([`port ${PORT} online`, 'present sda 1']);
    });

    it('reads it a few seconds later in any case', async () => {
      bench.scene.remotePort(PORT);
      bench.scene.disk({ ...disk, state: 'blocked' });
      bench.discovery.start();
      await bench.clock.advance(1000);
      bench.scene.file(diskState, 'running\n');
      bench.told();
      await bench.clock.advance(5000);
      expect(bench.told()).to.deep.equal(['present sda 1']);
    });
  });

  describe('with a trouble of ours', () => {
    it('keeps what it knows, says so and tries again a second later', async () => {
      await startWith(PORT);
      bench.scene.remotePort(PORT, { port_state: 'Blocked' });
      const folderOfPort = `class/fc_remote_ports/${PORT}`;
      bench.scene.remove(`${folderOfPort}/port_name`);
      // A folder in the place of an attribute: EISDIR, as EMFILE nothing that says that the port is gone.
      bench.scene.makeFolder(`${folderOfPort}/port_name`);
      await bench.clock.advance(1000);
      expect(bench.troubles.map(({ code }) => code)).to.deep.equal(['SYSCALL']);
      expect(bench.told()).to.deep.equal([]);
      bench.scene.remove(`${folderOfPort}/port_name`);
      bench.scene.file(`${folderOfPort}/port_name`, '0x500a098000000000\n');
      await bench.clock.advance(1000);
      expect(bench.told()).to.deep.equal([`port ${PORT} lost`]);
    });
  });

  describe('asked to read a port again', () => {
    it('does so in a later turn, once however often it is asked', async () => {
      await startWith(PORT);
      bench.scene.remotePort(PORT, { fast_io_fail_tmo: '0' });
      for (let count = 0; count < 3; count++) bench.discovery.recheckPort(PORT);
      expect(bench.told()).to.deep.equal([]);
      await bench.clock.advance(0);
      expect(bench.inputs.map((input) => input.kind === 'port' && input.port.fastIoFailSec)).to.deep.equal([0]);
    });

    it('tells that it is gone where it is', async () => {
      await startWith(PORT);
      bench.scene.removeRemotePort(PORT);
      bench.discovery.recheckPort(PORT);
      bench.discovery.recheckPort('rport-9:0-9');
      await bench.clock.advance(0);
      expect(bench.told()).to.deep.equal([`port-removed ${PORT}`]);
    });
  });

  describe('at its end', () => {
    it('tells nothing more and leaves no timer', async () => {
      await startWith(PORT);
      bench.discovery.recheckPort(PORT);
      bench.discovery.close();
      expect(bench.clock.pending).to.deep.equal([]);
      expect(bench.fcEvents.listener).to.equal(null);
      bench.discovery.recheckPort(PORT);
      bench.discovery.rescan();
      await bench.clock.advance(1000);
      expect(bench.told()).to.deep.equal([]);
      expect(bench.clock.pending).to.deep.equal([]);
    });

    it('can be ended from within an input of a port', async () => {
      for (const name of [PORT, OTHER_PORT]) bench.scene.remotePort(name);
      const told: string[] = [];
      const quitter = new Discovery({
        ...bench.options,
        onInput: (input) => {
          told.push(input.kind);
          if (input.kind === 'port') quitter.close();
        },
      });
      quitter.start();
      await bench.clock.advance(0);
      for (const name of [PORT, OTHER_PORT]) bench.scene.remotePort(name, { port_state: 'Blocked' });
      await bench.clock.advance(1000);
      expect(told).to.deep.equal(['rescanned', 'port']);
      expect(bench.clock.pending).to.deep.equal([]);
    });

    it('can be ended while it reads all ports', async () => {
      for (const name of [PORT, OTHER_PORT]) bench.scene.remotePort(name);
      const told: string[] = [];
      const quitter = new Discovery({
        ...bench.options,
        onInput: (input) => {
          told.push(input.kind);
          if (input.kind === 'port') quitter.close();
        },
      });
      quitter.start();
      await bench.clock.advance(0);
      for (const name of [PORT, OTHER_PORT]) bench.scene.remotePort(name, { port_state: 'Blocked' });
      quitter.rescan();
      await bench.clock.advance(1000);
      expect(told).to.deep.equal(['rescanned', 'port']);
      expect(bench.clock.pending).to.deep.equal([]);
    });
  });
});
