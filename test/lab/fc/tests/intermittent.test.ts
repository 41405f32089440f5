// A port that comes and goes: held back until it has stayed well, unless there is nothing else.
import { expect } from 'chai';
import { LabSystem } from '../../inside/system.js';
import { until } from '../../inside/until.js';
import type { FcArray } from '../inside/fc-array.js';
import { plug, pull } from '../inside/fc-faults.js';
import { theArray } from '../inside/the-array.js';

describe('fc lab: a port that flaps', () => {
  let system: LabSystem<FcArray>;
  before(async function () {
    this.timeout(180_000);
    system = await LabSystem.on(await theArray(), 'fibreChannel: { flapping: { losses: 3, within: 300, hold: 20 } }');
    await system.patrol({ intervalSec: 3600 });
  });
  after(() => system.end());

  /** The controller sees each loss and each return, however short they are and however busy the machine is. */
  async function flapThrice(): Promise<void> {
    const count = (wanted: number): number => system.records().filter(({ event }) => event === wanted).length;
    for (let time = 0; time < 3; time++) {
      const [losses, returns] = [count(1029), count(1030)];
      await pull(system.array, 0);
      await until('the controller has seen the loss', () => count(1029) > losses);
      await plug(system.array, 0);
      await until('the controller has seen the return', () => count(1030) > returns);
    }
  }

  it('is held back after so many losses, and getlun and explain say so', async () => {
    const from = system.records().length;
    await flapThrice();
    await system.comesTo('one', 'X>');
    const verbose = await system.installation.spscmd('getlun', '-v');
    expect(verbose.stdout).to.match(/held back/i);
    const explained = await system.installation.spscmd('explain', system.path('one', 0));
    expect([explained.status, explained.stderr]).to.deep.equal([0, '']);
    expect(explained.stdout).to.match(/held back/i);
    expect(
      system
        .records()
        .slice(from)
        .filter(({ event }) => event === 1031),
    ).to.have.length(1);
  });

  it('comes back by itself when it has stayed well', async () => {
    await system.comesTo('one', '>>', { withinMs: 60_000 });
    expect(system.records().filter(({ event }) => event === 1032)).to.have.length(1);
  });

  it('is used none the less where it carries the last path', async () => {
    const from = system.records().length;
    await flapThrice();
    await system.comesTo('one', 'X>');
    expect(
      system
        .records()
        .slice(from)
        .filter(({ event }) => event === 1031),
    ).to.have.length(1);
    await pull(system.array, 1);
    await system.comesTo('one', '>X', { withinMs: 20_000 });
    await plug(system.array, 1);
    await system.comesTo('one', '>>', { withinMs: 60_000 });
  });
});
