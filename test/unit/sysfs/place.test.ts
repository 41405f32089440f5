import { expect } from 'chai';
import { scsiPlace } from '../../../src/sysfs/place.js';

const place = (above: string, rest = 'host2/target2:0:1/2:0:1:3/block/sda'): ReturnType<typeof scsiPlace> =>
  scsiPlace(`devices/${above}/${rest}`);

describe('scsiPlace', () => {
  const hostPlaces = [
    ['pci0000:00/0000:00:04.0', 'pci-0000:00:04.0'],
    ['pci0000:00/0000:00:04.0/virtio1', 'pci-0000:00:04.0'],
    ['pci0000:00/0000:00:02.0/0000:05:00.1', 'pci-0000:05:00.1'],
    ['pci0000:00/0000:00:1f.2/ata3', 'pci-0000:00:1f.2-ata3'],
    ['tcm_loop_0/tcm_loop_adapter_0', 'tcm_loop_adapter_0'],
    ['pseudo_0/adapter3', 'adapter3'],
    ['platform', 'platform'],
  ] as const;
  for (const [above, wanted] of hostPlaces) {
    it(`calls a host below ${above} "${wanted}"`, () => expect(place(above)?.hostPlace).to.equal(wanted));
  }

  it('does not name the host by its number, which another boot gives to another host', () => {
    const one = place('pseudo_0/adapter3');
    const two = place('pseudo_0/adapter3', 'host9/target9:0:1/9:0:1:3/block/sdx');
    expect(one?.hostPlace).to.equal(two?.hostPlace);
    expect(one?.remotePort).to.equal(null);
  });

  it('reads the address and the transport between host and target', () => {
    const found = place('pci0000:00/0000:05:00.0', 'host2/rport-2:0-4/target2:0:1/2:0:1:3/block/sda');
    expect(found).to.deep.include({
      number: '2:0:1:3',
      host: 'host2',
      channel: '0',
      target: '1',
      lun: 3,
      between: ['rport-2:0-4'],
      remotePort: 'rport-2:0-4',
      deviceFolder: 'devices/pci0000:00/0000:05:00.0/host2/rport-2:0-4/target2:0:1/2:0:1:3',
      transportFolder: 'devices/pci0000:00/0000:05:00.0/host2/rport-2:0-4',
      usb: false,
    });
  });

  it('takes the innermost host: a virtual port is a host below a host', () => {
    const found = place('pci0000:00/0000:05:00.0/host2/vport-2:0-0', 'host7/rport-7:0-0/target7:0:0/7:0:0:0/block/sda');
    expect(found?.host).to.equal('host7');
    expect(found?.between).to.deep.equal(['rport-7:0-0']);
    expect(found?.remotePort).to.equal('rport-7:0-0');
  });

  it('reads a 64-bit LUN', () => {
    expect(place('platform', 'host2/target2:0:1/2:0:1:16640/block/sda')?.lun).to.equal(16640);
  });

  it('sees USB', () => {
    expect(place('pci0000:00/0000:00:14.0/usb2/2-1/2-1:1.0')?.usb).to.equal(true);
  });

  const none = [
    'devices/virtual/block/loop0',
    'devices/pci0000:00/0000:01:00.0/nvme/nvme0/nvme0n1',
    'devices/pci0000:00/0000:00:04.0/virtio0/block/vda',
    'devices/target0:0:0/0:0:0:0/block/sda',
    'devices/a/host0/target0:0:0/0:0:0/block/sda',
    'devices/a/host0/target0:0:0/0:0:0:0/sda',
    '',
  ];
  for (const folder of none) it(`knows no SCSI disk in "${folder}"`, () => expect(scsiPlace(folder)).to.equal(null));
});
