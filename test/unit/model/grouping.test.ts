/** The table that a unit wants. */
import { expect } from 'chai';
import { wantedMap } from '../../../src/model/grouping.js';
import type { Policy } from '../../../src/model/types.js';
import { dev, facts, map, Play } from '../../support/model-play.js';

const plain = { selectors: ['round-robin' as const] };

function wanted(play: Play): ReturnType<typeof wantedMap> {
  return wantedMap(play.unit(), play.state.policy, play.state.settings);
}

/** "1 2X | 3 / 4": groups by bars, failed paths with X, bypassed groups after the slash. */
function table(play: Play): string {
  const text = (bypassed: boolean): string =>
    (wanted(play)?.groups ?? [])
      .filter((group) => group.bypassed === bypassed)
      .map((group) => group.paths.map((path) => `${port(path.devT)}${path.failed ? 'X' : ''}`).join(' '))
      .join(' | ');
  return `${text(false)} / ${text(true)}`.trim();
}

const port = (devT: string): string => String(Number(devT.split(':')[1]) / 16);

describe('The wanted table of a unit that is not balanced', () => {
  it('has one group a path, by priority, and disabled ones bypassed at the end', () => {
    const play = Play.withPaths([facts(1), facts(2), facts(3)], null, plain);
    expect(table(play)).to.equal('1 | 2 | 3 /');
    play.ask('use', '3:0:0:0');
    play.ask('disable', '2:0:0:0');
    expect(table(play)).to.equal('3 | 1 / 2');
    expect(wanted(play)?.active).to.equal(0);
  });

  it('keeps a failed path in its place', () => {
    const play = Play.withPaths([facts(1), facts(2)], map(['1F', '2']), plain);
    expect([table(play), wanted(play)?.active]).to.deep.equal(['1X | 2 /', 1]);
  });

  it('bypasses ports that refuse I/O, after disabled paths that would serve', () => {
    const play = Play.withPaths([facts(1), facts(2), facts(3)], null, plain);
    play.feed({ kind: 'access-states', wwid: play.unit().wwid, groups: [{ id: 1, state: 'unavailable' }] });
    play.ask('disable', '3:0:0:0');
    expect(table(play)).to.equal('2 / 3 | 1');
  });
});

describe('The wanted table of a balanced unit', () => {
  const access = (play: Play, ...states: readonly ('optimized' | 'non-optimized' | 'standby')[]): void => {
    const groups = states.map((state, index) => ({ id: index + 1, state }));
    play.feed({ kind: 'access-states', wwid: play.unit().wwid, groups });
  };

  it('has the enabled paths by access state, by priority within it, with the chosen selector', () => {
    const play = Play.withPaths([facts(1), facts(2), facts(3), facts(4)]);
    expect(table(play)).to.equal('1 2 3 4 /');
    access(play, 'non-optimized', 'optimized', 'non-optimized');
    expect(table(play)).to.equal('2 4 | 1 3 /');
    expect(new Set(wanted(play)?.groups.map((group) => group.selector))).to.deep.equal(new Set(['service-time']));
  });

  it('has each disabled or refusing path bypassed in a group of its own', () => {
    const play = Play.withPaths([facts(1), facts(2), facts(3), facts(4)]);
    play.ask('disable', '1:0:0:0');
    access(play, 'optimized', 'standby');
    expect(table(play)).to.equal('3 4 / 1 | 2');
  });

  it('uses the next group where the best has no good path', () => {
    const play = Play.withPaths([facts(1), facts(2), facts(3)], map(['1 2 3']));
    access(play, 'optimized', 'optimized', 'non-optimized');
    play.kernel(map(['1F 2F', '3']));
    expect([table(play), wanted(play)?.active]).to.deep.equal(['1X 2X | 3 /', 1]);
  });

  it('stays in a group as long as one path of it is good', () => {
    const play = Play.withPaths([facts(1), facts(2)], map(['1F 2']));
    expect([table(play), wanted(play)?.active]).to.deep.equal(['1X 2 /', 0]);
  });

  it('may have one path', () => {
    const play = Play.withPaths([facts(1), facts(2)]);
    play.gone(2);
    expect([play.unit().balance, table(play)]).to.deep.equal(['service-time', '1 /']);
  });
});

describe('The wanted table', () => {
  const selector = (changes: Partial<Policy>) =>
    wanted(Play.withPaths([facts(1)], null, changes))?.groups.map((group) => group.selector);

  it('names a selector that the kernel has', () => {
    expect(selector({})).to.deep.equal(['service-time']);
    expect(selector({ selectors: ['queue-length'] })).to.deep.equal(['queue-length']);
    expect(selector({ selectors: [] })).to.deep.equal(['service-time']);
  });

  it('gives way where a saved selector is not in this kernel', () => {
    const play = Play.withPaths([facts(1), facts(2)]);
    const policy = { ...play.state.policy, selectors: ['round-robin' as const] };
    expect(wantedMap(play.unit(), policy, play.state.settings)?.groups[0]?.selector).to.equal('round-robin');
  });

  it('is none without a path, unless the map is open', () => {
    const play = Play.withPaths([facts(1)]);
    play.gone(1);
    expect(wanted(play)).to.equal(null);
    play.kernel(map(['1F'], { openCount: 0 }));
    expect(wanted(play)).to.equal(null);
    play.kernel(map(['1F'], { openCount: 1 }));
    expect(wanted(play)).to.deep.include({ groups: [], active: null });
  });

  it('has no active group while no path is good', () => {
    expect(wanted(Play.withPaths([facts(1)], map(['1F'])))?.active).to.equal(null);
  });

  it('leaves an offline device out of a load, which it would make fail, but not out of the table it is in', () => {
    const play = Play.withPaths([facts(1), facts(2)], map(['1', '2']), plain);
    play.present(facts(2, { state: 'offline' }));
    play.present(facts(3, { state: 'offline' }));
    expect(table(play)).to.equal('1 | 2X /');
    play.probed(3, 'up');
    expect(table(play)).to.equal('1 | 2X | 3 /');
  });

  it('tells up to which fail count a failure is to be taken back', () => {
    const play = Play.withPaths([facts(1), facts(2)], map(['1F3', '2']), plain);
    play.probed(1, 'up');
    expect(wanted(play)?.groups[0]?.paths).to.deep.equal([{ devT: dev(1), failed: false, forgives: 3 }]);
  });
});
