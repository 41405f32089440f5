import { expect } from 'chai';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ScsiHosts } from '../../../src/scsi/host-queues.js';
import { sysfsQueueGuard } from '../../../src/scsi/queue-guard.js';
import type { QueueGuard } from '../../../src/scsi/queue-guard.js';
import { FakeClock } from '../../support/fake-clock.js';

describe('the queue guard', () => {
  let root: string;
  let clock: FakeClock;
  let guard: QueueGuard;
  const write = (file: string, text: string): void => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), `${text}\n`);
  };
  const host = 'class/scsi_host/host7';
  const folder = (place: string): string => `devices/adapter0/host7/target7:0:0/${place}`;
  const [own, sibling] = [folder('7:0:0:3'), folder('7:0:0:4')];
  /** A device without I/O: `sg` is its sg node's name. */
  const addDevice = (place: string, sg: string, scheduler = '[none] mq-deadline kyber'): void => {
    write(`${folder(place)}/state`, 'running');
    write(`${folder(place)}/device_busy`, '0');
    write(`${folder(place)}/queue_depth`, '32');
    write(`${folder(place)}/iodone_cnt`, '0x100');
    write(`${folder(place)}/block/sda/queue/scheduler`, scheduler);
    for (const link of [`class/scsi_generic/${sg}`, `class/scsi_device/${place}`]) {
      mkdirSync(join(root, link), { recursive: true });
      symlinkSync(join(root, folder(place)), join(root, link, 'device'));
    }
  };
  const guardOf = (node: string): QueueGuard => sysfsQueueGuard(node, clock, new ScsiHosts(root));
  const reason = (): string | undefined => guard.obstacle()?.reason;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'queue-guard-'));
    clock = new FakeClock();
    write(`${host}/host_busy`, '0');
    write(`${host}/can_queue`, '192');
    addDevice('7:0:0:3', 'sg5');
    addDevice('7:0:0:4', 'sg6');
    guard = guardOf('/dev/sg5');
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('lets a command pass to a device with room', () => {
    write(`${own}/device_busy`, '31');
    write(`${host}/host_busy`, '190');
    expect(guard.obstacle()).to.equal(null);
  });

  describe('by the state of the device', () => {
    for (const state of ['offline', 'transport-offline', 'cancel', 'deleted']) {
      it(`lets it pass in "${state}", where the kernel refuses at once`, () => {
        write(`${own}/state`, state);
        expect(guard.obstacle()).to.equal(null);
      });
    }

    for (const state of ['quiesce', 'blocked', 'created', 'created-blocked', 'something new']) {
      it(`holds it back for good in "${state}"`, () => {
        write(`${own}/state`, state);
        const wanted = { reason: `the SCSI device is in state "${state}"`, passing: false, silent: false };
        expect(guard.obstacle()).to.deep.equal(wanted);
      });
    }
  });

  describe('by the queue of the device', () => {
    const full = 'the SCSI device has 32 commands of 32 and completes none';
    beforeEach(() => write(`${host}/host_busy`, '32'));

    it('holds it back from a full one that stands, and calls it silent once that is sure', async () => {
      write(`${own}/device_busy`, '32');
      expect(guard.obstacle()).to.deep.equal({ reason: full, passing: true, silent: false });
      await clock.advance(49);
      expect(guard.obstacle()).to.deep.equal({ reason: full, passing: true, silent: false });
      await clock.advance(1);
      expect(guard.obstacle()).to.deep.equal({ reason: full, passing: true, silent: true });
    });

    it('lets it pass to a full one that moves', async () => {
      write(`${own}/device_busy`, '32');
      guard.obstacle();
      await clock.advance(60);
      write(`${own}/iodone_cnt`, '0x101');
      expect(guard.obstacle()).to.equal(null);
    });

    it('takes no old completion for a sign of life', async () => {
      write(`${own}/device_busy`, '32');
      guard.obstacle();
      await clock.advance(101);
      write(`${own}/iodone_cnt`, '0x101');
      expect(guard.obstacle()?.silent).to.equal(false);
      await clock.advance(60);
      expect(guard.obstacle()?.silent).to.equal(true);
    });

    it('holds it back from one that stands with its share of the host', () => {
      for (let lun = 5; lun < 99; lun++) addDevice(`7:0:0:${lun}`, `sg${lun + 2}`);
      write(`${own}/device_busy`, '4');
      expect(reason()).to.equal('the SCSI device has 4 commands of 4 and completes none');
      write(`${own}/device_busy`, '3');
      expect(guard.obstacle()).to.equal(null);
    });

    it('knows no share where an I/O scheduler takes the tags late', () => {
      for (let lun = 5; lun < 99; lun++) addDevice(`7:0:0:${lun}`, `sg${lun + 2}`);
      write(`${own}/block/sda/queue/scheduler`, '[mq-deadline] none');
      write(`${own}/device_busy`, '31');
      expect(guard.obstacle()).to.equal(null);
    });

    it('knows no share where the device has no disk, or its scheduler cannot be read', () => {
      write(`${own}/device_busy`, '31');
      write(`${host}/can_queue`, '40');
      rmSync(join(root, own, 'block/sda/queue'), { recursive: true });
      expect(guard.obstacle()).to.equal(null);
      rmSync(join(root, own, 'block'), { recursive: true });
      expect(guard.obstacle()).to.equal(null);
    });
  });

  describe('by the host', () => {
    it('holds it back with one tag left', () => {
      write(`${host}/host_busy`, '191');
      const wanted = { reason: 'the SCSI host has 191 commands of 192', passing: true, silent: false };
      expect(guard.obstacle()).to.deep.equal(wanted);
    });

    const hoarded = 'the SCSI device 7:0:0:4 is full and may hold every command slot of its host';
    const fillSibling = (): void => {
      write(`${sibling}/device_busy`, '32');
      write(`${host}/host_busy`, '32');
    };

    it('holds it back while another device is full and stands, and lets it pass when that moves', async () => {
      fillSibling();
      expect(guard.obstacle()).to.deep.equal({ reason: hoarded, passing: true, silent: false });
      await clock.advance(60);
      expect(reason()).to.equal(hoarded);
      write(`${sibling}/iodone_cnt`, '0x101');
      expect(guard.obstacle()).to.equal(null);
    });

    it('does not mind another full device with an I/O scheduler', () => {
      write(`${sibling}/block/sda/queue/scheduler`, 'none [mq-deadline]');
      fillSibling();
      expect(guard.obstacle()).to.equal(null);
    });

    it('does not mind devices of other hosts', () => {
      fillSibling();
      write('class/scsi_device/17:0:0:0/none', '');
      rmSync(join(root, 'class/scsi_device/7:0:0:4'), { recursive: true });
      expect(guard.obstacle()).to.equal(null);
    });

    it('does not mind a device that goes while it is listed', () => {
      mkdirSync(join(root, 'class/scsi_device/7:0:0:77'));
      write(`${host}/host_busy`, '32');
      expect(guard.obstacle()).to.equal(null);
    });

    it('finds a device that came and forgets one that went, after a while', async () => {
      write(`${host}/host_busy`, '32');
      expect(guard.obstacle()).to.equal(null);
      addDevice('7:0:0:9', 'sg9');
      write(`${folder('7:0:0:9')}/device_busy`, '32');
      expect(guard.obstacle()).to.equal(null);
      await clock.advance(10_000);
      expect(reason()).to.equal(hoarded.replace(':4', ':9'));
      rmSync(join(root, 'class/scsi_device/7:0:0:9'), { recursive: true });
      expect(reason()).to.equal(hoarded.replace(':4', ':9'));
      await clock.advance(10_000);
      expect(guard.obstacle()).to.equal(null);
    });

    it('shares what it knows of a host between the channels of a machine', () => {
      const machine = new ScsiHosts(root);
      expect(machine.host('host7')).to.equal(machine.host('host7'));
    });
  });

  describe('without sysfs to look at', () => {
    for (const file of [`${own}/queue_depth`, `${host}/can_queue`, `${own}/device_busy`, `${own}/state`]) {
      it(`says nothing of what ${file} would tell`, () => {
        write(`${own}/device_busy`, '31');
        write(`${host}/host_busy`, '31');
        rmSync(join(root, file));
        expect(guard.obstacle()).to.equal(null);
      });
    }

    it('says nothing of attributes that hold no number', () => {
      write(`${own}/device_busy`, 'many');
      write(`${host}/host_busy`, '500');
      write(`${host}/can_queue`, '-1');
      expect(guard.obstacle()).to.equal(null);
      write(`${host}/host_busy`, 'none');
      expect(guard.obstacle()).to.equal(null);
    });

    it('says nothing of a device that sysfs does not know, or no longer', () => {
      expect(guardOf('/dev/sg-that-is-not-there').obstacle()).to.equal(null);
      rmSync(join(root, 'devices'), { recursive: true });
      rmSync(join(root, 'class/scsi_device'), { recursive: true });
      expect(guard.obstacle()).to.equal(null);
    });

    it('says nothing of a device that belongs to no host', () => {
      mkdirSync(join(root, 'devices/other'), { recursive: true });
      mkdirSync(join(root, 'class/scsi_generic/sg9'), { recursive: true });
      symlinkSync(join(root, 'devices/other'), join(root, 'class/scsi_generic/sg9/device'));
      expect(guardOf('/dev/sg9').obstacle()).to.equal(null);
    });

    it('says nothing where the list of devices is not there', () => {
      write(`${host}/host_busy`, '32');
      rmSync(join(root, 'class/scsi_device'), { recursive: true });
      expect(guard.obstacle()).to.equal(null);
    });

    it('looks at this machine by default', () => {
      expect(sysfsQueueGuard('/dev/sg-that-is-not-there', clock).obstacle()).to.equal(null);
    });
  });
});
