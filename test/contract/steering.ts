/** How the kernel steers I/O: paths, groups, messages. */
import { expect } from 'chai';
import { devT } from '../../src/base/ids.js';
import { errno } from '../../src/ffi/errno.js';
import { name, refused } from './kernel-story.js';
import type { KernelStory } from './kernel-story.js';

/** Declares these stories; `story` has a kernel while they run. */
export function describeSteering(story: KernelStory): void {
  describe('a path', () => {
    it('fails by message, once, with one event and a count', async () => {
      const [a, b] = story.kernel.disks;
      await story.create(story.table([a, b]));
      await story.told('added');
      story.send({ kind: 'fail-path', devT: a });
      story.send({ kind: 'fail-path', devT: a });
      await story.told('changed');
      expect(story.facts().eventNr).to.equal(1);
      expect(story.facts().groups[0]?.paths.map(({ failed, failCount }) => [failed, failCount])).to.deep.equal([
        [true, 1],
        [false, 0],
      ]);
    });

    it('comes back by message and keeps its count', async () => {
      const [a, b] = story.kernel.disks;
      await story.create(story.table([a, b]));
      story.send({ kind: 'fail-path', devT: a });
      await story.kernel.until('the failure is counted', () => story.facts().eventNr === 1);
      story.send({ kind: 'reinstate-path', devT: a });
      story.send({ kind: 'reinstate-path', devT: a });
      expect(story.facts().groups[0]?.paths[0]).to.include({ failed: false, failCount: 1 });
      await story.kernel.until('the return is counted', () => story.facts().eventNr === 2);
    });

    it('that breaks under I/O is failed by the kernel, and the I/O goes by another', async () => {
      const [a, b] = story.kernel.disks;
      await story.create(story.table([a], [b]));
      await story.told('added');
      story.kernel.breakDisk(a);
      expect(await story.kernel.read(name)).to.equal('done');
      expect(story.failed()).to.deep.equal([a]);
      expect(story.facts()).to.include({ activeGroup: 2 });
      await story.told('changed');
    });
  });

  describe('the group for the next I/O', () => {
    it('is the first, and is shown active from then on', async () => {
      const [a, b] = story.kernel.disks;
      await story.create(story.table([a], [b]));
      expect(await story.chosenGroup()).to.equal(1);
      expect(story.states()).to.deep.equal(['active', 'enabled']);
    });

    it('is the next with a usable path, and stays so when the first is usable again', async () => {
      const [a, b] = story.kernel.disks;
      await story.create(story.table([a], [b]));
      story.send({ kind: 'fail-path', devT: a });
      expect(await story.chosenGroup()).to.equal(2);
      story.send({ kind: 'reinstate-path', devT: a });
      expect(await story.chosenGroup()).to.equal(2);
    });

    it('is the one that a message names', async () => {
      const [a, b, c] = story.kernel.disks;
      await story.create(story.table([a], [b], [c]));
      story.send({ kind: 'switch-group', group: 3 });
      expect(story.facts().activeGroup).to.equal(3);
      expect(await story.chosenGroup()).to.equal(3);
      expect(story.states()).to.deep.equal(['enabled', 'enabled', 'active']);
      await story.kernel.until('one event is counted', () => story.facts().eventNr === 1);
    });

    it('is another where the named one has no usable path', async () => {
      const [a, b] = story.kernel.disks;
      await story.create(story.table([a], [b]));
      story.send({ kind: 'fail-path', devT: b });
      story.send({ kind: 'switch-group', group: 2 });
      expect(await story.chosenGroup()).to.equal(1);
    });

    it('is chosen anew after a group is bypassed or enabled', async () => {
      const [a, b] = story.kernel.disks;
      await story.create(story.table([a], [b]));
      expect(await story.chosenGroup()).to.equal(1);
      story.send({ kind: 'disable-group', group: 1 });
      expect(await story.chosenGroup()).to.equal(2);
      story.send({ kind: 'enable-group', group: 1 });
      expect(story.facts().activeGroup).to.equal(1);
      expect(await story.chosenGroup()).to.equal(1);
    });
  });

  describe('a bypassed group', () => {
    beforeEach(async () => {
      const [a, b, c] = story.kernel.disks;
      await story.create(story.table([a], [b], [c]));
      // The first I/O of a table goes to its first group, come what may: see below.
      await story.chosenGroup();
      story.send({ kind: 'disable-group', group: 1 });
      story.send({ kind: 'disable-group', group: 3 });
    });

    it('is passed over as long as another has a usable path', async () => {
      expect(await story.chosenGroup()).to.equal(2);
      expect(story.states()).to.deep.equal(['bypassed', 'active', 'bypassed']);
    });

    it('carries the I/O when no other can, and is still shown as bypassed', async () => {
      const [, b] = story.kernel.disks;
      story.send({ kind: 'fail-path', devT: b });
      expect(await story.chosenGroup()).to.equal(1);
      expect(story.states()).to.deep.equal(['bypassed', 'enabled', 'bypassed']);
    });

    it('keeps the I/O when another is usable again', async () => {
      const [, b] = story.kernel.disks;
      story.send({ kind: 'fail-path', devT: b });
      await story.chosenGroup();
      story.send({ kind: 'reinstate-path', devT: b });
      expect(await story.chosenGroup()).to.equal(1);
    });

    it('takes the first I/O of a table none the less, if it is the first', async () => {
      const [a, b, c] = story.kernel.disks;
      await story.reload(story.table([b], [a], [c]));
      story.send({ kind: 'disable-group', group: 1 });
      expect(await story.chosenGroup()).to.equal(1);
      expect(story.states()).to.deep.equal(['bypassed', 'enabled', 'enabled']);
    });

    it('is one no more after a switch, to whichever group', () => {
      story.send({ kind: 'switch-group', group: 2 });
      expect(story.states()).to.deep.equal(['enabled', 'enabled', 'enabled']);
    });
  });

  describe('without a usable path', () => {
    it('I/O waits and goes on when a path is back', async () => {
      const [a, b] = story.kernel.disks;
      await story.create(story.table([a], [b]));
      for (const disk of [a, b]) story.kernel.breakDisk(disk);
      let settled = false;
      const reading = story.kernel.read(name).finally(() => {
        settled = true;
      });
      await story.kernel.until('both paths are failed', () => story.failed().length === 2);
      for (const disk of [a, b]) story.kernel.mendDisk(disk);
      expect(settled).to.equal(false);
      story.send({ kind: 'reinstate-path', devT: b });
      expect(await reading).to.equal('done');
    });

    it('waiting I/O fails when queueing is turned off', async () => {
      const [a] = story.kernel.disks;
      await story.create(story.table([a]));
      story.send({ kind: 'fail-path', devT: a });
      const reading = story.kernel.read(name);
      await story.kernel.until('the map is open', () => story.facts().openCount > 0);
      story.send({ kind: 'fail-if-no-path' });
      expect(await reading).to.equal('failed');
      expect(story.facts().queueIfNoPath).to.equal(false);
      story.send({ kind: 'queue-if-no-path' });
      expect(story.facts().queueIfNoPath).to.equal(true);
    });

    it('I/O fails at once where the table does not queue', async () => {
      const [a] = story.kernel.disks;
      await story.create({ ...story.table([a]), queueIfNoPath: false });
      story.send({ kind: 'fail-path', devT: a });
      expect(await story.kernel.read(name)).to.equal('failed');
    });

    it('waiting I/O goes on after a reload, whose paths all count as usable', async () => {
      const [a, b] = story.kernel.disks;
      await story.create(story.table([a]));
      story.send({ kind: 'fail-path', devT: a });
      const reading = story.kernel.read(name);
      await story.reload(story.table([a], [b]));
      expect(await reading).to.equal('done');
    });
  });

  describe('a message is refused', () => {
    it('for a group or a path that the map does not have', async () => {
      const [a, b, c] = story.kernel.disks;
      await story.create(story.table([a], [b]));
      const before = story.facts();
      await refused(() => story.send({ kind: 'switch-group', group: 3 }), 'DM_IOCTL', errno.EINVAL);
      await refused(() => story.send({ kind: 'disable-group', group: 0 }), 'DM_IOCTL', errno.EINVAL);
      await refused(() => story.send({ kind: 'fail-path', devT: c }), 'DM_IOCTL', errno.EINVAL);
      await refused(() => story.send({ kind: 'reinstate-path', devT: devT('8:1048575') }), 'DM_IOCTL', errno.ENXIO);
      expect(story.facts()).to.deep.equal(before);
    });

    it('where there is no such map', async () => {
      await refused(() => story.send({ kind: 'queue-if-no-path' }), 'DM_IOCTL', errno.ENXIO);
    });

    it('while the map is suspended', async () => {
      const [a] = story.kernel.disks;
      await story.create(story.table([a]));
      story.kernel.suspend(name);
      await refused(() => story.send({ kind: 'fail-path', devT: a }), 'DM_IOCTL', errno.EBUSY);
    });
  });
}
