import { expect } from 'chai';
import { hasCode } from '../../../src/base/errors.js';
import { byDiskName, readPath, scanPaths } from '../../../src/discovery/scan.js';
import type { Reading } from '../../../src/discovery/scan.js';
import { readUsage } from '../../../src/discovery/usage.js';
import { page83, SysfsScene } from '../../support/sysfs-scene.js';
import type { SceneDisk } from '../../support/sysfs-scene.js';

const UNIT = '60013780000000000000000000000001';
const plain: SceneDisk = { node: 'sda', number: '2:0:0:0', devT: '8:0', page83: page83(UNIT) };

describe('scanPaths', () => {
  let scene: SysfsScene;
  beforeEach(() => {
    scene = new SysfsScene();
  });
  afterEach(() => scene.cleanup());

  const scan = (): ReturnType<typeof scanPaths> => scanPaths(scene.sysfs, scene.procRoot);
  const read = (node: string): Reading => readPath(scene.sysfs, node, readUsage(scene.sysfs, scene.procRoot));

  function useFixture(name: string): void {
    scene.cleanup();
    scene = SysfsScene.fromFixture(name);
  }

  it('reads four paths of one LUN of LIO: one WWID, four keys, all that sysfs tells', () => {
    useFixture('lio-4-paths');
    const { paths, skipped } = scan();
    expect(skipped).to.deep.equal([]);
    expect(paths.map(({ node }) => node)).to.deep.equal(['sda', 'sdb', 'sdc', 'sdd']);
    expect(new Set(paths.map(({ wwid }) => wwid))).to.deep.equal(new Set(['36001405a001000000000000000000000']));
    expect(new Set(paths.map(({ key }) => key))).to.have.property('size', 4);
    expect(paths.map(({ portGroup, relativePort }) => [portGroup, relativePort])).to.deep.equal([
      [1, 1],
      [2, 2],
      [3, 3],
      [4, 4],
    ]);
    expect(paths[2]).to.deep.equal({
      devT: '8:32',
      node: 'sdc',
      sg: 'sg2',
      number: '1:0:0:0',
      key: 'tcm_loop_adapter_1|naa.50000000000a0001,t,0x0000|0',
      wwid: '36001405a001000000000000000000000',
      sizeSectors: 98304,
      vendor: 'NEC',
      product: 'DISK ARRAY',
      revision: '1000',
      serial: 'a001',
      transport: 'loop',
      initiatorPort: 'tcm_loop_adapter_1',
      targetPort: 'naa.50000000000a0001,t,0x0000',
      remotePort: null,
      portGroup: 3,
      relativePort: 3,
      access: null,
      state: 'running',
      obstacle: null,
      holders: [],
    });
  });

  it('reads two LUNs of scsi_debug on four hosts: two WWIDs, four keys each', () => {
    useFixture('scsi-debug-8-paths');
    const { paths } = scan();
    const units = [...new Set(paths.map(({ wwid }) => wwid))];
    expect(units).to.deep.equal(['333333330000007d0', '333333330000007d1']);
    for (const unit of units) {
      const keys = paths.filter(({ wwid }) => wwid === unit).map(({ key }) => key);
      expect(new Set(keys), unit).to.have.property('size', 4);
    }
    expect(paths[0]?.initiatorPort).to.equal('adapter0');
  });

  it('names the ends of a Fibre Channel path by their port names', () => {
    scene.disk({ ...plain, between: ['rport-2:0-4'], access: 'standby' });
    scene.file('class/fc_host/host2/port_name', '0x2100001b32000001\n');
    scene.file('class/fc_remote_ports/rport-2:0-4/port_name', '0x500a098000000001\n');
    expect(scan().paths[0]).to.deep.include({
      transport: 'fc',
      key: '2100001b32000001|500a098000000001|0',
      access: 'standby',
    });
  });

  it('keeps the key of a Fibre Channel path when every number changes', () => {
    scene.disk({ ...plain, between: ['rport-2:0-4'] });
    scene.disk({ ...plain, node: 'sdq', devT: '65:0', number: '7:0:3:0', between: ['rport-7:0-1'] });
    for (const host of ['host2', 'host7']) scene.file(`class/fc_host/${host}/port_name`, '0x2100001b32000001\n');
    for (const rport of ['rport-2:0-4', 'rport-7:0-1']) {
      scene.file(`class/fc_remote_ports/${rport}/port_name`, '0x500a098000000001\n');
    }
    const keys = ['sda', 'sdq'].map((node) => {
      const reading = read(node);
      return reading.kind === 'path' ? reading.facts.key : null;
    });
    expect(keys[0]).to.equal('2100001b32000001|500a098000000001|0');
    expect(keys[1]).to.equal(keys[0]);
  });

  it('tells iSCSI sessions apart: by interface and by portal', () => {
    const sessions = [
      ['session1', 'eth0', '10.0.0.1'],
      ['session2', 'eth1', '10.0.0.1'],
      ['session3', 'default', '10.0.1.1'],
    ] as const;
    sessions.forEach(([session, face, address], index) => {
      const host = 3 + index;
      const node = `sd${'abc'[index] ?? ''}`;
      scene.disk({
        ...plain,
        node,
        devT: `8:${index * 16}`,
        number: `${host}:0:0:1`,
        parent: 'platform',
        between: [session],
      });
      scene.file(`class/iscsi_session/${session}/targetname`, 'iqn.2001-03.jp.nec:x|y\n');
      scene.file(`class/iscsi_session/${session}/initiatorname`, 'iqn.1993-08.org.debian:me\n');
      scene.file(`class/iscsi_session/${session}/ifacename`, `${face}\n`);
      scene.file(`class/iscsi_session/${session}/tpgt`, '1\n');
      scene.makeFolder(`devices/platform/host${host}/${session}/connection${index + 1}:0`);
      scene.file(`class/iscsi_connection/connection${index + 1}:0/persistent_address`, `${address}\n`);
      scene.file(`class/iscsi_connection/connection${index + 1}:0/persistent_port`, '3260\n');
    });
    const { paths } = scan();
    expect(paths.map(({ transport }) => transport)).to.deep.equal(['iscsi', 'iscsi', 'iscsi']);
    expect(paths.map(({ key }) => key)).to.deep.equal([
      'iqn.1993-08.org.debian:me,eth0|iqn.2001-03.jp.nec:x%7cy,t,0x0001,10.0.0.1:3260|1',
      'iqn.1993-08.org.debian:me,eth1|iqn.2001-03.jp.nec:x%7cy,t,0x0001,10.0.0.1:3260|1',
      'iqn.1993-08.org.debian:me|iqn.2001-03.jp.nec:x%7cy,t,0x0001,10.0.1.1:3260|1',
    ]);
  });

  it('names the ends of a SAS path by their addresses', () => {
    scene.disk({ ...plain, between: ['port-2:0', 'expander-2:0', 'port-2:0:3', 'end_device-2:0:3'] });
    scene.file('class/sas_device/end_device-2:0:3/sas_address', '0x5000c50000000001\n');
    scene.file('class/scsi_host/host2/host_sas_address', '0x500605b000000001\n');
    expect(scan().paths[0]).to.deep.include({ transport: 'sas', key: '500605b000000001|5000c50000000001|0' });
  });

  it('names ends without names by their place, without the number of the host', () => {
    scene.disk({ ...plain, number: '2:1:5:9' });
    expect(scan().paths[0]).to.deep.include({ transport: 'other', key: 'pci-0000:00:04.0|pci-0000:00:04.0/1:5|9' });
  });

  it('takes the port name of VPD page 83h where the transport has none', () => {
    scene.disk({ ...plain, page83: page83(UNIT, { naa: '5000000000000002', relative: 258, group: 4 }) });
    expect(scan().paths[0]).to.deep.include({
      targetPort: 'naa.5000000000000002',
      portGroup: 4,
      relativePort: 258,
    });
  });

  it('never gives two paths of one unit the same key', () => {
    // A bridge that shows one port name on two targets.
    const page = page83(UNIT, { naa: '5000000000000002' });
    scene.disk({ ...plain, page83: page });
    scene.disk({ ...plain, node: 'sdb', devT: '8:16', number: '2:0:1:0', page83: page });
    const other = page83(UNIT.replace(/1$/, '2'), { naa: '5000000000000002' });
    scene.disk({ ...plain, node: 'sdc', devT: '8:32', number: '2:0:2:0', page83: other });
    expect(scan().paths.map(({ key }) => key)).to.deep.equal([
      'pci-0000:00:04.0|naa.5000000000000002|0',
      'pci-0000:00:04.0|naa.5000000000000002#2:0:1:0|0',
      'pci-0000:00:04.0|naa.5000000000000002|0',
    ]);
  });

  it('falls back to the WWID of the kernel where there is no page 83h', () => {
    scene.disk({ ...plain, page83: null });
    scene.file('devices/pci0000:00/0000:00:04.0/host2/target2:0:0/2:0:0:0/wwid', 't10.ATA     DISK   77   \n');
    expect(scan().paths[0]?.wwid).to.equal('1ATA_DISK_77');
  });

  it('has no serial where page 80h lies, and is a path all the same', () => {
    scene.disk(plain);
    scene.file(
      'devices/pci0000:00/0000:00:04.0/host2/target2:0:0/2:0:0:0/vpd_pg80',
      Buffer.from([0, 0x80, 0, 99, 0x31]),
    );
    expect(scan().paths[0]?.serial).to.equal('');
  });

  it('escapes what a device would write to a terminal', () => {
    scene.disk({ ...plain, vendor: 'A\x1b[31m', product: 'B\u009bC', serial: 'S\x07' });
    expect(scan().paths[0]).to.deep.include({ vendor: 'A\\x1b[31m', product: 'B\\x9bC', serial: 'S\\x07' });
  });

  const skips: [reason: string, spec: Partial<SceneDisk>][] = [
    ['usb', { parent: 'pci0000:00/0000:00:14.0/usb2/2-1/2-1:1.0' }],
    ['not-disk', { inquiryByte0: 0x05 }],
    ['not-connected', { inquiryByte0: 0x20 }],
    ['not-connected', { inquiryByte0: 0x7f }],
    ['no-capacity', { sizeSectors: 0 }],
    ['no-identity', { page83: null }],
    ['bad-identity', { page83: page83(UNIT).subarray(0, 15) }],
    ['bad-identity', { page83: Buffer.from([0, 0x80, 0, 0]) }],
    ['bad-identity', { page83: Buffer.from([0, 0x83, 0, 0]) }],
  ];
  for (const [reason, spec] of skips) {
    it(`skips a disk with ${JSON.stringify(spec)}: ${reason}`, () => {
      scene.disk({ ...plain, ...spec });
      const { paths, skipped } = scan();
      expect(paths).to.deep.equal([]);
      expect(skipped).to.have.length(1);
      expect(skipped[0]).to.deep.include({ node: 'sda', devT: '8:0', reason });
      expect(skipped[0]?.detail).to.match(/^\S.*\S$/);
    });
  }

  it('skips a disk that hangs on no SCSI host, and one without INQUIRY data', () => {
    scene.link('block/sda', '../devices/virtual/block/sda');
    scene.file('devices/virtual/block/sda/uevent', 'MAJOR=8\nMINOR=0\n');
    scene.disk({ ...plain, node: 'sdb' });
    scene.remove('devices/pci0000:00/0000:00:04.0/host2/target2:0:0/2:0:0:0/inquiry');
    expect(scan().skipped.map(({ reason }) => reason)).to.deep.equal(['not-scsi', 'unreadable']);
  });

  it('knows nothing of a disk that is not there or on its way', () => {
    scene.disk({ ...plain, state: 'cancel' });
    scene.disk({ ...plain, node: 'sdb', number: '2:0:1:0', state: 'deleted' });
    scene.link('block/sdc', '../devices/gone/block/sdc');
    expect(scan()).to.deep.equal({ paths: [], skipped: [] });
    expect(read('sdz')).to.deep.equal({ kind: 'absent' });
  });

  it('reads offline and blocked disks: a path that is down is a path', () => {
    for (const [index, state] of ['offline', 'transport-offline', 'blocked'].entries()) {
      scene.disk({
        ...plain,
        node: `sd${'abc'[index] ?? ''}`,
        number: `2:0:${index}:0`,
        devT: `8:${index * 16}`,
        state,
      });
    }
    expect(scan().paths.map(({ state }) => state)).to.deep.equal(['offline', 'transport-offline', 'blocked']);
  });

  it('survives a disk that vanishes between any two reads', () => {
    const folder = scene.disk({ ...plain, serial: 'S', access: 'standby' });
    const all = [`${folder}/uevent`, `${folder}/size`, `${folder}/holders`, ...deviceFiles(folder)];
    for (const path of all) {
      const copy = new SysfsScene();
      copy.disk({ ...plain, serial: 'S', access: 'standby' });
      copy.remove(path);
      expect(() => scanPaths(copy.sysfs, copy.procRoot), path).not.to.throw();
      copy.cleanup();
    }
  });

  it('passes on that it cannot read, and does not call it absence', () => {
    scene.disk(plain);
    const state = 'devices/pci0000:00/0000:00:04.0/host2/target2:0:0/2:0:0:0/state';
    scene.remove(state);
    scene.makeFolder(state);
    expect(scan)
      .to.throw()
      .that.satisfies((error: unknown) => hasCode(error, 'SYSCALL'));
  });

  it('sorts names as the kernel gives them out', () => {
    expect(['sdaa', 'sdb', 'sdz', 'sda', 'sdab'].sort(byDiskName)).to.deep.equal(['sda', 'sdb', 'sdz', 'sdaa', 'sdab']);
  });
});

function deviceFiles(blockFolder: string): string[] {
  const device = blockFolder.slice(0, blockFolder.indexOf('/block/'));
  return ['state', 'inquiry', 'vpd_pg83', 'vpd_pg80', 'access_state', 'generic'].map((name) => `${device}/${name}`);
}
