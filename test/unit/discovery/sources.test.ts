import { expect } from 'chai';
import type { Clock } from '../../../src/base/clock.js';
import type { DiscoveryInput } from '../../../src/discovery/inputs.js';
import { Discovery } from '../../../src/discovery/sources.js';
import { page83 } from '../../support/sysfs-scene.js';
import { DiscoveryBench, OTHER, sda, sdaBlock, sdaDevice, sdb, UNIT } from './discovery-bench.js';

describe('Discovery', () => {
  let bench: DiscoveryBench;
  beforeEach(() => {
    bench = new DiscoveryBench();
  });
  afterEach(() => bench.end());

  describe('at start', () => {
    it('tells everything there is at once, sorted, and nothing before', async () => {
      bench.scene.disk(sdb);
      bench.scene.disk(sda);
      bench.discovery.start();
      expect(bench.told()).to.deep.equal([]);
      await bench.clock.advance(0);
      expect(bench.told()).to.deep.equal(['all sda,sdb']);
    });

    it('listens before it looks, so that a disk that comes in between is told', async () => {
      bench.scene.disk(sda);
      bench.discovery.start();
      expect(bench.uevents.listener).not.to.equal(null);
      bench.scene.disk(sdb);
      bench.uevents.disk('add', 'sdb');
      await bench.clock.advance(100);
      expect(bench.told()).to.deep.equal(['all sda,sdb']);
    });

    it('does not tell of a disk that goes before the first word on it', async () => {
      bench.scene.disk(sda);
      bench.scene.disk(sdb);
      bench.discovery.start();
      bench.scene.removeDisk(sda);
      bench.uevents.disk('remove', 'sda');
      await bench.clock.advance(100);
      expect(bench.told()).to.deep.equal(['all sdb']);
    });

    it('says of an empty machine that it is empty', async () => {
      bench.discovery.start();
      await bench.clock.advance(0);
      expect(bench.told()).to.deep.equal(['all ']);
    });

    it('keeps a path whose size has been lost, and takes no empty disk for one', async () => {
      await bench.startWith(sda);
      bench.scene.file(`${sdaBlock}/size`, '0\n');
      bench.scene.disk({ ...sdb, sizeSectors: 0 });
      bench.discovery.rescan();
      await bench.clock.advance(0);
      expect(bench.told()).to.deep.equal(['skipped sdb no-capacity', 'all sda']);
      bench.scene.file(`${sdaBlock}/size`, '4194304\n');
      bench.discovery.rescan();
      await bench.clock.advance(0);
      expect(bench.told()).to.deep.equal(['present sda 1', 'all sda']);
    });

    it('does not take an empty disk for the path that had its name before', async () => {
      await bench.startWith(sda);
      bench.scene.removeDisk(sda);
      bench.scene.disk({ ...sda, sizeSectors: 0, sequence: 99 });
      bench.discovery.rescan();
      await bench.clock.advance(0);
      expect(bench.told()).to.deep.equal(['gone sda 8:0', 'skipped sda no-capacity', 'all ']);
    });

    it('tells what is no path, and why', async () => {
      await bench.startWith();
      expect(bench.discovery.skipped).to.deep.equal([]);
      bench.scene.disk({ ...sda, page83: null });
      bench.discovery.rescan();
      await bench.clock.advance(0);
      expect(bench.told()).to.deep.equal(['skipped sda no-identity', 'all ']);
      expect(bench.discovery.skipped.map(({ node }) => node)).to.deep.equal(['sda']);
    });

    it('gives others a turn between every 32 disks of a large machine', async () => {
      for (const disk of bench.manyDisks(130)) bench.scene.disk(disk);
      let turns = 0;
      const counting: Clock = {
        now: () => bench.clock.now(),
        monotonic: () => bench.clock.monotonic(),
        after: (name, delay, run) => {
          turns++;
          return bench.clock.after(name, delay, run);
        },
      };
      const large = new Discovery({ ...bench.options, clock: counting });
      large.start();
      await bench.clock.advance(0);
      large.close();
      expect(turns).to.equal(5);
      const [all] = bench.inputs;
      expect(all?.kind === 'rescanned' && all.facts.length).to.equal(130);
    });
  });

  describe('on events of disks', () => {
    it('reads a new disk when it has settled, once for any number of events', async () => {
      await bench.startWith(sda);
      bench.scene.disk(sdb);
      for (let count = 0; count < 1000; count++) bench.uevents.disk(count === 0 ? 'add' : 'change', 'sdb');
      expect(bench.told()).to.deep.equal([]);
      expect(bench.clock.pending).to.deep.equal(['discovery']);
      await bench.clock.advance(5);
      expect(bench.told()).to.deep.equal(['present sdb 1']);
      await bench.clock.advance(1000);
      expect(bench.told()).to.deep.equal([]);
    });

    it('waits from the first event on: a disk that never falls silent is read all the same', async () => {
      await bench.startWith(sda);
      bench.scene.disk(sdb);
      for (let count = 0; count < 10; count++) {
        bench.uevents.disk('change', 'sdb');
        await bench.clock.advance(1);
      }
      expect(bench.told()).to.deep.equal(['present sdb 1']);
    });

    it('tells a removal at once, and only once', async () => {
      await bench.startWith(sda, sdb);
      bench.scene.removeDisk(sda);
      bench.uevents.disk('remove', 'sda');
      expect(bench.told()).to.deep.equal(['gone sda 8:0']);
      bench.uevents.disk('remove', 'sda');
      await bench.clock.advance(100);
      expect(bench.told()).to.deep.equal([]);
    });

    it('does not tell of a disk that came and went before it was read', async () => {
      await bench.startWith();
      bench.scene.disk(sda);
      bench.uevents.disk('add', 'sda');
      bench.scene.removeDisk(sda);
      bench.uevents.disk('remove', 'sda');
      await bench.clock.advance(100);
      expect(bench.told()).to.deep.equal([]);
    });

    it('does not read a disk that was removed, though sysfs still shows it', async () => {
      await bench.startWith();
      bench.scene.disk(sda);
      bench.uevents.disk('add', 'sda');
      bench.uevents.disk('remove', 'sda');
      await bench.clock.advance(100);
      expect(bench.told()).to.deep.equal([]);
    });

    it('ends the old path first when a disk went and another one came by its name', async () => {
      await bench.startWith(sda);
      bench.scene.removeDisk(sda);
      bench.uevents.disk('remove', 'sda');
      bench.scene.disk({ ...sda, page83: page83(OTHER) });
      bench.uevents.disk('add', 'sda');
      await bench.clock.advance(5);
      expect(bench.told()).to.deep.equal(['gone sda 8:0', 'present sda 2']);
    });

    it('says that the array has mapped another volume there when the same disk names another unit', async () => {
      await bench.startWith(sda);
      bench.scene.file(`${sdaDevice}/vpd_pg83`, page83(OTHER));
      bench.uevents.disk('change', 'sda');
      await bench.clock.advance(5);
      const [gone] = bench.inputs;
      expect(gone).to.deep.equal({
        kind: 'path-gone',
        devT: '8:0',
        node: 'sda',
        reason: 'identity-changed',
        from: `3${UNIT}`,
        to: `3${OTHER}`,
      });
      expect(bench.told()).to.deep.equal(['gone sda 8:0 1 -> 2', 'present sda 2']);
    });

    it('says so of no disk at another place, where the kernel does not number disks', async () => {
      await bench.startWith(sda);
      bench.scene.removeDisk(sda);
      bench.scene.disk({ ...sda, number: '2:0:0:1', page83: page83(OTHER) });
      bench.uevents.disk('change', 'sda');
      await bench.clock.advance(5);
      expect(bench.told()).to.deep.equal(['gone sda 8:0', 'present sda 2']);
    });

    it('says so of no other disk that came by the same name while its events were lost', async () => {
      await bench.startWith({ ...sda, sequence: 11 });
      bench.scene.removeDisk(sda);
      bench.scene.disk({ ...sda, sequence: 12, page83: page83(OTHER) });
      bench.uevents.disk('change', 'sda');
      await bench.clock.advance(5);
      expect(bench.told()).to.deep.equal(['gone sda 8:0', 'present sda 2']);
    });

    it('tells a change of size as the same path with other facts', async () => {
      await bench.startWith(sda);
      bench.scene.file(`${sdaBlock}/size`, '4194304\n');
      bench.uevents.disk('change', 'sda');
      await bench.clock.advance(5);
      const [input] = bench.inputs;
      expect(input?.kind === 'path-present' && input.facts.sizeSectors).to.equal(4194304);
      expect(bench.inputs).to.have.length(1);
    });

    it('tells nothing when nothing changed', async () => {
      await bench.startWith(sda);
      bench.uevents.disk('change', 'sda');
      await bench.clock.advance(5);
      expect(bench.told()).to.deep.equal([]);
    });

    it('ends a path that is none any more, and brings it back', async () => {
      await bench.startWith(sda);
      bench.scene.file(`${sdaDevice}/vpd_pg83`, Buffer.from('0083000401030004', 'hex'));
      bench.uevents.disk('change', 'sda');
      await bench.clock.advance(5);
      expect(bench.told()).to.deep.equal(['gone sda 8:0', 'skipped sda bad-identity']);
      bench.scene.file(`${sdaDevice}/vpd_pg83`, page83(UNIT));
      bench.uevents.disk('change', 'sda');
      await bench.clock.advance(5);
      expect(bench.told()).to.deep.equal(['present sda 1']);
      expect(bench.discovery.skipped).to.deep.equal([]);
    });

    it('reads a disk again when asked to, as after a mount', async () => {
      await bench.startWith(sda);
      bench.scene.proc('self/mountinfo', '36 35 8:0 / /mnt rw - ext4 /dev/sda rw\n');
      bench.discovery.recheck('sda');
      await bench.clock.advance(5);
      const [input] = bench.inputs;
      expect(input?.kind === 'path-present' && input.facts.obstacle).to.deep.equal({ reason: 'mounted', by: '/mnt' });
    });

    it('keeps a key that had to be made distinct when the path it was distinct from goes', async () => {
      const same = {
        ...sda,
        node: 'sdb',
        devT: '8:16',
        number: '2:0:1:0',
        page83: page83(UNIT, { naa: '5000000000000002' }),
      };
      await bench.startWith({ ...sda, page83: same.page83 }, same);
      bench.scene.removeDisk(sda);
      bench.uevents.disk('remove', 'sda');
      bench.uevents.disk('change', 'sdb');
      await bench.clock.advance(5);
      expect(bench.told()).to.deep.equal(['gone sda 8:0']);
    });
  });

  describe('on other events', () => {
    it('tells a unit attention that asks for a scan, and reads the path again', async () => {
      await bench.startWith({ ...sda, access: 'standby' });
      bench.scene.file(`${sdaDevice}/access_state`, 'active/optimized\n');
      const devpath = '/devices/pci0000:00/0000:00:04.0/host2/target2:0:0/2:0:0:0';
      bench.uevents.send('change', devpath, { SUBSYSTEM: 'scsi', SDEV_UA: 'ASYMMETRIC_ACCESS_STATE_CHANGED' });
      expect(bench.told()).to.deep.equal(['changed 2:0:0:0 ASYMMETRIC_ACCESS_STATE_CHANGED']);
      await bench.clock.advance(5);
      expect(bench.told()).to.deep.equal(['present sda 1']);
    });

    it('reads a path again when its SCSI generic device comes later than the disk', async () => {
      bench.scene.disk(sda);
      bench.scene.remove(`${sdaDevice}/generic`);
      await bench.startWith();
      bench.scene.link(`${sdaDevice}/generic`, 'scsi_generic/sg7');
      bench.uevents.send('add', `/${sdaDevice}/scsi_generic/sg7`, { SUBSYSTEM: 'scsi_generic' });
      await bench.clock.advance(5);
      const [input] = bench.inputs;
      expect(input?.kind === 'path-present' && input.facts.sg).to.equal('sg7');
      bench.uevents.send('add', '/devices/x/9:0:0:0/scsi_generic/sg8', { SUBSYSTEM: 'scsi_generic' });
      expect(bench.clock.pending).to.deep.equal([]);
    });

    for (const [what, told] of [
      ['REPORTED_LUNS_DATA_HAS_CHANGED', ['changed host9 REPORTED_LUNS_DATA_HAS_CHANGED']],
      ['CAPACITY_DATA_HAS_CHANGED', ['changed 9:0:0:0 CAPACITY_DATA_HAS_CHANGED']],
      ['INQUIRY_DATA_HAS_CHANGED', ['changed 9:0:0:0 INQUIRY_DATA_HAS_CHANGED']],
      ['POWER_ON_RESET_OCCURRED', []],
    ] as const)
      it(`tells ${told.length === 0 ? 'nothing' : 'where to scan'} after ${what}, whether the device is a path or not`, async () => {
        await bench.startWith(sda);
        bench.uevents.send('change', '/devices/x/9:0:0:0', { SUBSYSTEM: 'scsi', SDEV_UA: what });
        expect(bench.told()).to.deep.equal(told);
      });

    it('tells where to scan when a Fibre Channel port of this machine has come', async () => {
      await bench.startWith(sda);
      const host = '/devices/pci0000:00/0000:00:04.0/host3/fc_host/host3';
      for (const action of ['add', 'change', 'remove'] as const) {
        bench.uevents.send(action, host, { SUBSYSTEM: 'fc_host' });
      }
      expect(bench.told()).to.deep.equal(['changed host3 a port has come']);
    });
  });

  describe('at its end', () => {
    it('tells nothing more and leaves no timer', async () => {
      await bench.startWith(sda);
      bench.scene.disk(sdb);
      bench.uevents.disk('add', 'sdb');
      bench.discovery.close();
      bench.discovery.close();
      expect(bench.clock.pending).to.deep.equal([]);
      bench.discovery.rescan();
      bench.discovery.recheck('sdb');
      await bench.clock.advance(1000);
      expect(bench.told()).to.deep.equal([]);
    });

    it('can be ended from within an input', async () => {
      bench.scene.disk({ ...sda, page83: null });
      bench.scene.disk(sdb);
      const quitting: DiscoveryInput[] = [];
      const quitter = new Discovery({
        ...bench.options,
        onInput: (input) => {
          quitting.push(input);
          quitter.close();
        },
      });
      quitter.start();
      await bench.clock.advance(1000);
      expect(quitting.map(({ kind }) => kind)).to.deep.equal(['path-skipped']);
    });
  });
});
