// Whatever happens to one fabric while the other is well: no error, no lost byte, and getlun says what the kernel has.
import { expect } from 'chai';
import { setTimeout as sleep } from 'node:timers/promises';
import { carriesIo, type AccessState } from '../../../../src/base/access-state.js';
import { setAlua, type LabAccessState } from '../../inside/faults.js';
import { Figures, ms } from '../../inside/figures.js';
import { type IoRun, startReader } from '../../inside/io.js';
import { Killer } from '../../inside/killer.js';
import { Random } from '../../inside/random.js';
import { LabSystem } from '../../inside/system.js';
import { until } from '../../inside/until.js';
import type { FcArray } from '../inside/fc-array.js';
import { disturb, flap, plug, pull } from '../inside/fc-faults.js';
import { luns, lunZero, theArray } from '../inside/the-array.js';

const rounds = Number(process.env['PATHMANAGER_ROUNDS'] ?? 10);

describe('fc lab: fabric events at random', () => {
  const figures = new Figures();
  const random = new Random();
  let system: LabSystem<FcArray>;
  let io: IoRun[] = [];
  before(async function () {
    this.timeout(180_000);
    // Losses are many here: a short hold, so that it is a part of it.
    system = await LabSystem.on(await theArray(), 'fibreChannel: { flapping: { losses: 4, within: 20, hold: 2 } }');
    await system.patrol({ intervalSec: 5 });
  });
  after(async () => {
    await system.end();
    figures.print();
  });

  it(`cost nothing while the other fabric is well, seed ${random.seed}`, async function () {
    this.timeout(180_000 + rounds * 40_000);
    io = await Promise.all([
      ...['one', 'two'].map((lun) => system.write(lun, { pauseMs: 10, blocks: 256 })),
      startReader(system.device('three'), { pauseMs: 10 }),
    ]);
    const killer = new Killer(system, random, 15_000, 40_000);
    const stalls = new Map<string, number[]>();
    for (let round = 0; round < rounds; round++) {
      const port = random.below(2);
      for (const lun of luns) await serves(lun, 1 - port);
      const name = random.some(Object.keys(events), 1)[0] as keyof typeof events;
      await events[name](port);
      for (const lun of luns) await agree(lun);
      const worst = (await Promise.all(io.map((run) => run.stats()))).map((stats) => stats.worstStallMs);
      stalls.set(name, [...(stalls.get(name) ?? []), Math.max(...worst)]);
      // What stalls from now on counts with the next event: no moment is left out.
      for (const run of io) await run.reset();
    }
    await killer.stop();
    for (const lun of luns) await system.comesTo(lun, '>>', { withinMs: 60_000 });
    for (const run of io) {
      const { problems, errors, mismatches } = await run.stop();
      expect({ problems, errors, mismatches }).to.deep.equal({ problems: [], errors: 0, mismatches: 0 });
    }
    for (const lun of luns) expect(system.kernel(lun)).to.include({ suspended: false, queueIfNoPath: true });
    for (const [name, each] of stalls) figures.add(`${each.length} ${name}: worst stall ${ms(Math.max(...each))}`);
    figures.add(killer.kills.join(' and '));
  });

  const events = {
    pull: async (port: number) => {
      await pull(system.array, port, io);
      await sleep(random.below(800));
      await plug(system.array, port);
    },
    flap: (port: number) => flap(system.array, port, 2 + random.below(2), io),
    'LUN removed': async (port: number) => {
      const [lun = 'one'] = random.some(
        luns.filter((each) => each !== lunZero),
        1,
      );
      system.array.unmapLun(lun, port);
      await sleep(random.below(1000));
      system.array.mapLun(lun, port);
    },
    'ALUA change': async (port: number) => {
      const states: LabAccessState[] = ['active/non-optimized', 'standby', 'unavailable'];
      await setAlua(system.array, port, random.some(states, 1)[0] ?? 'standby');
      await sleep(random.below(1000));
      await setAlua(system.array, port, 'active/optimized');
    },
    'frames late': async (port: number) => {
      disturb(system.array, port, `delay ${String(20 + random.below(80))}ms`);
      await sleep(random.below(1000));
      disturb(system.array, port, null);
    },
  };

  /** What was lost before may still be held back, or not be known to serve again: one good path is left at all times. */
  async function serves(lun: string, port: number): Promise<void> {
    const state = (): Promise<{ state: string; access: AccessState | null } | null> =>
      system.pathView(lun, port).then(
        ({ state, access }) => ({ state, access }),
        () => null,
      );
    const isServing = async (): Promise<boolean> => {
      const path = await state();
      return path !== null && ['in-use', 'active'].includes(path.state) && carriesIo(path.access);
    };
    await until(`"${lun}" is served by port ${String(port)}`, isServing, { withinMs: 60_000, found: state });
  }

  async function agree(lun: string): Promise<void> {
    const shown = (): Promise<string> => system.shown(lun).catch(() => 'nobody answers');
    await until(
      `getlun and the kernel agree on "${lun}"`,
      async () => {
        const now = await shown();
        return now === system.kernelState(lun) && now.includes('>');
      },
      { withinMs: 60_000, found: async () => [await shown(), system.kernelState(lun)] },
    );
  }
});
