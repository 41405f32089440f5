// Frames that the array sends are lost now and then, as by a bad optic. Reads alone: a write whose data is never asked for
// never ends for the lab's target (drivers/target/tcm_fc/tfc_io.c, ft_recv_seq), which then hangs libfc as a whole.
import { expect } from 'chai';
import { Figures, ms } from '../../inside/figures.js';
import { startReader } from '../../inside/io.js';
import { LabSystem } from '../../inside/system.js';
import { until } from '../../inside/until.js';
import type { FcArray } from '../inside/fc-array.js';
import { disturb, lostFrames } from '../inside/fc-faults.js';
import { theArray } from '../inside/the-array.js';

describe('fc lab: lost frames', () => {
  const figures = new Figures();
  let system: LabSystem<FcArray>;
  before(async function () {
    this.timeout(120_000);
    system = await LabSystem.on(await theArray());
  });
  after(async () => {
    disturb(system.array, 0, null);
    await system.end();
    figures.print();
  });

  it('cost a reader time and no error, and leave every path in use', async function () {
    this.timeout(180_000);
    const reader = await startReader(system.device('two'));
    const before = lostFrames(system.array, 0);
    const lost = (): number => lostFrames(system.array, 0) - before;
    disturb(system.array, 0, 'loss 2%');
    await until('five frames are lost', () => lost() >= 5, { withinMs: 60_000, found: lost });
    disturb(system.array, 0, null);
    const { reads } = await reader.stats();
    await reader.until((stats) => stats.reads > reads + 100, 60_000);
    await system.comesTo('two', '>>', { withinMs: 60_000 });
    const { problems, errors, worstStallMs } = await reader.stop();
    expect({ problems, errors }).to.deep.equal({ problems: [], errors: 0 });
    figures.add(`${lost()} frames lost: worst stall ${ms(worstStallMs)}`);
  });
});
