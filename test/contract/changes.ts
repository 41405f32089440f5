/** How maps come, change and go. */
import { expect } from 'chai';
import { devT, mapUuid, sectors } from '../../src/base/ids.js';
import { errno } from '../../src/ffi/errno.js';
import { id, name, otherId, otherName, refused } from './kernel-story.js';
import type { KernelStory } from './kernel-story.js';

/** Declares these stories; `story` has a kernel while they run. */
export function describeChanges(story: KernelStory): void {
  describe('a new map', () => {
    it('has the wanted groups, every path usable, and I/O has not chosen a group yet', async () => {
      const [a, b, c] = story.kernel.disks;
      await story.create(story.table([a, b], [c]));
      const path = { failed: false, failCount: 0, inFlight: 0 };
      expect(story.facts()).to.deep.include({
        name,
        uuid: mapUuid(id),
        sizeSectors: story.kernel.sizeSectors,
        readOnly: false,
        suspended: false,
        hasTable: true,
        openCount: 0,
        eventNr: 0,
        queueIfNoPath: true,
        activeGroup: 1,
        groups: [
          {
            selector: 'service-time',
            state: 'enabled',
            paths: [
              { devT: a, ...path },
              { devT: b, ...path },
            ],
          },
          { selector: 'service-time', state: 'enabled', paths: [{ devT: c, ...path }] },
        ],
      });
      await story.told('added');
    });

    it('is in the list', async () => {
      const [a] = story.kernel.disks;
      await story.create(story.table([a]));
      expect(story.maps.list().find((map) => map.name === name)).to.deep.equal(story.facts());
    });

    it('is found by its logical unit, and another is not', async () => {
      const [a] = story.kernel.disks;
      expect(story.maps.find(id)).to.equal(null);
      await story.create(story.table([a]));
      expect(story.maps.find(id)).to.deep.equal(story.facts());
      expect(story.maps.find(`${id}0` as typeof id)).to.equal(null);
    });

    it('works with each selector that the kernel says it has', async () => {
      const [a, b] = story.kernel.disks;
      expect(story.maps.selectors()).to.include.members(['round-robin', 'service-time']);
      for (const selector of story.maps.selectors()) {
        await story.maps.change({ kind: 'create', name, wwid: id, table: story.tableOf(selector, [a, b]) });
        expect(story.facts().groups[0]).to.have.property('selector', selector);
        expect(await story.kernel.read(name)).to.equal('done');
        await story.maps.change({ kind: 'remove', name });
      }
    });

    it('may have no group at all', async () => {
      await story.create(story.table());
      expect(story.facts()).to.deep.include({ hasTable: true, groups: [], activeGroup: 0 });
    });

    it('created again is left as it is, with the state of its paths', async () => {
      const [a, b] = story.kernel.disks;
      await story.create(story.table([a], [b]));
      story.send({ kind: 'fail-path', devT: a });
      await story.create(story.table([a], [b]));
      expect(story.failed()).to.deep.equal([a]);
    });

    it('is refused where the name belongs to something else', async () => {
      const [a] = story.kernel.disks;
      story.kernel.createEmpty(name, mapUuid(otherId));
      await refused(() => story.create(story.table([a])), 'DM_NAME_TAKEN');
      expect(story.facts()).to.include({ uuid: mapUuid(otherId), hasTable: false });
    });

    it('is refused where its uuid has another name', async () => {
      const [a] = story.kernel.disks;
      story.kernel.createEmpty(otherName, mapUuid(id));
      await refused(() => story.create(story.table([a])), 'DM_NAME_TAKEN');
      expect(story.maps.read(name)).to.equal(null);
    });

    it('that cannot be loaded leaves nothing behind', async () => {
      const [a] = story.kernel.disks;
      await refused(() => story.create(story.table([a, devT('8:1048575')])), 'DM_IOCTL', errno.ENXIO);
      expect(story.maps.read(name)).to.equal(null);
      await refused(
        () => story.create({ ...story.table([a]), sizeSectors: sectors(story.kernel.sizeSectors + 8) }),
        'DM_IOCTL',
        errno.EINVAL,
      );
      expect(story.maps.read(name)).to.equal(null);
    });

    it('finishes an empty one of its name and uuid, which a killed process left', async () => {
      const [a] = story.kernel.disks;
      story.kernel.createEmpty(name, mapUuid(id));
      expect(story.facts()).to.deep.include({ hasTable: false, groups: [], activeGroup: 0, sizeSectors: 0 });
      await story.create(story.table([a]));
      expect(await story.kernel.read(name)).to.equal('done');
    });
  });

  describe('a reload', () => {
    it('begins anew: all paths usable, nothing bypassed, the first group first', async () => {
      const [a, b, c] = story.kernel.disks;
      await story.create(story.table([a], [b], [c]));
      story.send({ kind: 'fail-path', devT: a });
      story.send({ kind: 'disable-group', group: 2 });
      await story.reload(story.table([b], [a], [c]));
      expect(story.failed()).to.deep.equal([]);
      expect(story.states()).to.deep.equal(['enabled', 'enabled', 'enabled']);
      expect(story.facts()).to.include({ activeGroup: 1, suspended: false });
      expect(story.facts().groups.map((group) => group.paths[0]?.failCount)).to.deep.equal([0, 0, 0]);
    });

    it('gives no event', async () => {
      const [a, b] = story.kernel.disks;
      await story.create(story.table([a], [b]));
      await story.reload(story.table([b], [a]));
      story.send({ kind: 'fail-path', devT: a });
      await story.kernel.until('the failure is counted', () => story.facts().eventNr > 0);
      expect(story.facts().eventNr).to.equal(1);
    });

    it('with the table in use changes nothing', async () => {
      const [a, b] = story.kernel.disks;
      await story.create(story.table([a], [b]));
      story.send({ kind: 'fail-path', devT: a });
      story.send({ kind: 'disable-group', group: 2 });
      const before = story.facts();
      await story.reload(story.table([a], [b]));
      expect(story.facts()).to.deep.equal(before);
    });

    it('that cannot be loaded leaves the old table at work', async () => {
      const [a, b] = story.kernel.disks;
      await story.create(story.table([a], [b]));
      await refused(() => story.reload(story.table([devT('8:1048575')])), 'DM_IOCTL', errno.ENXIO);
      expect(story.facts()).to.include({ suspended: false });
      expect(story.facts().groups).to.have.length(2);
      expect(await story.kernel.read(name)).to.equal('done');
    });

    it('that the kernel refuses only when it comes into use leaves the old table at work, and nothing suspended', async () => {
      const [a, b] = story.kernel.disks;
      await story.create(story.table([a], [b]));
      // Sizes are checked at the load of a map's first table, and of a later one when the map resumes.
      const tooLarge = { ...story.table([b]), sizeSectors: sectors(story.kernel.sizeSectors + 8) };
      await refused(() => story.reload(tooLarge, true), 'DM_IOCTL', errno.EINVAL);
      expect(story.facts()).to.include({ suspended: false, sizeSectors: story.kernel.sizeSectors });
      expect(story.facts().groups).to.have.length(2);
      expect(await story.kernel.read(name)).to.equal('done');
    });

    it('changes the size', async () => {
      const [a] = story.kernel.disks;
      const half = sectors(story.kernel.sizeSectors / 2);
      await story.create({ ...story.table([a]), sizeSectors: half });
      expect(story.facts().sizeSectors).to.equal(half);
      await story.reload(story.table([a]), true);
      expect(story.facts()).to.include({ sizeSectors: story.kernel.sizeSectors, suspended: false });
      expect(await story.kernel.read(name)).to.equal('done');
    });

    it('of the size is put off while I/O waits for a path, as it would wait too', async () => {
      const [a] = story.kernel.disks;
      await story.create({ ...story.table([a]), sizeSectors: sectors(story.kernel.sizeSectors / 2) });
      story.send({ kind: 'fail-path', devT: a });
      await refused(() => story.reload(story.table([a]), true), 'APPLY_PENDING');
      expect(story.facts()).to.include({ suspended: false, queueIfNoPath: true });
    });

    it('is refused where there is no such map', async () => {
      const [a] = story.kernel.disks;
      await refused(() => story.reload(story.table([a])), 'DM_IOCTL', errno.ENXIO);
    });
  });

  describe('a suspended map', () => {
    it('resumes with the state it had, and I/O that waited goes on', async () => {
      const [a, b] = story.kernel.disks;
      await story.create(story.table([a], [b]));
      story.send({ kind: 'fail-path', devT: a });
      story.kernel.suspend(name);
      expect(story.facts()).to.include({ suspended: true });
      const reading = story.kernel.read(name);
      await story.maps.change({ kind: 'resume', name });
      expect(await reading).to.equal('done');
      expect(story.facts()).to.include({ suspended: false });
      expect(story.failed()).to.deep.equal([a]);
    });

    it('resumes by a reload too', async () => {
      const [a] = story.kernel.disks;
      await story.create(story.table([a]));
      story.kernel.suspend(name);
      await story.reload(story.table([a]));
      expect(story.facts()).to.include({ suspended: false });
    });

    it('that is not there cannot be resumed', async () => {
      await refused(() => story.maps.change({ kind: 'resume', name }), 'DM_IOCTL', errno.ENXIO);
    });

    it('a map that runs is resumed without harm', async () => {
      const [a, b] = story.kernel.disks;
      await story.create(story.table([a], [b]));
      story.send({ kind: 'fail-path', devT: a });
      await story.maps.change({ kind: 'resume', name });
      expect(story.failed()).to.deep.equal([a]);
    });
  });

  describe('a removal', () => {
    it('takes the map away, and is harmless when repeated', async () => {
      const [a, b] = story.kernel.disks;
      await story.create(story.table([a], [b]));
      await story.told('added');
      await story.maps.change({ kind: 'remove', name });
      await story.told('removed');
      expect(story.maps.read(name)).to.equal(null);
      expect(story.maps.list().map((map) => map.name)).to.not.include(name);
      await story.maps.change({ kind: 'remove', name });
    });

    it('is refused while somebody has the map open, and changes nothing', async () => {
      const [a] = story.kernel.disks;
      await story.create(story.table([a]));
      const opened = story.kernel.open(name);
      await refused(() => story.maps.change({ kind: 'remove', name }), 'DM_IOCTL', errno.EBUSY);
      expect(story.facts()).to.include({ openCount: 1, queueIfNoPath: true, suspended: false });
      opened.close();
    });

    it('takes away a map without a usable path, an empty one and a suspended one', async () => {
      const [a] = story.kernel.disks;
      await story.create(story.table([a]));
      story.send({ kind: 'fail-path', devT: a });
      await story.maps.change({ kind: 'remove', name });
      story.kernel.createEmpty(name, mapUuid(id));
      await story.maps.change({ kind: 'remove', name });
      await story.create(story.table([a]));
      story.kernel.suspend(name);
      await story.maps.change({ kind: 'remove', name });
      expect(story.maps.read(name)).to.equal(null);
    });
  });

  it('a table that was loaded and never came into use is told of, and goes with a resume', async () => {
    const [a, b] = story.kernel.disks;
    await story.create(story.table([a]));
    expect(story.maps.halfLoaded()).to.not.include(name);
    story.kernel.loadOnly(name, story.table([a, b]));
    expect(story.maps.halfLoaded()).to.include(name);
    await story.maps.change({ kind: 'resume', name });
    expect(story.maps.halfLoaded()).to.not.include(name);
    expect(story.facts().groups.map(({ paths }) => paths.length)).to.deep.equal([1]);
  });

  it('a device of the name that is no multipath map is left alone by every change', async () => {
    const [a] = story.kernel.disks;
    story.kernel.createEmpty(name, 'LVM-0123456789');
    await refused(() => story.create(story.table([a])), 'DM_NAME_TAKEN');
    await refused(() => story.reload(story.table([a])), 'DM_NAME_TAKEN');
    await refused(() => story.maps.change({ kind: 'resume', name }), 'DM_NAME_TAKEN');
    await refused(() => story.maps.change({ kind: 'remove', name }), 'DM_NAME_TAKEN');
    expect(story.maps.read(name)).to.equal(null);
    expect(story.maps.list().map((map) => map.name)).to.not.include(name);
    story.kernel.createEmpty(otherName, mapUuid(otherId));
    expect(story.maps.list().map((map) => map.name)).to.include(otherName);
  });
}
