import { expect } from 'chai';
import { DiscoveryBench, sda } from './discovery-bench.js';

const PORT = 'rport-2:0-0';
const OTHER_PORT = 'rport-3:0-1';

describe('Discovery by events of Fibre Channel', () => {
  let bench: DiscoveryBench;
  beforeEach(() => {
    bench = new DiscoveryBench();
  });
  afterEach(() => bench.end());

  /** Starts it with the ports, each online, and forgets what it told. */
  async function startWith(...names: string[]): Promise<void> {
    for (const name of names) bench.scene.remotePort(name);
    await bench.startWith(sda);
  }

  for (const kind of ['link-down', 'rscn', 'lip', 'port-offline', 'adapter-change'] as const) {
    it(`looks at the ports of the host at once after ${kind}`, async () => {
      await startWith(PORT, OTHER_PORT);
      for (const name of [PORT, OTHER_PORT]) bench.scene.remotePort(name, { port_state: 'Blocked' });
      bench.fcEvents.send({ kind, host: 'host2' });
      expect(bench.told()).to.deep.equal([`port ${PORT} lost`]);
    });
  }

  it('has storage looked at after an RSCN only where a port has come', async () => {
    await startWith(PORT);
    bench.fcEvents.send({ kind: 'rscn', host: 'host2' });
    expect(bench.told()).to.deep.equal([]);
    bench.scene.remotePort('rport-2:0-5');
    bench.fcEvents.send({ kind: 'rscn', host: 'host2' });
    expect(bench.told()).to.deep.equal(['port rport-2:0-5 online', 'changed host2 a port has come']);
  });

  it('tells an overrun, and the whole after it', async () => {
    await startWith(PORT);
    bench.fcEvents.listener?.onOverrun('overflow');
    await bench.clock.advance(0);
    expect(bench.told()).to.deep.equal(['overrun overflow', 'all sda']);
  });

  it('tells what the fabric says of a port, and that all is well again', async () => {
    await startWith(PORT, OTHER_PORT);
    const fpin = { kind: 'peer-congestion', attachedPort: '500a098000000000', ports: [] } as const;
    bench.fcEvents.send({
      kind: 'fpin',
      host: 'host2',
      descriptors: [{ ...fpin, what: 'credit stall', clear: false }],
    });
    bench.fcEvents.send({ kind: 'link-up', host: 'host2' });
    expect(bench.told()).to.deep.equal([
      'degraded host2 500a098000000000 FPIN peer congestion: credit stall',
      'clear host2 * the link is up again',
    ]);
  });

  it('tells that a degraded port is well when it was away and is back', async () => {
    await startWith(PORT);
    const descriptor = { kind: 'link-integrity', what: 'invalid CRC', clear: false, ports: [] } as const;
    bench.fcEvents.send({
      kind: 'fpin',
      host: 'host2',
      descriptors: [{ ...descriptor, attachedPort: '500a098000000000' }],
    });
    for (const word of ['Blocked', 'Online', 'Blocked', 'Online']) {
      bench.scene.remotePort(PORT, { port_state: word });
      await bench.clock.advance(100);
    }
    expect(bench.told()).to.deep.equal([
      'degraded host2 500a098000000000 FPIN link integrity: invalid CRC',
      `port ${PORT} lost`,
      `port ${PORT} online`,
      'clear host2 500a098000000000 the port is back',
      `port ${PORT} lost`,
      `port ${PORT} online`,
    ]);
  });

  it('waits with all of it for the first scan', () => {
    bench.scene.remotePort(PORT);
    bench.discovery.start();
    bench.fcEvents.send({ kind: 'link-up', host: 'host2' });
    expect(bench.told()).to.deep.equal([]);
  });
});
