import { expect } from 'chai';
import { DiscoveryBench, sda, sdb } from './discovery-bench.js';

describe('Discovery when events were lost', () => {
  let bench: DiscoveryBench;
  beforeEach(() => {
    bench = new DiscoveryBench();
  });
  afterEach(() => bench.end());

  it('says so, then tells the differences and the whole', async () => {
    await bench.startWith(sda);
    bench.scene.removeDisk(sda);
    bench.scene.disk(sdb);
    bench.uevents.overrun();
    expect(bench.told()).to.deep.equal(['overrun overflow']);
    await bench.clock.advance(0);
    expect(bench.told()).to.deep.equal(['gone sda 8:0', 'present sdb 1', 'all sdb']);
  });

  it('does the same for a message that was cut', async () => {
    await bench.startWith(sda);
    bench.uevents.overrun('truncated');
    await bench.clock.advance(0);
    expect(bench.told()).to.deep.equal(['overrun truncated', 'all sda']);
  });

  it('knows a disk that came back under the same name by its sequence number', async () => {
    await bench.startWith({ ...sda, sequence: 11 });
    bench.scene.removeDisk(sda);
    bench.scene.disk({ ...sda, sequence: 12 });
    bench.uevents.overrun();
    await bench.clock.advance(0);
    expect(bench.told()).to.deep.equal(['overrun overflow', 'gone sda 8:0', 'present sda 1', 'all sda']);
  });

  it('knows a path that came back under another name for the one it is', async () => {
    await bench.startWith(sda, sdb);
    bench.scene.removeDisk(sda);
    bench.scene.disk({ ...sda, node: 'sdc', devT: '8:32' });
    bench.uevents.overrun();
    await bench.clock.advance(0);
    expect(bench.told()).to.deep.equal(['overrun overflow', 'gone sda 8:0', 'present sdc 1', 'all sdb,sdc']);
    bench.discovery.rescan();
    await bench.clock.advance(0);
    const [all] = bench.inputs;
    expect(all?.kind === 'rescanned' && all.facts.map(({ key }) => key.includes('#'))).to.deep.equal([false, false]);
  });

  it('knows two paths that came back under the names of each other', async () => {
    await bench.startWith(sda, sdb);
    bench.scene.removeDisk(sda);
    bench.scene.removeDisk(sdb);
    bench.scene.disk({ ...sda, node: 'sdb', devT: '8:16' });
    bench.scene.disk({ ...sdb, node: 'sda', devT: '8:0' });
    bench.uevents.overrun();
    await bench.clock.advance(0);
    const all = bench.inputs.at(-1);
    expect(all?.kind === 'rescanned' && all.facts.map(({ key }) => key)).to.deep.equal([
      'pci-0000:00:05.0|pci-0000:00:05.0/0:0|0',
      'pci-0000:00:04.0|pci-0000:00:04.0/0:0|0',
    ]);
    expect(bench.told().slice(1, -1)).to.have.members([
      'gone sda 8:0',
      'gone sdb 8:16',
      'present sda 1',
      'present sdb 1',
    ]);
  });

  it('scans once more, at once, when it happens during a scan, however often', async () => {
    await bench.startWith(...bench.manyDisks(70));
    bench.discovery.rescan();
    // Between the turns that the scan takes.
    bench.clock.after('overruns', 0, () => {
      for (let count = 0; count < 100; count++) bench.uevents.overrun();
    });
    await bench.clock.advance(0);
    const kinds = bench.inputs.map(({ kind }) => kind);
    expect(kinds.indexOf('rescanned')).to.equal(100);
    expect(kinds.filter((kind) => kind === 'rescanned')).to.have.length(2);
    expect(bench.clock.pending).to.deep.equal([]);
  });

  it('is right at the end when an old removal arrives after the scan saw the new disk', async () => {
    await bench.startWith(sda);
    bench.scene.file('kernel/uevent_seqnum', '50\n');
    bench.uevents.overrun();
    await bench.clock.advance(0);
    bench.told();
    bench.uevents.seqnum = 40;
    bench.uevents.disk('remove', 'sda');
    expect(bench.told()).to.deep.equal(['gone sda 8:0']);
    await bench.clock.advance(5);
    expect(bench.told()).to.deep.equal(['present sda 1']);
  });

  it('does not look again after a removal that is newer than the scan', async () => {
    bench.scene.file('kernel/uevent_seqnum', '50\n');
    await bench.startWith(sda);
    bench.uevents.seqnum = 60;
    // Still in sysfs, as the kernel tells a removal before it is done.
    bench.uevents.disk('remove', 'sda');
    await bench.clock.advance(100);
    expect(bench.told()).to.deep.equal(['gone sda 8:0']);
  });
});
