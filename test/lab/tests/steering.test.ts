// What an operator does with `spscmd` while I/O runs: where the I/O goes, in the kernel and on the disks, and at what cost.
import { expect } from 'chai';
import { plug, pull } from '../inside/faults.js';
import type { IoRun } from '../inside/io.js';
import { MapEvents } from '../inside/map-events.js';
import { LabSystem } from '../inside/system.js';
import { readAttribute, until } from '../inside/until.js';

const luns = ['one', 'two', 'three'];

describe('lab: steering', () => {
  let system: LabSystem;
  let events: MapEvents;
  let writer: IoRun;
  let path: string[];

  before(async () => {
    system = await LabSystem.start({
      array: { ports: 4, luns: luns.map((name, index) => ({ name, sizeMb: 16, serial: `0000e00${index}` })) },
    });
    path = [0, 1, 2, 3].map((port) => system.path('one', port));
    for (const lun of luns) await balance(lun, 'none');
    events = MapEvents.listen();
    writer = await system.write('one');
  });
  after(async () => {
    await events.close();
    await system.end();
  });
  afterEach(async () => {
    expect(await writer.stats()).to.include({ errors: 0, mismatches: 0 });
  });

  const balance = (lun: string, mode: 'none' | 'service-time') =>
    system.control.post('/v1/paths/balance', { path: system.path(lun, 0), mode });

  /** The ports whose disks carry I/O now. */
  async function busyPorts(): Promise<number[]> {
    const count = () => system.array.disks('one').map((disk) => completed(disk));
    const before = count();
    const { reads, writes } = await writer.stats();
    await writer.until((stats) => stats.reads + stats.writes > reads + writes + 50);
    return count().flatMap((now, port) => (now - (before[port] ?? 0) > 2 ? [port] : []));
  }

  /** Runs it and gives how many tables it loaded into the map of the first LUN. */
  async function reloadsOf(act: () => Promise<unknown>): Promise<number> {
    const before = events.reloads(system, 'one');
    await act();
    return events.reloads(system, 'one') - before;
  }

  it('"swap" exchanges two priorities, and the I/O follows at once', async () => {
    expect(await system.priorities('one')).to.deep.equal([4, 3, 2, 1]);
    expect(await busyPorts()).to.deep.equal([0]);
    await system.command('swap', path[0] ?? '', path[2] ?? '');
    expect(await system.priorities('one')).to.deep.equal([2, 3, 4, 1]);
    await system.comesTo('one', '  > ', { withinMs: 0 });
    expect(await busyPorts()).to.deep.equal([2]);
    expect(await system.getlun('one')).to.equal('  > ');
  });

  it('"priority" sets one, and a number that is taken is refused by its holder', async () => {
    await system.command('priority', path[3] ?? '', '200');
    expect(await system.priorities('one')).to.deep.equal([2, 3, 4, 200]);
    await system.comesTo('one', '   >', { withinMs: 0 });
    expect(await busyPorts()).to.deep.equal([3]);
    expect(await system.refused(1, 'priority', path[0] ?? '', '200')).to.include(path[3] ?? '');
    expect(await system.priorities('one')).to.deep.equal([2, 3, 4, 200]);
  });

  it('"path" with a pattern takes every unit to one port', async () => {
    const pattern = (path[1] ?? '').replace(/\d+$/, '');
    await system.command('path', pattern);
    for (const lun of luns) await system.comesTo(lun, ' >  ', { withinMs: 0 });
    expect(await system.priorities('one')).to.deep.equal([2, 200, 4, 3]);
    expect(await system.priorities('two')).to.deep.equal([3, 4, 2, 1]);
    expect(await busyPorts()).to.deep.equal([1]);
  });

  it('"notavail" and "avail" move the I/O by messages, without a new table', async () => {
    await system.command('path', path[0] ?? '');
    const { eventNr } = system.kernel('two');
    const loads = await reloadsOf(async () => {
      await system.command('notavail', path[0] ?? '');
      await system.comesTo('one', '@ > ', { withinMs: 0 });
      expect(await busyPorts()).to.deep.equal([2]);
      await system.command('avail', path[0] ?? '');
      await system.comesTo('one', '>   ', { withinMs: 0 });
      expect(await busyPorts()).to.deep.equal([0]);
    });
    expect(loads).to.equal(0);
    // Nobody else's map was touched.
    expect(system.kernel('two').eventNr).to.equal(eventNr);
  });

  it('the last enabled path is not disabled, except by force, and even then it carries the I/O', async () => {
    for (const port of [1, 2, 3]) await system.command('notavail', path[port] ?? '');
    expect(await system.refused(1, 'notavail', path[0] ?? '')).to.include('--force');
    expect(await system.getlun('one')).to.equal('>@@@');
    await system.command('notavail', path[0] ?? '', '--force');
    await system.comesTo('one', '>@@@', { withinMs: 0 });
    expect((await system.pathView('one', 0)).enabled).to.equal(false);
    await system.command('avail', path[0] ?? '');
  });

  it('a Standby path carries the I/O when no other is left, and lets go of it again', async () => {
    const from = system.records().length;
    const loads = await reloadsOf(async () => {
      await pull(system.array, 0);
      await system.comesTo('one', 'X@>@');
      expect(await busyPorts()).to.deep.equal([2]);
      await plug(system.array, 0);
      await system.comesTo('one', '>@@@');
      expect(await busyPorts()).to.deep.equal([0]);
    });
    expect(loads).to.equal(0);
    expect(await system.events('one', from)).to.include.members([257, 258, 273]);
    expect(await system.events('one', from)).to.not.include.members([259]);
    expect(await system.events('one', from)).to.not.include.members([1006]);
    for (const port of [1, 2, 3]) await system.command('avail', path[port] ?? '');
  });

  for (const [mode, selector] of [
    ['1', 'round-robin'],
    ['2', 'queue-length'],
    ['3', 'service-time'],
  ] as const) {
    it(`"lbmode ${mode}" spreads the I/O over all paths by ${selector}`, async () => {
      await system.command('lbmode', path[0] ?? '', mode);
      await system.comesTo('one', '>>>>', { withinMs: 0 });
      expect(system.kernel('one').groups.map((group) => group.selector)).to.deep.equal([selector]);
      expect(await busyPorts()).to.deep.equal([0, 1, 2, 3]);
    });
  }

  it('round robin gives each path one I/O in turn', async () => {
    await system.command('lbmode', path[0] ?? '', '1');
    const count = () => system.array.disks('one').map((disk) => completed(disk));
    await writer.pause();
    const before = count();
    const { reads, writes } = await writer.resume();
    await writer.until((stats) => stats.reads + stats.writes > reads + writes + 200);
    await writer.pause();
    const shares = count().map((now, port) => now - (before[port] ?? 0));
    await writer.resume();
    expect(Math.max(...shares) - Math.min(...shares)).to.be.at.most(2);
  });

  it('a selector that the kernel lacks is refused by its name', async () => {
    expect(await system.refused(1, 'lbmode', path[0] ?? '', '4')).to.include('historical-service-time');
    expect(system.kernel('one').groups.map((group) => group.selector)).to.deep.equal(['round-robin']);
  });

  it('a Standby path of a balanced unit carries nothing', async () => {
    await system.command('notavail', path[3] ?? '');
    await system.comesTo('one', '>>>@', { withinMs: 0 });
    expect(await busyPorts()).to.deep.equal([0, 1, 2]);
    await system.command('avail', path[3] ?? '');
    await system.comesTo('one', '>>>>', { withinMs: 0 });
  });

  it("cluster mode and dynamic balancing exclude each other, by the unit's name", async () => {
    expect(await system.refused(1, 'setmscsmode', 'Enable')).to.match(/LogicalUnit #0\b/);
    await system.command('lbmode', path[0] ?? '', '0');
    await system.command('setmscsmode', 'Enable');
    expect(await system.refused(1, 'lbmode', path[0] ?? '', '1')).to.include('luster mode');
    await until('its maps fail I/O without a path', () => !system.kernel('one').queueIfNoPath);
    await system.command('setmscsmode', 'Disable');
    await until('its maps queue again', () => system.kernel('one').queueIfNoPath);
  });

  it('asking for what is so already changes nothing in the kernel', async () => {
    const facts = system.kernel('one');
    const loads = await reloadsOf(async () => {
      await system.command('lbmode', path[0] ?? '', '0');
      await system.command('avail', path[0] ?? '');
      await system.command('path', path[0] ?? '');
    });
    expect([loads, system.kernel('one').eventNr]).to.deep.equal([0, facts.eventNr]);
  });
});

/** Requests that the disk has completed since it is there. */
function completed(disk: string): number {
  const fields = readAttribute(`/sys/block/${disk}/stat`)?.trim().split(/\s+/).map(Number) ?? [];
  return (fields[0] ?? NaN) + (fields[4] ?? NaN);
}
