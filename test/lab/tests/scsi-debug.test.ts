import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import { type IoRun, startReader } from '../inside/io.js';
import { deleteDisk, hang, loadScsiDebug, scan, unhang, unloadScsiDebug } from '../inside/scsi-debug.js';

describe('lab: scsi_debug', () => {
  let units: Map<string, string[]>;
  let reader: IoRun;
  before(async () => {
    units = await loadScsiDebug({ luns: 3 });
  });
  after(() => unloadScsiDebug());

  it('has as many LUNs as asked, with 4 paths each', () => {
    expect([...units.values()].map((disks) => disks.length)).to.deep.equal([4, 4, 4]);
  });

  it('loses a deleted disk and finds it again by a scan', async () => {
    const disk = [...units.values()][2]?.[3] ?? '';
    await deleteDisk(disk);
    await scan(12);
  });

  it('hangs, so that a read stays in flight, and lets go', async () => {
    const disk = [...units.values()][0]?.[0] ?? '';
    // The kernel gives a command up after this many seconds and sends it again: the shortest hang there can be.
    writeFileSync(`/sys/block/${disk}/device/timeout`, '1');
    reader = await startReader(`/dev/${disk}`);
    await hang();
    const { reads } = await reader.until((stats) => stats.worstStallMs > 500);
    await unhang();
    const stats = await reader.until((now) => now.reads > reads + 10);
    expect(stats.worstStallMs).to.be.within(500, 5000);
    reader.kill();
  });
});
