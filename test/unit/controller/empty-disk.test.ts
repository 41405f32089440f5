import { expect } from 'chai';
import { emptyDisk } from '../../../src/controller/empty-disk.js';
import type { EmptyDisk } from '../../../src/controller/ports.js';
import { scanPaths } from '../../../src/discovery/scan.js';
import { page83, SysfsScene, type SceneDisk } from '../../support/sysfs-scene.js';

const naa = '60013780000000000000000000000001';
const wwid = `3${naa}`;
const sda: SceneDisk = { node: 'sda', number: '2:0:0:0', devT: '8:0', page83: page83(naa), sizeSectors: 0 };

describe('A disk that the kernel takes for empty', () => {
  let scene: SysfsScene;
  beforeEach(() => {
    scene = new SysfsScene();
  });
  afterEach(() => scene.cleanup());

  /** What is known of each disk that discovery skips. */
  const known = (): (EmptyDisk | null)[] =>
    scanPaths(scene.sysfs, scene.procRoot).skipped.map((disk) => emptyDisk(scene.sysfs, disk));

  it('is known by the pages that the kernel has kept', () => {
    scene.disk(sda);
    expect(known()).to.deep.equal([{ devT: '8:0', number: '2:0:0:0', wwid }]);
  });

  it('is known by the name that the kernel has made of them', () => {
    scene.disk({ ...sda, page83: null });
    scene.file('devices/pci0000:00/0000:00:04.0/host2/target2:0:0/2:0:0:0/wwid', `naa.${naa}\n`);
    expect(known()).to.deep.equal([{ devT: '8:0', number: '2:0:0:0', wwid }]);
  });

  it('concerns nobody where it is not known whose it is, or it is no disk', () => {
    scene.disk({ ...sda, page83: null });
    scene.disk({ ...sda, node: 'sdb', number: '2:0:1:0', devT: '8:16', page83: Buffer.from([0, 0x83, 0, 9]) });
    scene.disk({ ...sda, node: 'sdc', number: '2:0:2:0', devT: '8:32', inquiryByte0: 5 });
    expect(known()).to.deep.equal([null, null, null]);
  });

  it('is gone before anybody can look', () => {
    scene.disk(sda);
    const [disk] = scanPaths(scene.sysfs, scene.procRoot).skipped;
    scene.removeDisk(sda);
    expect(disk === undefined ? 'none' : emptyDisk(scene.sysfs, disk)).to.equal(null);
  });
});
