// The last cable is pulled: what happens to I/O then is the no-path policy's choice, and what `getlun` says of it is true.
import { expect } from 'chai';
import { plug, pull } from '../inside/faults.js';
import { Figures, ms } from '../inside/figures.js';
import { type IoRun, startReader } from '../inside/io.js';
import { LabSystem } from '../inside/system.js';
import { until } from '../inside/until.js';

const all = [0, 1];

describe('lab: no path left', () => {
  const figures = new Figures();
  let system: LabSystem;
  let io: IoRun;

  before(async () => {
    system = await LabSystem.start({ array: { ports: 2, luns: [{ name: 'data', sizeMb: 16, serial: '0000d001' }] } });
  });
  after(async () => {
    await system.end();
    figures.print();
  });
  afterEach(async () => {
    for (const port of all) await plug(system.array, port);
    await system.comesTo('data', '>>');
    io.kill();
  });

  const pullAll = async () => {
    for (const port of all) await pull(system.array, port);
  };
  const plugAll = async () => {
    for (const port of all) await plug(system.array, port);
  };

  it('waits, by default, and goes on without an error when a cable is plugged in', async () => {
    io = await system.write('data');
    const from = system.records().length;
    await pullAll();
    await system.comesTo('data', 'XX');
    expect(await system.getlun('data')).to.equal('XX');
    const unit = await system.unit('data');
    expect([unit.queueing, system.kernel('data').queueIfNoPath]).to.deep.equal([true, true]);
    expect((await system.installation.spscmd('getlun', '-v')).stdout).to.match(/Queueing *: yes/);
    expect(await system.events('data', from)).to.include.members([259, 1006]);

    const { reads, writes } = await io.stats();
    await plug(system.array, 1);
    await system.comesTo('data', 'X>');
    const stats = await io.until((now) => now.reads + now.writes > reads + writes + 20);
    figures.add(`queueing: I/O waited ${ms(stats.worstStallMs)} in all and went on without an error`);
    expect((await system.unit('data')).queueing).to.equal(false);
    expect(await system.events('data', from)).to.include(1007);
    await plug(system.array, 0);
    await system.comesTo('data', '>>');
    expect(await io.stop()).to.include({ errors: 0, mismatches: 0 });
  });

  it('does not wait for the patrol: what has failed is probed again and again while nothing else is left', async () => {
    await system.patrol({ intervalSec: 3600 });
    io = await system.write('data');
    await pullAll();
    await system.comesTo('data', 'XX');
    await plug(system.array, 1);
    const shownMs = await system.comesTo('data', 'X>');
    figures.add(`a patrol once an hour: a cable was found plugged in after ${ms(shownMs)}`);
    await plug(system.array, 0);
    await system.patrol({});
    await system.comesTo('data', '>>');
    expect(await io.stop()).to.include({ errors: 0, mismatches: 0 });
  });

  it('waits as well while the controller is dead, and goes on when it is there again', async () => {
    io = await system.write('data');
    await pullAll();
    await system.comesTo('data', 'XX');
    await system.installation.controller.kill();
    await plugAll();
    await system.installation.startController();
    await system.comesTo('data', '>>');
    const { reads, writes } = await io.stats();
    await io.until((now) => now.reads + now.writes > reads + writes + 20);
    expect(await io.stop()).to.include({ errors: 0, mismatches: 0 });
  });

  it('fails at once with "noPath: fail"', async () => {
    await system.reconfigure('noPath: fail\n');
    io = await startReader(system.device('data'));
    await io.reset();
    const from = system.records().length;
    await pullAll();
    const { worstStallMs } = await io.until((stats) => stats.errors > 0);
    figures.add(`noPath: fail: the first error came after ${ms(worstStallMs)}`);
    expect(worstStallMs).to.be.below(1000);
    await system.comesTo('data', 'XX');
    const unit = await system.unit('data');
    expect([unit.queueing, system.kernel('data').queueIfNoPath]).to.deep.equal([false, false]);
    expect(await system.events('data', from)).to.include(259);
    expect(await system.events('data', from)).to.not.include(1006);
  });

  it('fails after 3 s with "noPath: 3", and waits again the next time', async () => {
    await system.reconfigure('noPath: 3\n');
    io = await startReader(system.device('data'));
    for (const time of ['first', 'second']) {
      const from = system.records().length;
      const { errors } = await io.reset();
      await pullAll();
      const { worstStallMs } = await io.until((stats) => stats.errors > errors);
      figures.add(`noPath: 3, the ${time} time: the first error came after ${ms(worstStallMs)}`);
      expect(worstStallMs).to.be.within(2900, 4500);
      expect((await system.unit('data')).queueing).to.equal(false);
      expect(await system.events('data', from)).to.include.members([1006, 1008]);
      await plugAll();
      await system.comesTo('data', '>>');
      await until('it would wait again', () => system.kernel('data').queueIfNoPath);
      const { reads } = await io.stats();
      await io.until((stats) => stats.reads > reads + 20);
    }
  });

  it('fails from the stop of the controller on, as nobody would bring a path back', async () => {
    io = await startReader(system.device('data'));
    await system.installation.controller.stop();
    expect(system.kernel('data').queueIfNoPath).to.equal(false);
    const { errors } = await io.reset();
    await pullAll();
    await io.until((stats) => stats.errors > errors);
    await plugAll();
    await system.reconfigure('queueWithoutDaemon: true\n');
  });

  it('waits from the stop on where the configuration says so', async () => {
    await system.installation.controller.stop();
    expect(system.kernel('data').queueIfNoPath).to.equal(true);
    await system.installation.startController();
  });
});
