// Stories of the lab itself: every other lab test stands on what it shows and how it breaks.
import { expect } from 'chai';
import { LabArray } from '../inside/array.js';
import { plug, pull, resize, setAlua } from '../inside/faults.js';
import { type IoRun, startReader } from '../inside/io.js';
import { readAttribute } from '../inside/until.js';

describe('lab: an array of 4 ports on 2 fabrics', () => {
  let array: LabArray;
  before(async () => {
    array = await LabArray.create({
      ports: 4,
      luns: [
        { name: 'data', sizeMb: 64, serial: '0000a001' },
        { name: 'log', sizeMb: 32, serial: '0000a002' },
      ],
    });
  });
  after(() => array.end());

  it('shows each LUN as 4 paths with one WWID of its own', () => {
    for (const lun of ['data', 'log']) {
      const wwids = array.disks(lun).map((disk) => readAttribute(`/sys/block/${disk}/device/wwid`));
      expect(wwids).to.deep.equal(Array(4).fill(array.wwid(lun)));
    }
    expect(array.wwid('data')).to.not.equal(array.wwid('log'));
  });

  it('leads to its ports by 2 hosts with 2 targets each', () => {
    const hosts = [0, 1, 2, 3].map((port) => array.hctl('data', port).split(':')[0]);
    expect(hosts[0]).to.equal(hosts[1]);
    expect(hosts[2]).to.equal(hosts[3]);
    expect(hosts[0]).to.not.equal(hosts[2]);
  });

  it('calls itself what it was told', () => {
    const device = `/sys/block/${array.disk('data', 0)}/device`;
    const names = ['vendor', 'model'].map((name) => readAttribute(`${device}/${name}`));
    expect(names).to.deep.equal(['NEC', 'DISK ARRAY']);
  });

  describe('with readers on all paths of a LUN', () => {
    let readers: IoRun[];
    before(async () => {
      readers = await Promise.all(array.disks('data').map((disk) => startReader(`/dev/${disk}`)));
    });
    after(() => {
      for (const reader of readers) reader.kill();
    });
    const errors = () => Promise.all(readers.map(async (reader) => (await reader.stats()).errors));

    it('loses reads through a pulled port and through no other', async () => {
      await pull(array, 1);
      await readers[1]?.until((stats) => stats.errors > 3);
      const [first, , third, fourth] = await errors();
      expect([first, third, fourth]).to.deep.equal([0, 0, 0]);
    });

    it('reads through it again after the plug', async () => {
      await plug(array, 1);
      await readers[1]?.pause();
      const before = await readers[1]?.resume();
      const after = await readers[1]?.until((stats) => stats.reads > (before?.reads ?? 0) + 20);
      expect(after?.errors).to.equal(before?.errors);
    });
  });

  it('shows a new size on every path once they are read again', async () => {
    await resize(array, 'log', 48);
    const sizes = array.disks('log').map((disk) => readAttribute(`/sys/block/${disk}/size`));
    expect(sizes).to.deep.equal(Array(4).fill(String(48 * 2048)));
  });

  it('hides a LUN from one port and leaves the others alone', async () => {
    await array.unmapLun('log', 0);
    expect(array.disks('log')).to.have.length(3);
    await array.mapLun('log', 0);
    expect(array.disks('log')).to.have.length(4);
  });

  it('takes a LUN that comes and one that goes', async () => {
    await array.addLun({ name: 'late', sizeMb: 16, serial: '0000a003' });
    expect(array.disks('late')).to.have.length(4);
    await array.removeLun('late');
    expect(array.lunNames).to.deep.equal(['data', 'log']);
  });

  it('refuses reads through a port that is unavailable by ALUA', async () => {
    await setAlua(array, 2, 'unavailable', 'data');
    const reader = await startReader(`/dev/${array.disk('data', 2)}`);
    const stats = await reader.stop();
    expect(stats.reads).to.equal(0);
    await setAlua(array, 2, 'active/optimized', 'data');
    const healed = await startReader(`/dev/${array.disk('data', 2)}`);
    await healed.until(({ reads }) => reads > 3);
    healed.kill();
  });
});
