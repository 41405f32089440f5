import { expect } from 'chai';
import { devT } from '../../../src/base/ids.js';
import {
  blockDevT,
  blockFolder,
  blockHolders,
  blockSize,
  diskNumbers,
  dmIdentity,
  countersOf,
  ioCountersOf,
  partition,
  sdPartitions,
} from '../../../src/sysfs/block.js';
import { accessState, genericName, inquiryData, scsiHost, sdevState, vpdPage } from '../../../src/sysfs/scsi-device.js';
import {
  fcHost,
  fcHostOf,
  fcPortName,
  fcRemotePort,
  fcRemotePortNames,
  iscsiSession,
  sasDeviceAddress,
  sasHostAddress,
} from '../../../src/sysfs/transport.js';
import { page83, SysfsScene } from '../../support/sysfs-scene.js';

describe('Readers of sysfs', () => {
  let scene: SysfsScene;
  beforeEach(() => {
    scene = new SysfsScene();
  });
  afterEach(() => scene.cleanup());

  const disk = { node: 'sdc', number: '4:0:1:7', devT: '8:32', page83: page83('5000000000000001') };

  it('reads a block device', () => {
    const folder = scene.disk({ ...disk, sizeSectors: 123, sequence: 77 });
    scene.file(`${folder}/dev`, '8:32\n');
    scene.link(`${folder}/holders/dm-3`, '../../../dm-3');
    expect(blockFolder(scene.sysfs, 'sdc')).to.equal(folder);
    expect(blockDevT(scene.sysfs, folder)).to.equal('8:32');
    expect(blockSize(scene.sysfs, folder)).to.equal(123);
    expect(blockHolders(scene.sysfs, folder)).to.deep.equal(['dm-3']);
    expect(diskNumbers(scene.sysfs, folder)).to.deep.equal({ devT: '8:32', sequence: 77 });
  });

  it('does not follow a link that is none of the kernel', () => {
    scene.link('block/sdx', '/etc');
    scene.link('block/sdy', '../devices/../../etc');
    expect(blockFolder(scene.sysfs, 'sdx')).to.equal(null);
    expect(blockFolder(scene.sysfs, 'sdy')).to.equal(null);
    expect(blockFolder(scene.sysfs, 'sdz')).to.equal(null);
  });

  it('reads the numbers of a disk, also where the kernel counts no disks, and takes nothing else for them', () => {
    const folder = scene.disk(disk);
    expect(diskNumbers(scene.sysfs, folder)).to.deep.equal({ devT: '8:32', sequence: null });
    for (const text of ['', 'MAJOR=8\n', 'MAJOR=x\nMINOR=1\n', 'XMAJOR=8\nXMINOR=1\n', 'MAJOR=8 MINOR=1\n']) {
      scene.file(`${folder}/uevent`, text);
      expect(diskNumbers(scene.sysfs, folder), JSON.stringify(text)).to.equal(null);
    }
    expect(diskNumbers(scene.sysfs, 'devices/gone')).to.equal(null);
  });

  it('finds partitions by name, and by nothing else', () => {
    const folder = scene.disk(disk);
    scene.partition(folder, 'sdc1', '8:33');
    scene.link(`${folder}/sdc1/holders/dm-1`, 'x');
    scene.partition(folder, 'sdc12', '259:4');
    scene.partition(folder, 'sdcx', '8:1');
    scene.partition(folder, 'vda1', '252:1');
    const names = sdPartitions(scene.sysfs);
    expect([...names.keys()]).to.deep.equal(['sdc']);
    expect([...(names.get('sdc') ?? [])].sort()).to.deep.equal(['sdc1', 'sdc12']);
    expect(partition(scene.sysfs, folder, 'sdc1')).to.deep.equal({ name: 'sdc1', devT: '8:33', holders: ['dm-1'] });
    expect(partition(scene.sysfs, folder, 'sdc3')).to.deep.equal({ name: 'sdc3', devT: null, holders: [] });
  });

  it('reads the I/O counters in the order of the kernel', () => {
    const folder = scene.disk(disk);
    scene.link('dev/block/8:32', `../../${folder}`);
    scene.file(`${folder}/stat`, '  1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17\n');
    expect(ioCountersOf(scene.sysfs, devT('8:32'))).to.deep.equal({
      reads: 1,
      sectorsRead: 3,
      readMs: 4,
      writes: 5,
      sectorsWritten: 7,
      writeMs: 8,
      inFlight: 9,
      ioTicks: 10,
    });
    expect(ioCountersOf(scene.sysfs, devT('8:240'))).to.equal(null);
    expect(countersOf('no numbers here at all today my friend of the disks')).to.equal(null);
    expect(countersOf('1 2 3')).to.equal(null);
  });

  it('reads name and uuid of a dm device', () => {
    scene.file('block/dm-0/dm/name', 'lu0\n');
    scene.file('block/dm-0/dm/uuid', '\n');
    expect(dmIdentity(scene.sysfs, 'dm-0')).to.deep.equal({ name: 'lu0', uuid: null });
    expect(dmIdentity(scene.sysfs, 'dm-1')).to.equal(null);
  });

  it('reads a SCSI device', () => {
    scene.disk({ ...disk, state: 'transport-offline', access: 'active/non-optimized', serial: 'S1' });
    const folder = 'devices/pci0000:00/0000:00:04.0/host4/target4:0:1/4:0:1:7';
    scene.file(`${folder}/preferred_path`, '1\n');
    scene.file(`${folder}/timeout`, '30\n');
    expect(sdevState(scene.sysfs, folder)).to.equal('transport-offline');
    expect(accessState(scene.sysfs, folder)).to.equal('non-optimized');
    expect(genericName(scene.sysfs, folder)).to.equal('sg32');
    expect(inquiryData(scene.sysfs, folder)).to.have.length(36);
    expect(vpdPage(scene.sysfs, folder, '80')?.toString('latin1', 4)).to.equal('S1');
  });

  it('gives null for each thing that a device does not have', () => {
    const folder = 'devices/gone';
    expect(sdevState(scene.sysfs, folder)).to.equal(null);
    expect(accessState(scene.sysfs, folder)).to.equal(null);
    expect(genericName(scene.sysfs, folder)).to.equal(null);
    expect(inquiryData(scene.sysfs, folder)).to.equal(null);
    expect(vpdPage(scene.sysfs, folder, '83')).to.equal(null);
    expect(scsiHost(scene.sysfs, 'host9')).to.equal(null);
  });

  it('does not know a state that a later kernel invents', () => {
    scene.file('d/state', 'dreaming\n');
    scene.file('d/access_state', 'dreaming\n');
    expect(sdevState(scene.sysfs, 'd')).to.equal('unknown');
    expect(accessState(scene.sysfs, 'd')).to.equal(null);
  });

  it('reads a host', () => {
    for (const [name, text] of Object.entries({
      state: 'running',
      proc_name: 'qla2xxx',
      host_busy: '3',
      can_queue: '64',
    })) {
      scene.file(`class/scsi_host/host4/${name}`, `${text}\n`);
    }
    expect(scsiHost(scene.sysfs, 'host4')).to.deep.equal({
      driver: 'qla2xxx',
      state: 'running',
      busy: 3,
      canQueue: 64,
    });
  });

  it('reads Fibre Channel ports', () => {
    scene.file('class/fc_host/host2/port_name', '0x2100001B32000001\n');
    scene.file('class/fc_host/host2/node_name', '0x0\n');
    scene.file('class/fc_host/host2/port_state', 'Online\n');
    scene.file('class/fc_host/host2/dev_loss_tmo', '30\n');
    const rport = 'class/fc_remote_ports/rport-2:0-0';
    scene.file(`${rport}/port_name`, '0x500a098000000001\n');
    scene.file(`${rport}/node_name`, '0x500a098000000000\n');
    scene.file(`${rport}/port_state`, 'Blocked\n');
    scene.file(`${rport}/roles`, 'FCP Target\n');
    scene.file(`${rport}/fast_io_fail_tmo`, 'off\n');
    scene.file(`${rport}/dev_loss_tmo`, '600\n');
    expect(fcHost(scene.sysfs, 'host2')).to.deep.equal({
      portName: '2100001b32000001',
      nodeName: null,
      portState: 'Online',
      devLossSec: 30,
    });
    expect(fcRemotePort(scene.sysfs, 'rport-2:0-0')).to.deep.equal({
      portName: '500a098000000001',
      nodeName: '500a098000000000',
      portState: 'Blocked',
      roles: 'FCP Target',
      fastIoFailSec: null,
      devLossSec: 600,
    });
    expect(fcPortName(scene.sysfs, 'fc_host', 'host2')).to.equal('2100001b32000001');
    expect(fcHost(scene.sysfs, 'host3')).to.equal(null);
    expect(fcRemotePort(scene.sysfs, 'rport-9:0-0')).to.equal(null);
  });

  it('takes a time-out of a port that is no number of 32 bits for unknown, and never for NaN', () => {
    for (const text of ['', '-1', '0x1e', '30 s', '4294967296', '1e3', 'NaN', '\0']) {
      scene.remotePort('rport-2:0-0', { fast_io_fail_tmo: text, dev_loss_tmo: text });
      scene.file('class/fc_host/host2/dev_loss_tmo', text);
      expect(fcRemotePort(scene.sysfs, 'rport-2:0-0'), text).to.deep.include({ fastIoFailSec: null, devLossSec: null });
      expect(fcHost(scene.sysfs, 'host2')?.devLossSec, text).to.equal(null);
    }
    scene.remotePort('rport-2:0-0', { fast_io_fail_tmo: '0', dev_loss_tmo: '4294967295' });
    expect(fcRemotePort(scene.sysfs, 'rport-2:0-0')).to.deep.include({ fastIoFailSec: 0, devLossSec: 0xffff_ffff });
  });

  it('lists remote ports, and knows the host by the name of one', () => {
    for (const name of ['rport-2:0-0', 'rport-11:0-3']) scene.remotePort(name);
    scene.makeFolder('class/fc_remote_ports/sport-1');
    expect([...fcRemotePortNames(scene.sysfs)].sort()).to.deep.equal(['rport-11:0-3', 'rport-2:0-0']);
    expect(['rport-11:0-3', 'rport-1', 'xrport-1:0-0', 'rport-1:0-0x'].map(fcHostOf)).to.deep.equal([
      'host11',
      null,
      null,
      null,
    ]);
  });

  it('reads an iSCSI session; what was never set is null', () => {
    const folder = 'devices/platform/host3/session1';
    const session = 'class/iscsi_session/session1';
    scene.file(`${session}/targetname`, 'iqn.2001-03.jp.nec:storage01\n');
    scene.file(`${session}/initiatorname`, '<NULL>\n');
    scene.file(`${session}/ifacename`, 'default\n');
    scene.file(`${session}/tpgt`, '1\n');
    scene.file(`${session}/recovery_tmo`, '120\n');
    scene.file(`${session}/state`, 'LOGGED_IN\n');
    scene.makeFolder(`${folder}/connection1:0`);
    scene.file('class/iscsi_connection/connection1:0/persistent_address', 'fe80::1\n');
    scene.file('class/iscsi_connection/connection1:0/persistent_port', '3260\n');
    expect(iscsiSession(scene.sysfs, 'session1', folder)).to.deep.equal({
      targetName: 'iqn.2001-03.jp.nec:storage01',
      initiatorName: null,
      portalGroup: 1,
      interfaceName: null,
      portal: '[fe80::1]:3260',
      state: 'LOGGED_IN',
      recoverySec: 120,
    });
    expect(iscsiSession(scene.sysfs, 'session2', folder)).to.equal(null);
  });

  it('reads SAS addresses: of the host by its driver, else by its first phy', () => {
    scene.file('class/sas_device/end_device-0:1/sas_address', '0x5000c50000000001\n');
    scene.file('class/sas_phy/phy-0:0/sas_address', '0x500605b000000001\n');
    expect(sasDeviceAddress(scene.sysfs, 'end_device-0:1')).to.equal('5000c50000000001');
    expect(sasHostAddress(scene.sysfs, 'host0')).to.equal('500605b000000001');
    scene.file('class/scsi_host/host0/host_sas_address', '0x500605b000000002\n');
    expect(sasHostAddress(scene.sysfs, 'host0')).to.equal('500605b000000002');
    expect(sasHostAddress(scene.sysfs, 'host1')).to.equal(null);
  });
});
