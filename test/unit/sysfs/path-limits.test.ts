import { expect } from 'chai';
import { pathLimits } from '../../../src/sysfs/path-limits.js';
import { page83, SysfsScene, type SceneDisk } from '../../support/sysfs-scene.js';

describe('The limits of a path', () => {
  let scene: SysfsScene;
  beforeEach(() => {
    scene = new SysfsScene();
  });
  afterEach(() => scene.cleanup());

  const disk = (fields: Partial<SceneDisk> = {}): string => {
    const spec = { node: 'sdc', number: '4:0:1:7', devT: '8:32', page83: page83('5000000000000001'), ...fields };
    return scene.disk(spec).replace(/\/block\/sdc$/, '');
  };

  it('are read of a disk behind a Fibre Channel port of a card', () => {
    const folder = disk({ parent: 'pci0000:00/0000:04:00.1', between: ['rport-4:0-2'] });
    scene.file(`${folder}/timeout`, '30\n');
    scene.file(`${folder}/queue_depth`, '64\n');
    scene.file('class/scsi_host/host4/eh_deadline', '20\n');
    scene.file('class/fc_remote_ports/rport-4:0-2/port_name', '0x5000d31000000001\n');
    scene.file('class/fc_remote_ports/rport-4:0-2/fast_io_fail_tmo', 'off\n');
    scene.file('class/fc_remote_ports/rport-4:0-2/dev_loss_tmo', '60\n');
    expect(pathLimits(scene.sysfs, 'sdc')).to.deep.equal({
      host: 'host4',
      adapter: '0000:04:00',
      timeoutSec: 30,
      queueDepth: 64,
      errorHandlingSec: 20,
      remotePort: { name: 'rport-4:0-2', fastIoFailSec: null, devLossSec: 60 },
      session: null,
    });
  });

  it('are read of a disk behind an iSCSI session', () => {
    disk({ parent: 'platform', between: ['session3'] });
    scene.file('class/iscsi_session/session3/targetname', 'iqn.2001-04.com:array\n');
    scene.file('class/iscsi_session/session3/recovery_tmo', '120\n');
    expect(pathLimits(scene.sysfs, 'sdc')).to.deep.include({
      adapter: null,
      remotePort: null,
      session: { name: 'session3', recoverySec: 120 },
    });
  });

  it('are unknown where there is no such attribute, port or session any more', () => {
    disk({ parent: 'pci0000:00/0000:04:00.0/virtio7/usb', between: ['rport-4:0-2', 'session3'] });
    scene.file('class/scsi_host/host4/eh_deadline', 'off\n');
    expect(pathLimits(scene.sysfs, 'sdc')).to.deep.equal({
      host: 'host4',
      adapter: null,
      timeoutSec: null,
      queueDepth: null,
      errorHandlingSec: 'off',
      remotePort: null,
      session: null,
    });
  });

  it('are none of a disk that is gone, or no SCSI disk', () => {
    scene.link('block/nvme0n1', '../devices/pci0000:00/0000:05:00.0/nvme/nvme0/nvme0n1');
    expect([pathLimits(scene.sysfs, 'sdz'), pathLimits(scene.sysfs, 'nvme0n1')]).to.deep.equal([null, null]);
  });
});
