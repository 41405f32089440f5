import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { classify, isDiskName } from '../../../src/discovery/classify.js';
import { decodeUevent } from '../../../src/netlink/uevent.js';
import type { Uevent } from '../../../src/netlink/uevent.js';
import { fixture } from '../../support/paths.js';

interface Recording {
  readonly messages: readonly { readonly step: string; readonly message: string }[];
}

const { messages } = JSON.parse(readFileSync(fixture('uevents/linux-6.1-lio.json'), 'utf8')) as Recording;

/** What the recorded messages of a step mean, in their order. */
function meanings(step: string): ReturnType<typeof classify>[] {
  return messages
    .filter((each) => each.step === step)
    .map(({ message }) => decodeUevent(Buffer.from(message)))
    .flatMap((event) => (event === null ? [] : [classify(event)]))
    .filter((meaning) => meaning !== null);
}

function uevent(action: Uevent['action'], devpath: string, properties: Record<string, string>): Uevent {
  const all = new Map(Object.entries(properties));
  return { action, devpath, subsystem: properties['SUBSYSTEM'] ?? 'block', seqnum: 1, properties: all };
}

describe('classify', () => {
  it('sees four disks come when a LUN is mapped to four ports, and a unit attention', () => {
    const found = meanings('LUN mapped to four ports');
    const nodes = found.flatMap((each) => (each?.kind === 'disk' ? [`${each.action} ${each.node}`] : []));
    expect(nodes).to.deep.equal(['present sda', 'present sdb', 'present sdc', 'present sdd']);
  });

  it('sees one disk go when its LUN is unmapped from the port, and come when it is mapped', () => {
    expect(meanings('LUN unmapped from port 2')).to.deep.equal([{ kind: 'disk', action: 'removed', node: 'sdc' }]);
    expect(meanings('LUN mapped to port 2 again')).to.deep.equal([
      { kind: 'disk', action: 'present', node: 'sdc' },
      { kind: 'generic', number: '1:0:0:0' },
    ]);
  });

  it('reads the unit attention of a changed ALUA state', () => {
    expect(meanings('ALUA state of port 0 changed, then a read')).to.deep.equal([
      { kind: 'unit-attention', number: '0:0:0:0', what: 'ASYMMETRIC_ACCESS_STATE_CHANGED' },
    ]);
  });

  it('reads which Fibre Channel port has come or gone, of a virtual host too', () => {
    const rport = '/devices/pci0000:00/0000:00:04.0/host3/rport-3:0-0/fc_remote_ports/rport-3:0-0';
    const virtual = '/devices/pci0000:00/0000:00:04.0/host3/vport-3:0-0/host8/fc_host/host8';
    const actions = { add: 'added', change: 'present', remove: 'removed' } as const;
    for (const [sent, action] of Object.entries(actions)) {
      const kind = sent as keyof typeof actions;
      expect(classify(uevent(kind, virtual, { SUBSYSTEM: 'fc_host' }))).to.deep.equal({
        kind: 'host-port',
        action,
        host: 'host8',
      });
      expect(classify(uevent(kind, rport, { SUBSYSTEM: 'fc_remote_ports' }))).to.deep.equal({
        kind: 'remote-port',
        action: action === 'removed' ? 'removed' : 'present',
        name: 'rport-3:0-0',
      });
    }
  });

  const nothing: [string, Uevent][] = [
    ['a partition', uevent('add', '/devices/x/block/sda/sda1', { DEVTYPE: 'partition' })],
    ['a disk of another driver', uevent('add', '/devices/x/block/vda', { DEVTYPE: 'disk' })],
    ['a loop device', uevent('change', '/devices/virtual/block/loop0', { DEVTYPE: 'disk' })],
    ['another subsystem', uevent('add', '/devices/x/net/sda', { SUBSYSTEM: 'net', DEVTYPE: 'disk' })],
    ['a driver that is bound', uevent('bind', '/devices/x/block/sda', { DEVTYPE: 'disk' })],
    ['a host with another name', uevent('add', '/devices/host3/fc_host/hostess', { SUBSYSTEM: 'fc_host' })],
    ['a port with another name', uevent('add', '/devices/host3/rport-3', { SUBSYSTEM: 'fc_remote_ports' })],
    ['a SCSI device without an attention', uevent('add', '/devices/x/0:0:0:0', { SUBSYSTEM: 'scsi' })],
    ['an attention of no device', uevent('change', '/devices/host0', { SUBSYSTEM: 'scsi', SDEV_UA: 'X' })],
    ['an attention in words of its own', uevent('change', '/d/0:0:0:0', { SUBSYSTEM: 'scsi', SDEV_UA: 'a\x1b[0m' })],
    ['a generic device that goes', uevent('remove', '/d/0:0:0:0/scsi_generic/sg0', { SUBSYSTEM: 'scsi_generic' })],
    ['a generic device of nothing', uevent('add', '/d/scsi_generic/sg0', { SUBSYSTEM: 'scsi_generic' })],
    ['a map', uevent('change', '/devices/virtual/block/dm-0', { DEVTYPE: 'disk', MAJOR: '254', MINOR: '0' })],
  ];
  for (const [what, event] of nothing) it(`leaves out ${what}`, () => expect(classify(event)).to.equal(null));

  it('knows the names of the sd driver', () => {
    for (const node of ['sda', 'sdzz', 'sdaaa']) expect(isDiskName(node), node).to.equal(true);
    for (const node of ['sda1', 'sd', 'sdA', 'sr0', 'xsda', '../sda']) expect(isDiskName(node), node).to.equal(false);
  });
});
