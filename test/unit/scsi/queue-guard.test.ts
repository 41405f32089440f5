import { expect } from 'chai';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { sysfsQueueGuard } from '../../../src/scsi/queue-guard.js';

const device = 'devices/adapter0/host7/target7:0:0/7:0:0:3';

describe('the queue guard', () => {
  let root: string;
  const write = (file: string, text: string): void => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), `${text}\n`);
  };
  const obstacle = (): string | null => sysfsQueueGuard('/dev/sg5', root).obstacle();
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'queue-guard-'));
    write(`${device}/state`, 'running');
    write(`${device}/device_busy`, '0');
    write(`${device}/queue_depth`, '32');
    write('class/scsi_host/host7/host_busy', '0');
    write('class/scsi_host/host7/can_queue', '192');
    mkdirSync(join(root, 'class/scsi_generic/sg5'), { recursive: true });
    symlinkSync(join(root, device), join(root, 'class/scsi_generic/sg5/device'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('lets a command pass to a device with room', () => {
    write(`${device}/device_busy`, '31');
    write('class/scsi_host/host7/host_busy', '190');
    expect(obstacle()).to.equal(null);
  });

  for (const state of ['offline', 'transport-offline', 'cancel', 'deleted']) {
    it(`lets it pass in state "${state}", where the kernel refuses at once`, () => {
      write(`${device}/state`, state);
      expect(obstacle()).to.equal(null);
    });
  }

  for (const state of ['quiesce', 'blocked', 'created', 'created-blocked', 'something new']) {
    it(`holds it back in state "${state}"`, () => {
      write(`${device}/state`, state);
      expect(obstacle()).to.equal(`the SCSI device is in state "${state}"`);
    });
  }

  it('holds it back from a logical unit with a full queue', () => {
    write(`${device}/device_busy`, '32');
    expect(obstacle()).to.equal('device_busy is 32 of queue_depth 32');
  });

  it('holds it back from a host with one tag left', () => {
    write('class/scsi_host/host7/host_busy', '191');
    expect(obstacle()).to.equal('host_busy is 191 of can_queue 192');
  });

  for (const file of [`${device}/queue_depth`, 'class/scsi_host/host7/can_queue', `${device}/device_busy`]) {
    it(`says nothing without ${file}`, () => {
      write(`${device}/device_busy`, '32');
      write('class/scsi_host/host7/host_busy', '191');
      rmSync(join(root, file));
      const other = file.includes('class')
        ? 'device_busy is 32 of queue_depth 32'
        : 'host_busy is 191 of can_queue 192';
      expect(obstacle()).to.equal(other);
    });
  }

  it('says nothing of attributes that hold no number', () => {
    write(`${device}/device_busy`, 'many');
    write('class/scsi_host/host7/host_busy', '500');
    write('class/scsi_host/host7/can_queue', '-1');
    expect(obstacle()).to.equal(null);
  });

  it('says nothing where sysfs does not know the device, or no longer', () => {
    expect(sysfsQueueGuard('/dev/sg6', root).obstacle()).to.equal(null);
    const guard = sysfsQueueGuard('/dev/sg5', root);
    rmSync(join(root, 'devices'), { recursive: true });
    rmSync(join(root, 'class'), { recursive: true });
    expect(guard.obstacle()).to.equal(null);
  });

  it('says nothing of a device that belongs to no host', () => {
    mkdirSync(join(root, 'devices/other'), { recursive: true });
    mkdirSync(join(root, 'class/scsi_generic/sg9'), { recursive: true });
    symlinkSync(join(root, 'devices/other'), join(root, 'class/scsi_generic/sg9/device'));
    expect(sysfsQueueGuard('/dev/sg9', root).obstacle()).to.equal(null);
  });

  it('looks at sysfs of this machine by default', () => {
    expect(sysfsQueueGuard('/dev/sg-that-is-not-there').obstacle()).to.equal(null);
  });
});
