/**
 * What the controller relies on in the kernel's dm-multipath, as one suite over the port KernelMaps. It runs on the fake
 * kernel, whose scenarios are worth something only as long as it holds there too, and on a real one.
 */
import { expect } from 'chai';
import type { ErrorCode } from '../../src/base/errors.js';
import { hasErrno, PathManagerError } from '../../src/base/errors.js';
import type { DevT, MapName, Sectors } from '../../src/base/ids.js';
import { devT, mapName, mapUuid, sectors, wwid } from '../../src/base/ids.js';
import type { MapFacts, MapTable, SelectorName } from '../../src/base/map-facts.js';
import type { KernelMaps } from '../../src/controller/ports.js';
import { errno } from '../../src/ffi/errno.js';
import type { MapMessage } from '../../src/model/types.js';

/** A kernel with four disks that are paths to one logical unit, and what a test does to them. */
export interface KernelHarness {
  readonly maps: KernelMaps;
  readonly disks: readonly [DevT, DevT, DevT, DevT];
  readonly sizeSectors: Sectors;
  /** From now on I/O to the disk fails. */
  breakDisk(disk: DevT): void;
  mendDisk(disk: DevT): void;
  /** Reads through a map; unsettled as long as the kernel keeps the I/O. */
  read(name: MapName): Promise<'done' | 'failed'>;
  open(name: MapName): { close(): void };
  suspend(name: MapName): void;
  createEmpty(name: MapName, uuid: string): void;
  /** Resolves when `look` holds. */
  until(what: string, look: () => boolean): Promise<void>;
  /** Removes the maps and gives everything back. */
  close(): Promise<void> | void;
}

// Names of their own: whatever else there is stays untouched.
const name = mapName('pathmanager-contract');
const otherName = mapName('pathmanager-contract-other');
const id = wwid('3contract0000000000000001');
const otherId = wwid('3contract0000000000000002');

/** Expects the error with the code, and with the errno where one is given. */
async function refused(attempt: () => unknown, code: ErrorCode, number?: number): Promise<void> {
  try {
    await attempt();
  } catch (error) {
    expect(error).to.be.instanceOf(PathManagerError).with.property('code', code);
    if (number !== undefined) expect(hasErrno(error, number), String(error)).to.equal(true);
    return;
  }
  expect.fail(`not refused with ${code}`);
}

/** Declares the suite. `setUp` gives a kernel without maps; `skipReason` says why it cannot run here, if so. */
export function describeKernelMaps(title: string, setUp: () => KernelHarness, skipReason?: string): void {
  describe(title, () => {
    let kernel: KernelHarness;
    let maps: KernelMaps;
    let a: DevT, b: DevT, c: DevT;
    const events: string[] = [];

    before(function () {
      if (skipReason === undefined) return;
      if (this.test?.parent) this.test.parent.title += ` (skipped: ${skipReason})`;
      this.skip();
    });

    beforeEach(() => {
      kernel = setUp();
      maps = kernel.maps;
      [a, b, c] = kernel.disks;
      events.length = 0;
      maps.watch((map, what) => events.push(`${what} ${map}`));
    });
    afterEach(() => kernel.close());

    const table = (...groups: DevT[][]): MapTable => tableOf('service-time', ...groups);
    const tableOf = (selector: SelectorName, ...groups: DevT[][]): MapTable => ({
      sizeSectors: kernel.sizeSectors,
      queueIfNoPath: true,
      groups: groups.map((paths) => ({ selector, paths })),
    });
    const create = (wanted: MapTable): Promise<void> => maps.change({ kind: 'create', name, wwid: id, table: wanted });
    const reload = (wanted: MapTable, resize = false): Promise<void> =>
      maps.change({ kind: 'reload', name, table: wanted, resize });
    const send = (message: MapMessage): void => maps.message(name, message);
    const facts = (): MapFacts => {
      const read = maps.read(name);
      if (read === null) throw new Error(`There is no map "${name}"`);
      return read;
    };
    const states = (): string[] => facts().groups.map((group) => group.state);
    const failed = (): DevT[] =>
      facts().groups.flatMap((group) => group.paths.filter((path) => path.failed).map((path) => path.devT));
    const told = (event: string): Promise<void> =>
      kernel.until(`"${event}" is told`, () => events.includes(`${event} ${name}`));
    /** Reads, which must succeed, and gives the group that the kernel chose for it. */
    const chosenGroup = async (): Promise<number> => {
      expect(await kernel.read(name)).to.equal('done');
      return facts().activeGroup;
    };

    describe('a new map', () => {
      it('has the wanted groups, every path usable, and I/O has not chosen a group yet', async () => {
        await create(table([a, b], [c]));
        const path = { failed: false, failCount: 0, inFlight: 0 };
        expect(facts()).to.deep.include({
          name,
          uuid: mapUuid(id),
          sizeSectors: kernel.sizeSectors,
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
        await told('added');
      });

      it('is in the list', async () => {
        await create(table([a]));
        expect(maps.list().find((map) => map.name === name)).to.deep.equal(facts());
      });

      it('works with each selector that the kernel says it has', async () => {
        expect(maps.selectors()).to.include.members(['round-robin', 'service-time']);
        for (const selector of maps.selectors()) {
          await maps.change({ kind: 'create', name, wwid: id, table: tableOf(selector, [a, b]) });
          expect(facts().groups[0]).to.have.property('selector', selector);
          expect(await kernel.read(name)).to.equal('done');
          await maps.change({ kind: 'remove', name });
        }
      });

      it('may have no group at all', async () => {
        await create(table());
        expect(facts()).to.deep.include({ hasTable: true, groups: [], activeGroup: 0 });
      });

      it('created again is left as it is, with the state of its paths', async () => {
        await create(table([a], [b]));
        send({ kind: 'fail-path', devT: a });
        await create(table([a], [b]));
        expect(failed()).to.deep.equal([a]);
      });

      it('is refused where the name belongs to something else', async () => {
        kernel.createEmpty(name, mapUuid(otherId));
        await refused(() => create(table([a])), 'DM_NAME_TAKEN');
        expect(facts()).to.include({ uuid: mapUuid(otherId), hasTable: false });
      });

      it('is refused where its uuid has another name', async () => {
        kernel.createEmpty(otherName, mapUuid(id));
        await refused(() => create(table([a])), 'DM_NAME_TAKEN');
        expect(maps.read(name)).to.equal(null);
      });

      it('that cannot be loaded leaves nothing behind', async () => {
        await refused(() => create(table([a, devT('8:1048575')])), 'DM_IOCTL', errno.ENXIO);
        expect(maps.read(name)).to.equal(null);
        await refused(
          () => create({ ...table([a]), sizeSectors: sectors(kernel.sizeSectors + 8) }),
          'DM_IOCTL',
          errno.EINVAL,
        );
        expect(maps.read(name)).to.equal(null);
      });

      it('finishes an empty one of its name and uuid, which a killed process left', async () => {
        kernel.createEmpty(name, mapUuid(id));
        expect(facts()).to.deep.include({ hasTable: false, groups: [], activeGroup: 0, sizeSectors: 0 });
        await create(table([a]));
        expect(await kernel.read(name)).to.equal('done');
      });
    });

    describe('a path', () => {
      it('fails by message, once, with one event and a count', async () => {
        await create(table([a, b]));
        await told('added');
        send({ kind: 'fail-path', devT: a });
        send({ kind: 'fail-path', devT: a });
        await told('changed');
        expect(facts().eventNr).to.equal(1);
        expect(facts().groups[0]?.paths.map(({ failed, failCount }) => [failed, failCount])).to.deep.equal([
          [true, 1],
          [false, 0],
        ]);
      });

      it('comes back by message and keeps its count', async () => {
        await create(table([a, b]));
        send({ kind: 'fail-path', devT: a });
        await kernel.until('the failure is counted', () => facts().eventNr === 1);
        send({ kind: 'reinstate-path', devT: a });
        send({ kind: 'reinstate-path', devT: a });
        expect(facts().groups[0]?.paths[0]).to.include({ failed: false, failCount: 1 });
        await kernel.until('the return is counted', () => facts().eventNr === 2);
      });

      it('that breaks under I/O is failed by the kernel, and the I/O goes by another', async () => {
        await create(table([a], [b]));
        await told('added');
        kernel.breakDisk(a);
        expect(await kernel.read(name)).to.equal('done');
        expect(failed()).to.deep.equal([a]);
        expect(facts()).to.include({ activeGroup: 2 });
        await told('changed');
      });
    });

    describe('the group for the next I/O', () => {
      it('is the first, and is shown active from then on', async () => {
        await create(table([a], [b]));
        expect(await chosenGroup()).to.equal(1);
        expect(states()).to.deep.equal(['active', 'enabled']);
      });

      it('is the next with a usable path, and stays so when the first is usable again', async () => {
        await create(table([a], [b]));
        send({ kind: 'fail-path', devT: a });
        expect(await chosenGroup()).to.equal(2);
        send({ kind: 'reinstate-path', devT: a });
        expect(await chosenGroup()).to.equal(2);
      });

      it('is the one that a message names', async () => {
        await create(table([a], [b], [c]));
        send({ kind: 'switch-group', group: 3 });
        expect(facts().activeGroup).to.equal(3);
        expect(await chosenGroup()).to.equal(3);
        expect(states()).to.deep.equal(['enabled', 'enabled', 'active']);
        await kernel.until('one event is counted', () => facts().eventNr === 1);
      });

      it('is another where the named one has no usable path', async () => {
        await create(table([a], [b]));
        send({ kind: 'fail-path', devT: b });
        send({ kind: 'switch-group', group: 2 });
        expect(await chosenGroup()).to.equal(1);
      });

      it('is chosen anew after a group is bypassed or enabled', async () => {
        await create(table([a], [b]));
        expect(await chosenGroup()).to.equal(1);
        send({ kind: 'disable-group', group: 1 });
        expect(await chosenGroup()).to.equal(2);
        send({ kind: 'enable-group', group: 1 });
        expect(facts().activeGroup).to.equal(1);
        expect(await chosenGroup()).to.equal(1);
      });
    });

    describe('a bypassed group', () => {
      beforeEach(async () => {
        await create(table([a], [b], [c]));
        // The first I/O of a table goes to its first group, come what may: see below.
        await chosenGroup();
        send({ kind: 'disable-group', group: 1 });
        send({ kind: 'disable-group', group: 3 });
      });

      it('is passed over as long as another has a usable path', async () => {
        expect(await chosenGroup()).to.equal(2);
        expect(states()).to.deep.equal(['bypassed', 'active', 'bypassed']);
      });

      it('carries the I/O when no other can, and is still shown as bypassed', async () => {
        send({ kind: 'fail-path', devT: b });
        expect(await chosenGroup()).to.equal(1);
        expect(states()).to.deep.equal(['bypassed', 'enabled', 'bypassed']);
      });

      it('keeps the I/O when another is usable again', async () => {
        send({ kind: 'fail-path', devT: b });
        await chosenGroup();
        send({ kind: 'reinstate-path', devT: b });
        expect(await chosenGroup()).to.equal(1);
      });

      it('takes the first I/O of a table none the less, if it is the first', async () => {
        await reload(table([b], [a], [c]));
        send({ kind: 'disable-group', group: 1 });
        expect(await chosenGroup()).to.equal(1);
        expect(states()).to.deep.equal(['bypassed', 'enabled', 'enabled']);
      });

      it('is one no more after a switch, to whichever group', async () => {
        send({ kind: 'switch-group', group: 2 });
        expect(states()).to.deep.equal(['enabled', 'enabled', 'enabled']);
      });
    });

    describe('without a usable path', () => {
      it('I/O waits and goes on when a path is back', async () => {
        await create(table([a], [b]));
        for (const disk of [a, b]) kernel.breakDisk(disk);
        let settled = false;
        const reading = kernel.read(name).finally(() => {
          settled = true;
        });
        await kernel.until('both paths are failed', () => failed().length === 2);
        for (const disk of [a, b]) kernel.mendDisk(disk);
        expect(settled).to.equal(false);
        send({ kind: 'reinstate-path', devT: b });
        expect(await reading).to.equal('done');
      });

      it('waiting I/O fails when queueing is turned off', async () => {
        await create(table([a]));
        send({ kind: 'fail-path', devT: a });
        const reading = kernel.read(name);
        await kernel.until('the map is open', () => facts().openCount > 0);
        send({ kind: 'fail-if-no-path' });
        expect(await reading).to.equal('failed');
        expect(facts().queueIfNoPath).to.equal(false);
        send({ kind: 'queue-if-no-path' });
        expect(facts().queueIfNoPath).to.equal(true);
      });

      it('I/O fails at once where the table does not queue', async () => {
        await create({ ...table([a]), queueIfNoPath: false });
        send({ kind: 'fail-path', devT: a });
        expect(await kernel.read(name)).to.equal('failed');
      });

      it('waiting I/O goes on after a reload, whose paths all count as usable', async () => {
        await create(table([a]));
        send({ kind: 'fail-path', devT: a });
        const reading = kernel.read(name);
        await reload(table([a], [b]));
        expect(await reading).to.equal('done');
      });
    });

    describe('a message is refused', () => {
      it('for a group or a path that the map does not have', async () => {
        await create(table([a], [b]));
        const before = facts();
        await refused(() => send({ kind: 'switch-group', group: 3 }), 'DM_IOCTL', errno.EINVAL);
        await refused(() => send({ kind: 'disable-group', group: 0 }), 'DM_IOCTL', errno.EINVAL);
        await refused(() => send({ kind: 'fail-path', devT: c }), 'DM_IOCTL', errno.EINVAL);
        await refused(() => send({ kind: 'reinstate-path', devT: devT('8:1048575') }), 'DM_IOCTL', errno.ENXIO);
        expect(facts()).to.deep.equal(before);
      });

      it('where there is no such map', async () => {
        await refused(() => send({ kind: 'queue-if-no-path' }), 'DM_IOCTL', errno.ENXIO);
      });

      it('while the map is suspended', async () => {
        await create(table([a]));
        kernel.suspend(name);
        await refused(() => send({ kind: 'fail-path', devT: a }), 'DM_IOCTL', errno.EBUSY);
      });
    });

    describe('a reload', () => {
      it('begins anew: all paths usable, nothing bypassed, the first group first', async () => {
        await create(table([a], [b], [c]));
        send({ kind: 'fail-path', devT: a });
        send({ kind: 'disable-group', group: 2 });
        await reload(table([b], [a], [c]));
        expect(failed()).to.deep.equal([]);
        expect(states()).to.deep.equal(['enabled', 'enabled', 'enabled']);
        expect(facts()).to.include({ activeGroup: 1, suspended: false });
        expect(facts().groups.map((group) => group.paths[0]?.failCount)).to.deep.equal([0, 0, 0]);
      });

      it('gives no event', async () => {
        await create(table([a], [b]));
        await reload(table([b], [a]));
        send({ kind: 'fail-path', devT: a });
        await kernel.until('the failure is counted', () => facts().eventNr > 0);
        expect(facts().eventNr).to.equal(1);
      });

      it('with the table in use changes nothing', async () => {
        await create(table([a], [b]));
        send({ kind: 'fail-path', devT: a });
        send({ kind: 'disable-group', group: 2 });
        const before = facts();
        await reload(table([a], [b]));
        expect(facts()).to.deep.equal(before);
      });

      it('that cannot be loaded leaves the old table at work', async () => {
        await create(table([a], [b]));
        await refused(() => reload(table([devT('8:1048575')])), 'DM_IOCTL', errno.ENXIO);
        expect(facts()).to.include({ suspended: false });
        expect(facts().groups).to.have.length(2);
        expect(await kernel.read(name)).to.equal('done');
      });

      it('changes the size', async () => {
        const half = sectors(kernel.sizeSectors / 2);
        await create({ ...table([a]), sizeSectors: half });
        expect(facts().sizeSectors).to.equal(half);
        await reload(table([a]), true);
        expect(facts()).to.include({ sizeSectors: kernel.sizeSectors, suspended: false });
        expect(await kernel.read(name)).to.equal('done');
      });

      it('of the size is put off while I/O waits for a path, as it would wait too', async () => {
        await create({ ...table([a]), sizeSectors: sectors(kernel.sizeSectors / 2) });
        send({ kind: 'fail-path', devT: a });
        await refused(() => reload(table([a]), true), 'APPLY_PENDING');
        expect(facts()).to.include({ suspended: false, queueIfNoPath: true });
      });

      it('is refused where there is no such map', async () => {
        await refused(() => reload(table([a])), 'DM_IOCTL', errno.ENXIO);
      });
    });

    describe('a suspended map', () => {
      it('resumes with the state it had, and I/O that waited goes on', async () => {
        await create(table([a], [b]));
        send({ kind: 'fail-path', devT: a });
        kernel.suspend(name);
        expect(facts()).to.include({ suspended: true });
        const reading = kernel.read(name);
        await maps.change({ kind: 'resume', name });
        expect(await reading).to.equal('done');
        expect(facts()).to.include({ suspended: false });
        expect(failed()).to.deep.equal([a]);
      });

      it('resumes by a reload too', async () => {
        await create(table([a]));
        kernel.suspend(name);
        await reload(table([a]));
        expect(facts()).to.include({ suspended: false });
      });

      it('that is not there cannot be resumed', async () => {
        await refused(() => maps.change({ kind: 'resume', name }), 'DM_IOCTL', errno.ENXIO);
      });

      it('a map that runs is resumed without harm', async () => {
        await create(table([a], [b]));
        send({ kind: 'fail-path', devT: a });
        await maps.change({ kind: 'resume', name });
        expect(failed()).to.deep.equal([a]);
      });
    });

    describe('a removal', () => {
      it('takes the map away, and is harmless when repeated', async () => {
        await create(table([a], [b]));
        await told('added');
        await maps.change({ kind: 'remove', name });
        await told('removed');
        expect(maps.read(name)).to.equal(null);
        expect(maps.list().map((map) => map.name)).to.not.include(name);
        await maps.change({ kind: 'remove', name });
      });

      it('is refused while somebody has the map open, and changes nothing', async () => {
        await create(table([a]));
        const opened = kernel.open(name);
        await refused(() => maps.change({ kind: 'remove', name }), 'DM_IOCTL', errno.EBUSY);
        expect(facts()).to.include({ openCount: 1, queueIfNoPath: true, suspended: false });
        opened.close();
      });

      it('takes away a map without a usable path, an empty one and a suspended one', async () => {
        await create(table([a]));
        send({ kind: 'fail-path', devT: a });
        await maps.change({ kind: 'remove', name });
        kernel.createEmpty(name, mapUuid(id));
        await maps.change({ kind: 'remove', name });
        await create(table([a]));
        kernel.suspend(name);
        await maps.change({ kind: 'remove', name });
        expect(maps.read(name)).to.equal(null);
      });
    });
  });
}
