// What the array and the fabric say of a port that is there: ALUA states, and "marginal".
import { expect } from 'chai';
import { setAlua } from '../../inside/faults.js';
import type { IoRun } from '../../inside/io.js';
import { LabSystem } from '../../inside/system.js';
import type { FcArray } from '../inside/fc-array.js';
import { theArray } from '../inside/the-array.js';

describe('fc lab: a port that serves less well', () => {
  let system: LabSystem<FcArray>;
  let writer: IoRun;
  before(async function () {
    this.timeout(180_000);
    system = await LabSystem.on(await theArray());
    await system.patrol({ intervalSec: 3600 });
    writer = await system.write('one');
    await system.comesTo('one', '>>');
  });
  after(() => system.end());

  it('is in a group of its own when its ALUA state is non-optimized, as soon as an I/O has told', async () => {
    await setAlua(system.array, 0, 'active/non-optimized', 'one');
    await system.comesTo('one', ' >', { withinMs: 20_000 });
    expect((await system.pathView('one', 0)).access).to.equal('non-optimized');
  });

  it('is not used at all while it stands by and another serves', async () => {
    await setAlua(system.array, 0, 'standby', 'one');
    await system.comesTo('one', ' >', { withinMs: 20_000 });
    await setAlua(system.array, 0, 'active/optimized', 'one');
    await system.comesTo('one', '>>', { withinMs: 20_000 });
  });

  it('is used last, and not failed, while it is marginal', async () => {
    system.array.setMarginal(0, true);
    await system.comesTo('one', ' >');
    const { stdout } = await system.installation.spscmd('getlun', '-v');
    expect(stdout).to.match(/marginal/i);
    system.array.setMarginal(0, false);
    await system.comesTo('one', '>>');
  });

  it('has cost no I/O', async () => {
    const { errors, problems, mismatches } = await writer.stop();
    expect({ errors, problems, mismatches }).to.deep.equal({ errors: 0, problems: [], mismatches: 0 });
  });
});
