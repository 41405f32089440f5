// LUNs and paths come and go, grow and do not fit, while the daemons run: what there is, is what is shown.
import { expect } from 'chai';
import { existsSync, writeFileSync } from 'node:fs';
import { listMaps } from '../../../src/dm/maps.js';
import { resize } from '../inside/faults.js';
import { type IoRun, sizeInBlocks } from '../inside/io.js';
import { LabSystem } from '../inside/system.js';
import { until } from '../inside/until.js';

describe('lab: LUNs and paths that come and go', () => {
  let system: LabSystem;
  let writer: IoRun;

  before(async () => {
    system = await LabSystem.start({ array: { ports: 4, luns: [{ name: 'data', sizeMb: 16, serial: '00001101' }] } });
    writer = await system.write('data');
  });
  after(async () => {
    const { errors, mismatches } = await writer.stop();
    await system.end();
    expect({ errors, mismatches }).to.deep.equal({ errors: 0, mismatches: 0 });
  });
  afterEach(async () => {
    expect(await writer.stats()).to.include({ errors: 0, mismatches: 0 });
  });

  it('a new LUN appears by itself, with the next number', async () => {
    const from = system.records().length;
    await system.array.addLun({ name: 'late', sizeMb: 8, serial: '00001102', lun: 1 });
    await system.comesTo('late', '>>>>');
    expect(await system.getlun('late')).to.equal('>>>>');
    expect((await system.unit('late')).number).to.equal(1);
    expect(system.device('late')).to.equal('/dev/mapper/lu1');
    await until('its node is there', () => existsSync('/dev/mapper/lu1'));
    expect(sizeInBlocks('/dev/mapper/lu1')).to.equal(2048);
    const events = await system.events('late', from);
    expect(events.filter((event) => event === 1002)).to.have.length(1);
    expect(events.filter((event) => event === 1001)).to.have.length(4);
  });

  it('a LUN that is taken away loses its paths, its map and its node', async () => {
    const from = system.records().length;
    await system.array.removeLun('late');
    await until('its map is gone', () => !existsSync('/dev/mapper/lu1') && listMaps().length === 1);
    await until('it is shown no more', async () => (await system.control.get('/v1/units')).units.length === 1);
    const events = system
      .records()
      .slice(from)
      .filter((record) => record.unit === 1);
    expect(events.filter((record) => record.event === 274)).to.have.length(4);
    expect(events.map((record) => record.event)).to.include(1017);
  });

  it('a LUN that comes back has its number and its settings', async () => {
    await system.array.addLun({ name: 'late', sizeMb: 8, serial: '00001102', lun: 1 });
    await system.comesTo('late', '>>>>');
    await system.control.post('/v1/paths/priority', { path: system.path('late', 2), priority: 77 });
    await system.array.removeLun('late');
    await until('its map is gone', () => listMaps().length === 1);
    await system.array.addLun({ name: 'other', sizeMb: 8, serial: '00001103', lun: 2 });
    await system.comesTo('other', '>>>>');
    expect((await system.unit('other')).number).to.equal(2);
    await system.array.addLun({ name: 'late', sizeMb: 8, serial: '00001102', lun: 1 });
    await system.comesTo('late', '>>>>');
    expect((await system.unit('late')).number).to.equal(1);
  });

  it('a path that goes and comes back keeps its priority, and the I/O does not notice', async () => {
    await system.control.post('/v1/paths/priority', { path: system.path('data', 1), priority: 99 });
    const from = system.records().length;
    await system.array.unmapLun('data', 1);
    await system.comesTo('data', '>->>');
    expect(await system.events('data', from)).to.include(274);
    await system.array.mapLun('data', 1);
    await system.comesTo('data', '>>>>');
    expect(await system.priorities('data')).to.deep.equal([4, 99, 2, 1]);
  });

  it('a LUN that grows, grows as a whole under running I/O', async () => {
    const from = system.records().length;
    await resize(system.array, 'data', 24);
    await until('the map has the new size', () => system.kernel('data').sizeSectors === 24 * 2048, {
      found: () => system.kernel('data').sizeSectors,
    });
    await system.comesTo('data', '>>>>');
    expect(sizeInBlocks(system.device('data'))).to.equal(24 * 256);
    expect((await system.unit('data')).sizeBytes).to.equal(24 * 1024 * 1024);
    expect(await system.priorities('data')).to.deep.equal([4, 99, 2, 1]);
    const events = await system.events('data', from);
    expect(events.filter((event) => event === 1003)).to.have.length(1);
    const { reads, writes } = await writer.stats();
    await writer.until((stats) => stats.reads + stats.writes > reads + writes + 20);
  });

  it('a path that shows another size than its unit is refused, until all show it', async () => {
    const from = system.records().length;
    await system.array.unmapLun('data', 3);
    await system.comesTo('data', '>>>-');
    // The disks that are there have the old size until they are read again.
    await resize(system.array, 'data', 32, false);
    await system.array.mapLun('data', 3);
    await until('it is refused', async () => (await system.events('data', from)).includes(1004));
    expect(await system.shown('data')).to.equal('>>>-');
    expect(system.kernel('data').sizeSectors).to.equal(24 * 2048);
    for (const disk of system.array.disks('data')) writeFileSync(`/sys/block/${disk}/device/rescan`, '1');
    await system.comesTo('data', '>>>>');
    expect(system.kernel('data').sizeSectors).to.equal(32 * 2048);
  });

  it('a unit that lost its last path under an open map comes back into the same map', async () => {
    await system.array.addLun({ name: 'held', sizeMb: 8, serial: '00001104', lun: 3 });
    await system.comesTo('held', '>>>>');
    const { devT } = system.kernel('held');
    const held = await system.write('held');
    for (const port of [0, 1, 2, 3]) await system.array.unmapLun('held', port);
    await until('it has no path', async () => (await system.unit('held')).paths.length === 0);
    expect((await system.unit('held')).queueing).to.equal(true);
    for (const port of [0, 1, 2, 3]) await system.array.mapLun('held', port);
    await system.comesTo('held', '>>>>');
    expect(system.kernel('held').devT).to.equal(devT);
    const { reads, writes } = await held.stats();
    await held.until((stats) => stats.reads + stats.writes > reads + writes + 20);
    expect(await held.stop()).to.include({ errors: 0, mismatches: 0 });
  });

  it('a LUN that comes back while the map of another one still has its new name gets the one that it had', async () => {
    const [data, held] = [system.kernel('data'), system.kernel('held')];
    const units = { [system.wwid('data')]: { name: held.name }, [system.wwid('held')]: { name: data.name } };
    const settings = { version: 1 as const, units };
    await system.control.post('/v1/import', { settings, skipMissing: false, force: false });
    for (const port of [0, 1, 2, 3]) await system.array.unmapLun('held', port);
    await until('its map is gone', () => system.findKernel('held') === null);
    for (const port of [0, 1, 2, 3]) await system.array.mapLun('held', port);
    await system.comesTo('held', '>>>>');
    expect(system.kernel('held').name).to.equal(held.name);
    const { name, devT, eventNr } = system.kernel('data');
    expect({ name, devT, eventNr }).to.deep.equal({ name: data.name, devT: data.devT, eventNr: data.eventNr });
  });
});
