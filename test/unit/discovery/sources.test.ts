import { expect } from 'chai';
import type { Clock } from '../../../src/base/clock.js';
import { PathManagerError } from '../../../src/base/errors.js';
import type { DiscoveryInput } from '../../../src/discovery/inputs.js';
import { Discovery } from '../../../src/discovery/sources.js';
import type { DiscoveryOptions } from '../../../src/discovery/sources.js';
import { FakeClock } from '../../support/fake-clock.js';
import { FakeUevents } from '../../support/fake-uevents.js';
import { page83, SysfsScene } from '../../support/sysfs-scene.js';
import type { SceneDisk } from '../../support/sysfs-scene.js';

const UNIT = '60013780000000000000000000000001';
const OTHER = '60013780000000000000000000000002';
const sda: SceneDisk = { node: 'sda', number: '2:0:0:0', devT: '8:0', page83: page83(UNIT) };
const sdb: SceneDisk = { ...sda, node: 'sdb', number: '3:0:0:0', devT: '8:16', parent: 'pci0000:00/0000:00:05.0' };

describe('Discovery', () => {
  let scene: SysfsScene;
  let clock: FakeClock;
  let uevents: FakeUevents;
  let options: DiscoveryOptions;
  let discovery: Discovery;
  let inputs: DiscoveryInput[];
  let troubles: PathManagerError[];

  beforeEach(() => {
    scene = new SysfsScene();
    clock = new FakeClock();
    uevents = new FakeUevents();
    inputs = [];
    troubles = [];
    options = {
      sysfs: scene.sysfs,
      procRoot: scene.procRoot,
      clock,
      uevents,
      onInput: (input) => inputs.push(input),
      onTrouble: (error) => troubles.push(error),
    };
    discovery = new Discovery(options);
  });
  afterEach(() => {
    discovery.close();
    scene.cleanup();
  });

  /** What was told since the last call, in a few words each. */
  function told(): string[] {
    return inputs.splice(0).map((input) => {
      switch (input.kind) {
        case 'path-present':
          return `present ${input.facts.node} ${input.facts.wwid.slice(-1)}`;
        case 'path-gone':
          return `gone ${input.node} ${input.devT}`;
        case 'path-skipped':
          return `skipped ${input.node} ${input.reason}`;
        case 'rescanned':
          return `all ${input.facts.map(({ node }) => node).join(',')}`;
        case 'scsi-unit-attention':
          return `attention ${input.node} ${input.devT} ${input.what}`;
        case 'dm':
          return `dm ${input.action} ${input.devT} ${input.name ?? '-'} ${input.path?.what ?? '-'} ${input.path?.devT ?? '-'}`;
        case 'overrun':
          return `overrun ${input.cause}`;
      }
    });
  }

  async function startWith(...disks: SceneDisk[]): Promise<void> {
    for (const disk of disks) scene.disk(disk);
    discovery.start();
    await clock.advance(0);
    told();
  }

  describe('at start', () => {
    it('tells everything there is at once, sorted, and nothing before', async () => {
      scene.disk(sdb);
      scene.disk(sda);
      discovery.start();
      expect(told()).to.deep.equal([]);
      await clock.advance(0);
      expect(told()).to.deep.equal(['all sda,sdb']);
    });

    it('listens before it looks, so that a disk that comes in between is told', async () => {
      scene.disk(sda);
      discovery.start();
      expect(uevents.listener).not.to.equal(null);
      scene.disk(sdb);
      uevents.disk('add', 'sdb');
      await clock.advance(100);
      expect(told()).to.deep.equal(['all sda,sdb']);
    });

    it('does not tell of a disk that goes before the first word on it', async () => {
      scene.disk(sda);
      scene.disk(sdb);
      discovery.start();
      scene.removeDisk(sda);
      uevents.disk('remove', 'sda');
      await clock.advance(100);
      expect(told()).to.deep.equal(['all sdb']);
    });

    it('says of an empty machine that it is empty', async () => {
      discovery.start();
      await clock.advance(0);
      expect(told()).to.deep.equal(['all ']);
    });

    it('tells what is no path, and why', async () => {
      await startWith();
      expect(discovery.skipped).to.deep.equal([]);
      scene.disk({ ...sda, page83: null });
      discovery.rescan();
      await clock.advance(0);
      expect(told()).to.deep.equal(['skipped sda no-identity', 'all ']);
      expect(discovery.skipped.map(({ node }) => node)).to.deep.equal(['sda']);
    });

    it('gives others a turn between every 64 disks of a large machine', async () => {
      for (let index = 0; index < 200; index++) {
        const node = `sd${String.fromCharCode(97 + (index % 26))}${String.fromCharCode(97 + Math.floor(index / 26))}`;
        scene.disk({ ...sda, node, devT: `66:${index}`, number: `2:0:${index}:0` });
      }
      let turns = 0;
      const counting: Clock = {
        now: () => clock.now(),
        monotonic: () => clock.monotonic(),
        after: (name, delay, run) => {
          turns++;
          return clock.after(name, delay, run);
        },
      };
      const large = new Discovery({ ...options, clock: counting });
      large.start();
      await clock.advance(0);
      large.close();
      expect(turns).to.equal(4);
      const [all] = inputs;
      expect(all?.kind === 'rescanned' && all.facts.length).to.equal(200);
    });
  });

  describe('on events of disks', () => {
    it('reads a new disk when it has settled, once for any number of events', async () => {
      await startWith(sda);
      scene.disk(sdb);
      for (let count = 0; count < 1000; count++) uevents.disk(count === 0 ? 'add' : 'change', 'sdb');
      expect(told()).to.deep.equal([]);
      expect(clock.pending).to.deep.equal(['discovery']);
      await clock.advance(5);
      expect(told()).to.deep.equal(['present sdb 1']);
      await clock.advance(1000);
      expect(told()).to.deep.equal([]);
    });

    it('waits from the first event on: a disk that never falls silent is read all the same', async () => {
      await startWith(sda);
      scene.disk(sdb);
      for (let count = 0; count < 10; count++) {
        uevents.disk('change', 'sdb');
        await clock.advance(1);
      }
      expect(told()).to.deep.equal(['present sdb 1']);
    });

    it('tells a removal at once, and only once', async () => {
      await startWith(sda, sdb);
      scene.removeDisk(sda);
      uevents.disk('remove', 'sda');
      expect(told()).to.deep.equal(['gone sda 8:0']);
      uevents.disk('remove', 'sda');
      await clock.advance(100);
      expect(told()).to.deep.equal([]);
    });

    it('does not tell of a disk that came and went before it was read', async () => {
      await startWith();
      scene.disk(sda);
      uevents.disk('add', 'sda');
      scene.removeDisk(sda);
      uevents.disk('remove', 'sda');
      await clock.advance(100);
      expect(told()).to.deep.equal([]);
    });

    it('ends the old path first when a disk went and another one came by its name', async () => {
      await startWith(sda);
      scene.removeDisk(sda);
      uevents.disk('remove', 'sda');
      scene.disk({ ...sda, page83: page83(OTHER) });
      uevents.disk('add', 'sda');
      await clock.advance(5);
      expect(told()).to.deep.equal(['gone sda 8:0', 'present sda 2']);
    });

    it('ends the old path first when a LUN was remapped under the disk', async () => {
      await startWith(sda);
      scene.file('devices/pci0000:00/0000:00:04.0/host2/target2:0:0/2:0:0:0/vpd_pg83', page83(OTHER));
      uevents.disk('change', 'sda');
      await clock.advance(5);
      expect(told()).to.deep.equal(['gone sda 8:0', 'present sda 2']);
    });

    it('tells a change of size as the same path with other facts', async () => {
      await startWith(sda);
      scene.file('devices/pci0000:00/0000:00:04.0/host2/target2:0:0/2:0:0:0/block/sda/size', '4194304\n');
      uevents.disk('change', 'sda');
      await clock.advance(5);
      const [input] = inputs;
      expect(input?.kind === 'path-present' && input.facts.sizeSectors).to.equal(4194304);
      expect(inputs).to.have.length(1);
    });

    it('tells nothing when nothing changed', async () => {
      await startWith(sda);
      uevents.disk('change', 'sda');
      await clock.advance(5);
      expect(told()).to.deep.equal([]);
    });

    it('ends a path that is none any more, and brings it back', async () => {
      await startWith(sda);
      const size = 'devices/pci0000:00/0000:00:04.0/host2/target2:0:0/2:0:0:0/block/sda/size';
      scene.file(size, '0\n');
      uevents.disk('change', 'sda');
      await clock.advance(5);
      expect(told()).to.deep.equal(['gone sda 8:0', 'skipped sda no-capacity']);
      scene.file(size, '2097152\n');
      uevents.disk('change', 'sda');
      await clock.advance(5);
      expect(told()).to.deep.equal(['present sda 1']);
      expect(discovery.skipped).to.deep.equal([]);
    });

    it('reads a disk again when asked to, as after a mount', async () => {
      await startWith(sda);
      scene.proc('self/mountinfo', '36 35 8:0 / /mnt rw - ext4 /dev/sda rw\n');
      discovery.recheck('sda');
      await clock.advance(5);
      const [input] = inputs;
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
      await startWith({ ...sda, page83: same.page83 }, same);
      scene.removeDisk(sda);
      uevents.disk('remove', 'sda');
      uevents.disk('change', 'sdb');
      await clock.advance(5);
      expect(told()).to.deep.equal(['gone sda 8:0']);
    });
  });

  describe('on other events', () => {
    it('tells a unit attention of a known path, and reads the path again', async () => {
      await startWith({ ...sda, access: 'standby' });
      scene.file('devices/pci0000:00/0000:00:04.0/host2/target2:0:0/2:0:0:0/access_state', 'active/optimized\n');
      const devpath = '/devices/pci0000:00/0000:00:04.0/host2/target2:0:0/2:0:0:0';
      uevents.send('change', devpath, { SUBSYSTEM: 'scsi', SDEV_UA: 'ASYMMETRIC_ACCESS_STATE_CHANGED' });
      expect(told()).to.deep.equal(['attention sda 8:0 ASYMMETRIC_ACCESS_STATE_CHANGED']);
      await clock.advance(5);
      expect(told()).to.deep.equal(['present sda 1']);
    });

    it('tells no unit attention of what is no path', async () => {
      await startWith(sda);
      uevents.send('change', '/devices/x/9:0:0:0', { SUBSYSTEM: 'scsi', SDEV_UA: 'POWER_ON_RESET_OCCURRED' });
      expect(told()).to.deep.equal([]);
    });

    it('tells a dm event at once, with the name from sysfs where the event has none', async () => {
      await startWith(sda);
      scene.file('block/dm-0/dm/name', 'lu0\n');
      scene.file('block/dm-0/dm/uuid', 'mpath-3x\n');
      const dm = { DEVTYPE: 'disk', MAJOR: '254', MINOR: '0' };
      uevents.send('change', '/devices/virtual/block/dm-0', dm);
      const failed = { ...dm, DM_ACTION: 'PATH_FAILED', DM_PATH: '8:0', DM_NAME: 'lu0', DM_UUID: 'mpath-3x' };
      uevents.send('change', '/devices/virtual/block/dm-0', failed);
      uevents.send('remove', '/devices/virtual/block/dm-0', dm);
      expect(told()).to.deep.equal([
        'dm change 254:0 lu0 - -',
        'dm change 254:0 lu0 failed 8:0',
        'dm remove 254:0 - - -',
      ]);
    });
  });

  describe('when events were lost', () => {
    it('says so, then tells the differences and the whole', async () => {
      await startWith(sda);
      scene.removeDisk(sda);
      scene.disk(sdb);
      uevents.overrun();
      expect(told()).to.deep.equal(['overrun overflow']);
      await clock.advance(0);
      expect(told()).to.deep.equal(['gone sda 8:0', 'present sdb 1', 'all sdb']);
    });

    it('does the same for a message that was cut', async () => {
      await startWith(sda);
      uevents.overrun('truncated');
      await clock.advance(0);
      expect(told()).to.deep.equal(['overrun truncated', 'all sda']);
    });

    it('knows a disk that came back under the same name by its sequence number', async () => {
      const sequence = 'devices/pci0000:00/0000:00:04.0/host2/target2:0:0/2:0:0:0/block/sda/diskseq';
      scene.file(sequence, '11\n');
      await startWith(sda);
      scene.file(sequence, '12\n');
      uevents.overrun();
      await clock.advance(0);
      expect(told()).to.deep.equal(['overrun overflow', 'gone sda 8:0', 'present sda 1', 'all sda']);
    });

    it('knows a path that came back under another name for the one it is', async () => {
      await startWith(sda, sdb);
      scene.removeDisk(sda);
      scene.disk({ ...sda, node: 'sdc', devT: '8:32' });
      uevents.overrun();
      await clock.advance(0);
      expect(told()).to.deep.equal(['overrun overflow', 'gone sda 8:0', 'present sdc 1', 'all sdb,sdc']);
      discovery.rescan();
      await clock.advance(0);
      const [all] = inputs;
      expect(all?.kind === 'rescanned' && all.facts.map(({ key }) => key.includes('#'))).to.deep.equal([false, false]);
    });

    it('knows two paths that came back under the names of each other', async () => {
      await startWith(sda, sdb);
      scene.removeDisk(sda);
      scene.removeDisk(sdb);
      scene.disk({ ...sda, node: 'sdb', devT: '8:16' });
      scene.disk({ ...sdb, node: 'sda', devT: '8:0' });
      uevents.overrun();
      await clock.advance(0);
      const all = inputs.at(-1);
      expect(all?.kind === 'rescanned' && all.facts.map(({ key }) => key)).to.deep.equal([
        'pci-0000:00:05.0|pci-0000:00:05.0/0:0|0',
        'pci-0000:00:04.0|pci-0000:00:04.0/0:0|0',
      ]);
      expect(told().slice(1, -1)).to.have.members(['gone sda 8:0', 'gone sdb 8:16', 'present sda 1', 'present sdb 1']);
    });

    it('scans once more when it happens during a scan, however often', async () => {
      await startWith(sda);
      discovery.rescan();
      for (let count = 0; count < 100; count++) uevents.overrun();
      await clock.advance(100);
      expect(told().filter((line) => line.startsWith('all'))).to.have.length(1);
      expect(clock.pending).to.deep.equal([]);
    });

    it('is right at the end when an old removal arrives after the scan saw the new disk', async () => {
      await startWith(sda);
      scene.file('kernel/uevent_seqnum', '50\n');
      uevents.overrun();
      await clock.advance(0);
      told();
      uevents.seqnum = 40;
      uevents.disk('remove', 'sda');
      expect(told()).to.deep.equal(['gone sda 8:0']);
      await clock.advance(5);
      expect(told()).to.deep.equal(['present sda 1']);
    });

    it('does not look again after a removal that is newer than the scan', async () => {
      scene.file('kernel/uevent_seqnum', '50\n');
      await startWith(sda);
      uevents.seqnum = 60;
      // Still in sysfs, as the kernel tells a removal before it is done.
      uevents.disk('remove', 'sda');
      await clock.advance(100);
      expect(told()).to.deep.equal(['gone sda 8:0']);
    });
  });

  describe('when it cannot read', () => {
    const state = 'devices/pci0000:00/0000:00:04.0/host2/target2:0:0/2:0:0:0/state';

    it('keeps the path, says why, and tries again', async () => {
      await startWith(sda);
      scene.remove(state);
      scene.makeFolder(state);
      uevents.disk('change', 'sda');
      await clock.advance(5);
      expect(told()).to.deep.equal([]);
      expect(troubles.map(({ code }) => code)).to.deep.equal(['SYSCALL']);
      scene.remove(state);
      scene.file(state, 'offline\n');
      await clock.advance(1000);
      expect(told()).to.deep.equal(['present sda 1']);
    });

    it('still ends a scan, with the others', async () => {
      scene.disk(sda);
      scene.disk(sdb);
      scene.remove(state);
      scene.makeFolder(state);
      discovery.start();
      await clock.advance(0);
      expect(told()).to.deep.equal(['all sdb']);
      scene.remove(state);
      scene.file(state, 'running\n');
      await clock.advance(1000);
      expect(told()).to.deep.equal(['present sda 1']);
    });

    it('tries a scan again that could not begin', async () => {
      scene.disk(sda);
      scene.remove('block');
      scene.file('block', 'not a folder');
      scene.file('kernel/uevent_seqnum', '1');
      scene.remove('kernel/uevent_seqnum');
      scene.makeFolder('kernel/uevent_seqnum');
      discovery.start();
      await clock.advance(0);
      expect(told()).to.deep.equal([]);
      expect(troubles).to.have.length(1);
      scene.remove('kernel/uevent_seqnum');
      scene.remove('block');
      scene.link('block/sda', '../devices/pci0000:00/0000:00:04.0/host2/target2:0:0/2:0:0:0/block/sda');
      await clock.advance(1000);
      expect(told()).to.deep.equal(['all sda']);
    });

    it('passes on a message that cannot be read', async () => {
      await startWith(sda);
      uevents.listener?.onMalformed(new PathManagerError('NETLINK_MALFORMED', 'x'));
      expect(troubles.map(({ code }) => code)).to.deep.equal(['NETLINK_MALFORMED']);
    });
  });

  describe('at its end', () => {
    it('tells nothing more and leaves no timer', async () => {
      await startWith(sda);
      scene.disk(sdb);
      uevents.disk('add', 'sdb');
      discovery.close();
      discovery.close();
      expect(clock.pending).to.deep.equal([]);
      discovery.rescan();
      discovery.recheck('sdb');
      await clock.advance(1000);
      expect(told()).to.deep.equal([]);
    });

    it('can be ended from within an input', async () => {
      scene.disk({ ...sda, page83: null });
      scene.disk(sdb);
      const quitting: DiscoveryInput[] = [];
      const quitter = new Discovery({
        ...options,
        onInput: (input) => {
          quitting.push(input);
          quitter.close();
        },
      });
      quitter.start();
      await clock.advance(1000);
      expect(quitting.map(({ kind }) => kind)).to.deep.equal(['path-skipped']);
    });
  });
});
