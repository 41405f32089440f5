import type { DevT } from '../../src/base/ids.js';
import { devT, sectors } from '../../src/base/ids.js';
import { FakeKernel } from '../support/fake-kernel.js';
import { describeKernelMaps } from './kernel-maps.js';
import type { KernelHarness } from './kernel-story.js';
import { loadRealKernel, unloadRealKernel, realKernel } from './real-kernel.js';

function fakeKernel(): KernelHarness {
  const kernel = new FakeKernel();
  const disks: [DevT, DevT, DevT, DevT] = [devT('8:0'), devT('8:16'), devT('8:32'), devT('8:48')];
  const sizeSectors = sectors(16384);
  for (const disk of [...disks, devT('8:64')]) kernel.addDisk(disk, sizeSectors);
  return {
    maps: kernel,
    disks,
    sizeSectors,
    breakDisk: (disk) => kernel.setDisk(disk, 'breaks'),
    mendDisk: (disk) => kernel.setDisk(disk, 'works'),
    read: (name) => kernel.readBlock(name),
    open: (name) => kernel.open(name),
    suspend: (name) => kernel.suspend(name),
    createEmpty: (name, uuid) => kernel.createEmpty(name, uuid),
    loadOnly: (name) => kernel.loadOnly(name),
    until: async (what, look) => {
      // Nothing here takes longer than a few turns of the microtask queue.
      for (let turn = 0; turn < 100 && !look(); turn++) await Promise.resolve();
      if (!look()) throw new Error(`Waited in vain until ${what}`);
    },
    close: () => kernel.close(),
  };
}

describe('contract: multipath maps', () => {
  describeKernelMaps('of the fake kernel', fakeKernel);

  describe('of the real kernel', () => {
    const skipReason = process.env['PATHMANAGER_LAB'] === '1' ? undefined : 'it needs the lab: npm run lab:test';
    before(async () => {
      if (skipReason === undefined) await loadRealKernel();
    });
    after(async () => {
      if (skipReason === undefined) await unloadRealKernel();
    });
    describeKernelMaps('with scsi_debug disks', realKernel, skipReason);
  });
});
