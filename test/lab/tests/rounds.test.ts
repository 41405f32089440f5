// A hundred pull-and-plug rounds at random, while the daemons are killed at random: no I/O error, no lost byte, and at the
// end nothing is suspended and everybody says the same.
import { expect } from 'chai';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MapFacts } from '../../../src/base/map-facts.js';
import type { UnitView } from '../../../src/model/view.js';
import { plug, pull } from '../inside/faults.js';
import { Figures, ms } from '../inside/figures.js';
import { Random } from '../inside/random.js';
import { Killer } from '../inside/killer.js';
import { LabSystem } from '../inside/system.js';

const rounds = 100;
const luns = ['balanced', 'plain'];
const ports = [0, 1, 2, 3];

describe('lab: random rounds', () => {
  const figures = new Figures();
  const random = new Random();
  let system: LabSystem;

  before(async () => {
    system = await LabSystem.start({
      array: { ports: 4, luns: luns.map((name, index) => ({ name, sizeMb: 16, serial: `0000c10${index}` })) },
    });
    await system.control.post('/v1/paths/balance', { path: system.path('plain', 0), mode: 'none' });
  });
  after(async () => {
    await system.end();
    figures.print();
  });

  it(`${rounds} of pull and plug, with both daemons killed now and then, seed ${random.seed}`, async function () {
    this.timeout(240_000);
    const started = performance.now();
    const writers = await Promise.all(luns.map((lun) => system.write(lun)));
    const killer = new Killer(system, random, 0, 3000);
    const stalls: number[] = [];
    for (let round = 0; round < rounds; round++) {
      for (const writer of writers) await writer.reset();
      // Never all at once: one cable is left.
      const pulled = random.some(ports, 1 + random.below(3));
      for (const port of pulled) await pull(system.array, port);
      await sleep(random.below(150));
      for (const port of pulled) await plug(system.array, port);
      await sleep(random.below(300));
      for (const writer of writers) stalls.push((await writer.stats()).worstStallMs);
    }
    await killer.stop();
    for (const lun of luns) await system.comesTo(lun, lun === 'plain' ? '>   ' : '>>>>', { withinMs: 20_000 });

    for (const writer of writers) {
      const { problems, errors, mismatches, bytes } = await writer.stop();
      expect({ problems, errors, mismatches }).to.deep.equal({ problems: [], errors: 0, mismatches: 0 });
      figures.add(`${(bytes / 1024 / 1024).toFixed(0)} MiB written and checked`);
    }
    for (const lun of luns) await expectOneTruth(lun);
    stalls.sort((a, b) => a - b);
    const [median = NaN, worst = NaN] = [stalls[stalls.length >> 1], stalls.at(-1)];
    figures.add(
      `${rounds} rounds in ${ms(performance.now() - started)}, ${killer.kills.join(' and ')}; stalls: median ${ms(median)}, worst ${ms(worst)}`,
    );
  });

  /** API, command and kernel tell the same of a LUN. */
  async function expectOneTruth(lun: string): Promise<void> {
    const { map } = await system.unit(lun);
    const kernel = system.kernel(lun);
    expect(kernel).to.include({ suspended: false, hasTable: true, queueIfNoPath: true });
    expect(map).to.include({ devT: kernel.devT, suspended: false, queueIfNoPath: true });
    const groups = (from: MapFacts['groups'] | NonNullable<UnitView['map']>['groups'] | undefined) =>
      from?.map(({ selector, state, paths }) => ({
        selector,
        // Which group it uses now the kernel tells nobody; `getlun` and `kernelState` are compared for that.
        bypassed: state === 'bypassed',
        paths: paths.map(({ devT, failed }) => ({ devT, failed })),
      }));
    expect(groups(map?.groups)).to.deep.equal(groups(kernel.groups));
    expect(await system.getlun(lun)).to.equal(system.kernelState(lun));
  }
});
