import { expect } from 'chai';
import { PathManagerError } from '../../../src/base/errors.js';
import { DiscoveryBench, sda, sdaDevice, sdb } from './discovery-bench.js';

describe('Discovery when it cannot read', () => {
  let bench: DiscoveryBench;
  beforeEach(() => {
    bench = new DiscoveryBench();
  });
  afterEach(() => bench.end());

  const state = `${sdaDevice}/state`;

  it('keeps the path, says why, and tries again', async () => {
    await bench.startWith(sda);
    bench.scene.remove(state);
    bench.scene.makeFolder(state);
    bench.uevents.disk('change', 'sda');
    await bench.clock.advance(5);
    expect(bench.told()).to.deep.equal([]);
    expect(bench.troubles.map(({ code }) => code)).to.deep.equal(['SYSCALL']);
    bench.scene.remove(state);
    bench.scene.file(state, 'offline\n');
    await bench.clock.advance(1000);
    expect(bench.told()).to.deep.equal(['present sda 1']);
  });

  it('still ends a scan, with the others', async () => {
    bench.scene.disk(sda);
    bench.scene.disk(sdb);
    bench.scene.remove(state);
    bench.scene.makeFolder(state);
    bench.discovery.start();
    await bench.clock.advance(0);
    expect(bench.told()).to.deep.equal(['all sdb']);
    bench.scene.remove(state);
    bench.scene.file(state, 'running\n');
    await bench.clock.advance(1000);
    expect(bench.told()).to.deep.equal(['present sda 1']);
  });

  it('tries a scan again that could not begin', async () => {
    bench.scene.disk(sda);
    bench.scene.remove('block');
    bench.scene.file('block', 'not a folder');
    bench.scene.file('kernel/uevent_seqnum', '1');
    bench.scene.remove('kernel/uevent_seqnum');
    bench.scene.makeFolder('kernel/uevent_seqnum');
    bench.discovery.start();
    await bench.clock.advance(0);
    expect(bench.told()).to.deep.equal([]);
    expect(bench.troubles).to.have.length(1);
    bench.scene.remove('kernel/uevent_seqnum');
    bench.scene.remove('block');
    bench.scene.link('block/sda', '../devices/pci0000:00/0000:00:04.0/host2/target2:0:0/2:0:0:0/block/sda');
    await bench.clock.advance(1000);
    expect(bench.told()).to.deep.equal(['all sda']);
  });

  it('passes on a message that cannot be read', async () => {
    await bench.startWith(sda);
    bench.uevents.listener?.onMalformed(new PathManagerError('NETLINK_MALFORMED', 'x'));
    expect(bench.troubles.map(({ code }) => code)).to.deep.equal(['NETLINK_MALFORMED']);
  });
});
