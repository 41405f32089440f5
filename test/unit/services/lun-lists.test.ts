import { expect } from 'chai';
import type { PathView } from '../../../src/model/view.js';
import { LunLists } from '../../../src/services/watcher/lun-lists.js';
import { FakeClock, settle } from '../../support/fake-clock.js';
import { path, unit } from '../../support/views.js';

describe('Whether a target lists a logical unit', () => {
  let clock: FakeClock;
  let lists: LunLists;
  /** Whom REPORT LUNS was sent to, and what comes of it. */
  let asked: string[][];
  let answer: readonly string[] | null;

  const gone = path('3:0:1:7', { state: 'failed', devT: '8:0' });
  const beside = path('3:0:1:8', { devT: '8:16' });
  const elsewhere = [path('3:0:2:7', { devT: '8:32' }), path('4:0:1:7', { devT: '8:48' })];

  const listed = (outcome: string, ...others: PathView[]): Promise<boolean | null> =>
    lists.lists(gone, outcome, [unit(0, [gone, ...others])]);

  beforeEach(() => {
    clock = new FakeClock();
    asked = [];
    answer = ['0', '8'];
    lists = new LunLists({
      clock,
      ask: (paths) => {
        asked.push(paths.map(({ number }) => number));
        return Promise.resolve(answer);
      },
    });
  });

  it('is asked of the target itself where that answers for the unit that it does not have', async () => {
    expect(await listed('lun-gone', beside)).to.equal(false);
    expect(asked).to.deep.equal([['3:0:1:7', '3:0:1:8']]);
    answer = ['7'];
    await clock.advance(1_000);
    expect(await listed('lun-gone')).to.equal(true);
  });

  it('is asked beside a path that is lost, through the same pair of ports and no other', async () => {
    expect(await listed('transport', beside, ...elsewhere)).to.equal(false);
    expect(asked).to.deep.equal([['3:0:1:8']]);
  });

  it('is not known where nobody answers there', async () => {
    expect(await listed('transport', ...elsewhere)).to.equal(null);
    expect(await listed('transport', path('3:0:1:8', { state: 'failed', devT: '8:16' }))).to.equal(null);
    expect(asked).to.deep.equal([]);
    answer = null;
    expect(await listed('transport', beside)).to.equal(null);
  });

  it('is not believed of an empty list', async () => {
    answer = [];
    expect(await listed('lun-gone')).to.equal(null);
  });

  it('is not asked after other failures', async () => {
    for (const outcome of ['timeout', 'not-ready', 'device-gone', 'failed'])
      expect(await listed(outcome, beside)).to.equal(null);
    expect(asked).to.deep.equal([]);
  });

  it('is asked once for all paths there in a round, and again in the next', async () => {
    await Promise.all(Array.from({ length: 100 }, () => listed('transport', beside)));
    expect(asked).to.have.length(1);
    await settle();
    await clock.advance(1_000);
    await listed('transport', beside);
    expect(asked).to.have.length(2);
  });
});
