import { expect } from 'chai';
import { diskUse, readUsage } from '../../../src/discovery/usage.js';
import type { DiskUse } from '../../../src/discovery/usage.js';
import { page83, SysfsScene } from '../../support/sysfs-scene.js';

describe('diskUse', () => {
  let scene: SysfsScene;
  let folder: string;

  beforeEach(() => {
    scene = new SysfsScene();
    folder = scene.disk({ node: 'sda', number: '2:0:0:0', devT: '8:0', page83: page83('5000000000000001') });
    scene.partition(folder, 'sda1', '8:1');
  });
  afterEach(() => scene.cleanup());

  const use = (): DiskUse => diskUse(scene.sysfs, folder, 'sda', '8:0', readUsage(scene.sysfs, scene.procRoot));

  function hold(part: string, holder: string, identity: { name: string; uuid: string } | null): void {
    scene.link(`${part}/holders/${holder}`, '../x');
    if (identity === null) return;
    scene.file(`block/${holder}/dm/name`, `${identity.name}\n`);
    scene.file(`block/${holder}/dm/uuid`, `${identity.uuid}\n`);
  }

  it('finds nothing on a free disk', () => {
    scene.proc('self/mountinfo', '22 1 254:0 / / rw - ext4 /dev/vda1 rw\n');
    expect(use()).to.deep.equal({ obstacle: null, holders: [] });
  });

  it('is no obstacle to hold a path as a multipath map does', () => {
    hold(folder, 'dm-0', { name: 'lu0', uuid: 'mpath-36001405a001000000000000000000000' });
    expect(use()).to.deep.equal({ obstacle: null, holders: ['dm-0'] });
  });

  const obstacles: [what: string, arrange: () => void, wanted: DiskUse['obstacle']][] = [
    [
      'a mount of the disk',
      () => scene.proc('self/mountinfo', '36 35 8:0 / /mnt/a\\040b rw,noatime master:1 - ext4 /dev/root rw\n'),
      { reason: 'mounted', by: '/mnt/a\\040b' },
    ],
    [
      'a mount of a partition',
      () =>
        scene.proc('self/mountinfo', '22 1 0:20 / /proc rw - proc proc rw\n36 35 8:1 / /boot rw - ext4 /dev/sda1 rw\n'),
      { reason: 'mounted', by: '/boot' },
    ],
    [
      'a mount that has a device number of its own, by its source',
      () => scene.proc('self/mountinfo', '36 35 0:41 /sub /srv rw shared:7 - btrfs /dev/sda1 rw\n'),
      { reason: 'mounted', by: '/srv' },
    ],
    [
      'a second disk of a mounted btrfs',
      () => scene.makeFolder('fs/btrfs/0b0b-uuid/devices/sda'),
      { reason: 'mounted', by: 'btrfs 0b0b-uuid' },
    ],
    [
      'swap on a partition',
      () => scene.proc('swaps', 'Filename\tType\n/dev/sda1                               partition\t1\t0\t-2\n'),
      { reason: 'swap', by: '/dev/sda1' },
    ],
    [
      'LVM on a partition',
      () => hold(`${folder}/sda1`, 'dm-4', { name: 'vg-root', uuid: 'LVM-abc' }),
      { reason: 'held', by: 'dm-4 (vg-root)' },
    ],
    [
      'a dm device without an identity',
      () => hold(folder, 'dm-5', { name: '', uuid: '' }),
      { reason: 'held', by: 'dm-5' },
    ],
    ['an md array', () => hold(folder, 'md127', null), { reason: 'held', by: 'md127' }],
  ];
  for (const [what, arrange, wanted] of obstacles) {
    it(`sees ${what}`, () => {
      arrange();
      expect(use().obstacle).to.deep.equal(wanted);
    });
  }

  it('escapes what a mount point would write to a terminal', () => {
    scene.proc('self/mountinfo', '36 35 8:0 / /mnt/\x1b[2J rw - ext4 x rw\n');
    expect(use().obstacle).to.deep.equal({ reason: 'mounted', by: '/mnt/\\x1b[2J' });
  });

  it('reads on without proc, and past lines without sense', () => {
    scene.proc('self/mountinfo', '\ngarbage\n1 2\n');
    scene.proc('swaps', '');
    expect(use().obstacle).to.equal(null);
    expect(() => readUsage(scene.sysfs, `${scene.folder}/nowhere`)).not.to.throw();
  });
});
