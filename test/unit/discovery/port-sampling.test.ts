import { readdirSync } from 'node:fs';
import { expect } from 'chai';
import { DiscoveryBench, sda } from './discovery-bench.js';

const PORT = 'rport-2:0-0';
const OTHER_PORT = 'rport-3:0-1';
const folder = (name: string): string => `/devices/x/host2/${name}/fc_remote_ports/${name}`;
/** A disk behind PORT. */
const disk = { ...sda, between: [PORT] };

describe('Discovery of Fibre Channel ports by sampling', () => {
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

  it('tells a port that is lost and one that is back within a tenth of a second, once each', async () => {
    await startWith(PORT, OTHER_PORT);
    bench.scene.remotePort(PORT, { port_state: 'Blocked' });
    await bench.clock.advance(99);
    expect(bench.told()).to.deep.equal([]);
    await bench.clock.advance(1);
    expect(bench.told()).to.deep.equal([`port ${PORT} lost`]);
    await bench.clock.advance(1000);
    expect(bench.told()).to.deep.equal([]);
    bench.scene.remotePort(PORT, { port_state: 'Online' });
    await bench.clock.advance(100);
    expect(bench.told()).to.deep.equal([`port ${PORT} online`]);
  });

  it('tells a marginal port, and any other word as lost', async () => {
    await startWith(PORT);
    const states = ['Marginal', 'Deleted', 'Unknown', 'Linkdown', 'Onlin', ''];
    for (const word of states) {
      bench.scene.remotePort(PORT, { port_state: word });
      await bench.clock.advance(100);
    }
    const told = bench.inputs.flatMap((input) => (input.kind === 'port' ? [input.port.state] : []));
    expect(told).to.deep.equal(['marginal', 'lost', 'lost', 'lost', 'lost', 'lost']);
  });

  it('has one timer for all ports, and none without a port', async () => {
    await startWith();
    expect(bench.clock.pending).to.deep.equal([]);
    for (const number of [0, 1, 2, 3, 4]) bench.scene.remotePort(`rport-2:0-${number}`);
    bench.discovery.rescan();
    await bench.clock.advance(0);
    expect(bench.clock.pending).to.deep.equal(['states of remote ports']);
    for (const number of [0, 1, 2, 3, 4]) bench.scene.removeRemotePort(`rport-2:0-${number}`);
    bench.discovery.rescan();
    await bench.clock.advance(1000);
    expect(bench.clock.pending).to.deep.equal([]);
  });

  it('reads nothing but the states: time-outs that were set by hand are seen a few seconds later', async () => {
    await startWith(PORT);
    bench.scene.remotePort(PORT, { fast_io_fail_tmo: '7' });
    await bench.clock.advance(1000);
    expect(bench.told()).to.deep.equal([]);
    await bench.clock.advance(4000);
    const [input] = bench.inputs;
    expect(input?.kind === 'port' && input.port.fastIoFailSec).to.equal(7);
    expect(bench.inputs).to.have.length(1);
  });

  it('reads the rest where a state has changed', async () => {
    await startWith(PORT);
    bench.scene.remotePort(PORT, { port_state: 'Blocked', dev_loss_tmo: '90' });
    await bench.clock.advance(100);
    const [input] = bench.inputs;
    expect(input?.kind === 'port' && input.port).to.deep.include({ state: 'lost', devLossSec: 90 });
  });

  it('sees a port that gets its role after its login, as no event tells', async () => {
    await startWith();
    bench.scene.remotePort(PORT, { roles: 'unknown' });
    bench.uevents.send('add', folder(PORT), { SUBSYSTEM: 'fc_remote_ports' });
    await bench.clock.advance(0);
    expect(bench.told()).to.deep.equal([]);
    bench.scene.remotePort(PORT, { roles: 'FCP Target' });
    await bench.clock.advance(100);
    expect(bench.told()).to.deep.equal([`port ${PORT} online`, 'changed host2 a port has come']);
    // From now on its state is what is looked at.
    bench.scene.remotePort(PORT, { dev_loss_tmo: '90' });
    await bench.clock.advance(1000);
    expect(bench.told()).to.deep.equal([]);
    bench.scene.remotePort(PORT, { port_state: 'Blocked' });
    await bench.clock.advance(100);
    expect(bench.told()).to.deep.equal([`port ${PORT} lost`]);
  });

  it('tells a state that cannot be read as lost, and reads the rest no more often for it', async () => {
    await startWith(PORT);
    bench.scene.remove(`class/fc_remote_ports/${PORT}/port_state`);
    bench.discovery.recheckPort(PORT);
    await bench.clock.advance(0);
    expect(bench.told()).to.deep.equal([`port ${PORT} lost`]);
    bench.scene.remotePort(PORT, { dev_loss_tmo: '90' });
    await bench.clock.advance(1000);
    expect(bench.told()).to.deep.equal([]);
  });

  it('holds one descriptor a port, whatever becomes of it, and none at the end', async () => {
    const descriptors = (): number => readdirSync('/proc/self/fd').length;
    const before = descriptors();
    await startWith(PORT, OTHER_PORT);
    const changes = [
      { port_state: 'Blocked' },
      { roles: 'unknown' },
      { port_state: 'Online' },
      { roles: 'FCP Target' },
      { port_state: 'Blocked', roles: 'unknown' },
    ];
    for (const change of changes) {
      bench.scene.remotePort(PORT, change);
      await bench.clock.advance(5200);
      expect(descriptors() - before, JSON.stringify(change)).to.equal(2);
    }
    bench.scene.removeRemotePort(PORT);
    bench.discovery.rescan();
    await bench.clock.advance(0);
    expect(descriptors() - before).to.equal(1);
    bench.discovery.close();
    expect(descriptors() - before).to.equal(0);
  });

  it('takes a port for lost while it has logged in anew and has no role yet: its disks are blocked still', async () => {
    await startWith(PORT);
    bench.scene.remotePort(PORT, { port_state: 'Blocked' });
    await bench.clock.advance(100);
    bench.scene.remotePort(PORT, { port_state: 'Online', roles: 'unknown' });
    await bench.clock.advance(100);
    bench.scene.remotePort(PORT, { roles: 'FCP Target' });
    await bench.clock.advance(100);
    expect(bench.told()).to.deep.equal([`port ${PORT} lost`, `port ${PORT} lost`, `port ${PORT} online`]);
  });

  it('tells that a target has become something else', async () => {
    await startWith(PORT);
    bench.scene.remotePort(PORT, { port_state: 'Blocked', roles: 'FCP Initiator' });
    await bench.clock.advance(100);
    expect(bench.told()).to.deep.equal([`port-removed ${PORT}`]);
    expect(bench.clock.pending).to.deep.equal([]);
  });

  it('keeps a port that the kernel gave up, and has storage looked at when it comes back', async () => {
    await startWith(PORT);
    bench.scene.remotePort(PORT, { port_state: 'Not Present', roles: 'unknown' });
    await bench.clock.advance(100);
    expect(bench.told()).to.deep.equal([`port ${PORT} lost`]);
    bench.scene.remotePort(PORT, { port_state: 'Online' });
    await bench.clock.advance(5000);
    bench.scene.remotePort(PORT, { roles: 'FCP Target' });
    await bench.clock.advance(100);
    expect(bench.told().slice(-2)).to.deep.equal([`port ${PORT} online`, 'changed host2 a port has come']);
  });
});
