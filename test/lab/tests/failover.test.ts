// A cable is pulled under running I/O and plugged in again: nobody above notices, and `getlun` tells the truth at once.
import { expect } from 'chai';
import { plug, pull } from '../inside/faults.js';
import { Figures, ms } from '../inside/figures.js';
import type { IoRun } from '../inside/io.js';
import { MapEvents } from '../inside/map-events.js';
import { deviceNumber, LabSystem } from '../inside/system.js';
import { until } from '../inside/until.js';

describe('lab: a pulled cable', () => {
  const figures = new Figures();
  let system: LabSystem;
  let events: MapEvents;
  let writer: IoRun;

  before(async () => {
    system = await LabSystem.start({
      array: {
        ports: 4,
        luns: [
          { name: 'balanced', sizeMb: 16, serial: '0000f001' },
          { name: 'plain', sizeMb: 16, serial: '0000f002' },
        ],
      },
    });
    await system.control.post('/v1/paths/balance', { path: system.path('plain', 0), mode: 'none' });
    events = MapEvents.listen();
  });
  after(async () => {
    await events.close();
    await system.end();
    figures.print();
  });
  afterEach(async () => {
    writer.kill();
    for (const port of [0, 1, 2, 3]) await plug(system.array, port);
    await system.patrol({});
    await system.control.post('/v1/paths/failback', { path: null });
  });

  /** Pulls a cable that carries I/O; gives how long after the first failed I/O the path was shown as failed. */
  async function pullInUse(lun: string, port: number, state: string): Promise<number> {
    const devT = deviceNumber(system.array.disk(lun, port));
    const before = events.failedAt(devT);
    await pull(system.array, port);
    await until('an I/O fails', () => events.failedAt(devT) !== before);
    const shown = `"${lun}" is shown as "${state}"`;
    await until(shown, async () => (await system.shown(lun)) === state, { found: () => system.shown(lun) });
    const shownMs = performance.now() - (events.failedAt(devT) ?? NaN);
    expect([system.kernelState(lun), await system.getlun(lun)]).to.deep.equal([state, state]);
    return shownMs;
  }

  for (const [lun, all, failed] of [
    ['balanced', '>>>>', 'X>>>'],
    ['plain', '>   ', 'X>  '],
  ] as const) {
    it(`costs a ${lun} unit no I/O, is shown within 1 s, and is over within one recovery interval`, async () => {
      writer = await system.write(lun);
      await system.comesTo(lun, all);
      const from = system.records().length;
      await writer.reset();
      const shownMs = await pullInUse(lun, 0, failed);
      const { worstStallMs } = await writer.stats();

      await plug(system.array, 0);
      const backMs = await system.comesTo(lun, all);
      figures.add(
        `${lun}: failed path shown after ${ms(shownMs)}, worst stall ${ms(worstStallMs)}, back ${ms(backMs)} after the plug`,
      );
      expect(await writer.stop()).to.include({ errors: 0, mismatches: 0 });
      expect(await system.events(lun, from)).to.deep.equal([270, 257, 258, 272, 273]);
      expect(shownMs).to.be.below(1000);
      // One interval, and the time for probe and reinstatement.
      expect(backMs).to.be.below(1000 + 1000);
    });

    it(`comes back to a ${lun} unit within 1 s of a failback`, async () => {
      await system.patrol({ intervalSec: 600 });
      writer = await system.write(lun);
      await pullInUse(lun, 0, failed);
      await plug(system.array, 0);
      const from = system.records().length;
      const asked = performance.now();
      await system.control.post('/v1/paths/failback', { path: null });
      const backMs = performance.now() - asked;
      figures.add(`${lun}: failback took ${ms(backMs)}`);
      expect([await system.shown(lun), system.kernelState(lun)]).to.deep.equal([all, all]);
      expect(await writer.stop()).to.include({ errors: 0, mismatches: 0 });
      expect(await system.events(lun, from)).to.deep.equal([261, 263]);
      expect(backMs).to.be.below(1000);
    });
  }

  it('is found by the health check where no I/O goes', async () => {
    writer = await system.write('plain');
    await system.comesTo('plain', '>   ');
    const from = system.records().length;
    await pull(system.array, 2);
    await system.comesTo('plain', '> X ');
    expect(await system.events('plain', from)).to.deep.equal([271]);
    expect(await writer.stop()).to.include({ errors: 0, mismatches: 0 });
  });

  it('is refused a failback as long as it is pulled, by its name', async () => {
    writer = await system.write('plain');
    await pull(system.array, 0);
    await system.comesTo('plain', 'X>  ');
    const path = system.path('plain', 0);
    expect(await system.refused(1, 'failback', path)).to.include(path);
    expect(await system.refused(1, 'failback', system.path('plain', 1))).to.include('is not failed');
    expect(await system.getlun('plain')).to.equal('X>  ');
  });

  it('comes back disabled where the failback mode says "standby", and its operator enables it', async () => {
    await system.command('setfbmode', 'Standby');
    writer = await system.write('plain');
    await pull(system.array, 0);
    await system.comesTo('plain', 'X>  ');
    await plug(system.array, 0);
    await system.comesTo('plain', '@>  ');
    await system.command('setfbmode', 'Active');
    await system.command('avail', system.path('plain', 0));
    await system.comesTo('plain', '>   ', { withinMs: 0 });
    expect(await writer.stop()).to.include({ errors: 0, mismatches: 0 });
  });

  it('leaves one path when two more are pulled, and that is said', async () => {
    writer = await system.write('plain');
    await system.comesTo('plain', '>   ');
    const from = system.records().length;
    for (const port of [0, 1, 2]) await pull(system.array, port);
    await system.comesTo('plain', 'XXX>');
    expect(await system.events('plain', from)).to.include(278);
    for (const port of [0, 1, 2]) await plug(system.array, port);
    await system.comesTo('plain', '>   ');
    expect(await writer.stop()).to.include({ errors: 0, mismatches: 0 });
  });
});
