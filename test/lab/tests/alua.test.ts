// An array that prefers some of its ports: the watcher asks it, by REPORT TARGET PORT GROUPS, and the groups follow.
import { expect } from 'chai';
import { isDeepStrictEqual } from 'node:util';
import { type LabAccessState, setAlua } from '../inside/faults.js';
import type { IoRun } from '../inside/io.js';
import { LabSystem } from '../inside/system.js';
import { until } from '../inside/until.js';

describe('lab: ALUA', () => {
  let system: LabSystem;
  let writer: IoRun;

  before(async () => {
    system = await LabSystem.start({ array: { ports: 4, luns: [{ name: 'data', sizeMb: 16, serial: '00001301' }] } });
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

  const setStates = async (...states: LabAccessState[]) => {
    for (const [port, state] of states.entries()) await setAlua(system.array, port, state);
  };
  const shownStates = async () => {
    const { paths } = await system.unit('data');
    return [0, 1, 2, 3].map((port) => paths.find((path) => path.number === system.path('data', port))?.access);
  };
  const groupSizes = () => system.kernel('data').groups.map((group) => group.paths.length);

  it('knows the state of each port group', async () => {
    await until('all are known', async () => (await shownStates()).every((state) => state === 'optimized'), {
      found: shownStates,
    });
  });

  it('uses optimized paths while there are any, and puts the others behind them', async () => {
    await setStates('active/optimized', 'active/optimized', 'active/non-optimized', 'active/non-optimized');
    await system.comesTo('data', '>>  ');
    expect(await shownStates()).to.deep.equal(['optimized', 'optimized', 'non-optimized', 'non-optimized']);
    expect(groupSizes()).to.deep.equal([2, 2]);
    expect((await system.installation.spscmd('getlun', '-v')).stdout).to.match(/non-optimized/);
  });

  it('follows an array that prefers its other ports', async () => {
    await setStates('active/non-optimized', 'active/non-optimized', 'active/optimized', 'active/optimized');
    await system.comesTo('data', '  >>');
  });

  it('keeps a standby port for the last resort', async () => {
    await setStates('active/optimized', 'active/optimized', 'active/optimized', 'standby');
    const groups = () => system.kernel('data').groups.map(({ state, paths }) => [state, paths.length]);
    // An I/O that was on its way to the port may have failed the path as well.
    await until(
      'its group is bypassed',
      () =>
        isDeepStrictEqual(groups(), [
          ['active', 3],
          ['bypassed', 1],
        ]),
      {
        found: groups,
      },
    );
    expect((await shownStates())[3]).to.equal('standby');
    expect((await system.pathView('data', 3)).enabled).to.equal(true);
  });

  it('uses the port again when it is back', async () => {
    await setStates('active/optimized', 'active/optimized', 'active/optimized', 'active/optimized');
    await system.comesTo('data', '>>>>');
    expect(groupSizes()).to.deep.equal([4]);
  });

  it('goes over to non-optimized ports when the others are unavailable, and back', async () => {
    await setStates('active/optimized', 'active/optimized', 'active/non-optimized', 'active/non-optimized');
    await system.comesTo('data', '>>  ');
    await setStates('unavailable', 'unavailable');
    await until('the others carry the I/O', () => system.kernelState('data').slice(2) === '>>', {
      found: () => system.kernelState('data'),
    });
    const { reads, writes } = await writer.stats();
    await writer.until((stats) => stats.reads + stats.writes > reads + writes + 20);
    await setStates('active/optimized', 'active/optimized', 'active/optimized', 'active/optimized');
    await system.comesTo('data', '>>>>');
  });
});
