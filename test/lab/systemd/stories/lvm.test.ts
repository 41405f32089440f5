// LVM and a file system on a logical unit: they are on its map, and know nothing of its paths.
import { expect } from 'chai';
import { mkdirSync, writeFileSync } from 'node:fs';
import { comes, pathsOf, run, settle, udev, unit } from '../inside/machine.js';
import { content, mountPoint, physicalVolumes, volume } from '../inside/volume.js';

describe('systemd: LVM on a logical unit', () => {
  before(() => {
    run('lvm', 'pvcreate', '-qq', '/dev/mapper/lu0');
    run('lvm', 'vgcreate', '-qq', volume.group, '/dev/mapper/lu0');
    run('lvm', 'lvcreate', '-qq', '-y', '-l', '100%FREE', '-n', volume.name, volume.group);
    run('mkfs.ext4', '-q', volume.device);
    mkdirSync(mountPoint, { recursive: true });
    run('mount', volume.device, mountPoint);
    writeFileSync(content.file, content.text);
    run('sync', '-f', mountPoint);
    settle();
  });

  it('the physical volume is the map', async () => {
    expect(physicalVolumes()).to.deep.equal(['/dev/mapper/lu0']);
    const { map } = await unit('lu0');
    await comes(
      'udev knows the map as a physical volume',
      () => udev(map?.node ?? '').get('ID_FS_TYPE') === 'LVM2_member',
    );
  });

  it('nothing is seen of it on the paths, though each shows the same blocks', async () => {
    for (const node of await pathsOf('lu0')) {
      const known = udev(node);
      expect([node, known.get('ID_FS_TYPE'), known.get('ID_FS_UUID'), known.get('SYSTEMD_READY')]).to.deep.equal([
        node,
        'mpath_member',
        undefined,
        '0',
      ]);
    }
  });
});
