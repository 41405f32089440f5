/** ALUA access states: groups follow, a change of state is waited for, ports that refuse I/O are the last resort. */
import { expect } from 'chai';
import type { AccessState } from '../../../src/base/access-state.js';
import { facts, lu, map, Play } from '../../support/model-play.js';

const told = (play: Play, ...states: readonly (readonly [number, AccessState])[]): void => {
  play.feed({ kind: 'access-states', wwid: lu(), groups: states.map(([id, state]) => ({ id, state })) });
};

describe('A port that changes its access state', () => {
  it('is waited for: its path keeps its place in a balanced unit, and nothing is to be done', () => {
    const play = Play.withPaths([facts(1, { access: 'optimized' }), facts(2, { access: 'optimized' })], map(['1 2']));
    told(play, [1, 'transitioning']);
    expect([play.shown(), play.does, play.ids]).to.deep.equal(['1>=2 2>=1', [], []]);
    expect(play.path(1).access).to.equal('transitioning');
    told(play, [1, 'non-optimized']);
    expect([play.shown(), play.does]).to.deep.equal(['1=2 2>=1', ['apply']]);
  });

  it('is waited for by the word of sysfs too, and keeps a path out of service that was', () => {
    const play = Play.withPaths([facts(1, { access: 'standby' }), facts(2)], map(['1', '2']));
    play.present(facts(1, { access: 'transitioning' }));
    expect([play.path(1).access, play.path(1).steadyAccess, play.shown()]).to.deep.equal([
      'transitioning',
      'standby',
      '1@=1 2>=2',
    ]);
    play.present(facts(1, { access: 'optimized' }));
    expect(play.path(1).steadyAccess).to.equal('optimized');
  });

  it('proves nothing by a probe', () => {
    const play = Play.withPaths([facts(1), facts(2)], map(['1', '2']), { selectors: ['round-robin'] });
    play.probed(1, 'ignore', 'transitioning');
    expect(play.shown()).to.equal('1>=2 2=1');
    play.kernel(map(['1F', '2']));
    play.probed(1, 'ignore', 'transitioning');
    expect(play.shown()).to.equal('1X=2 2>=1');
  });

  it('counts as it is where nothing is known from before', () => {
    const play = Play.withPaths([facts(1, { access: 'transitioning' }), facts(2, { access: 'non-optimized' })]);
    expect(play.shown()).to.equal('1=1 2>=2');
  });
});

describe('Ports that refuse I/O', () => {
  it('are used in the order of how much they refuse, and only when nothing better lives', () => {
    const states: readonly AccessState[] = ['offline', 'unavailable', 'standby', 'non-optimized'];
    const play = Play.withPaths(states.map((access, index) => facts(index + 1, { access })));
    for (const [port, shown] of [
      [4, '>'],
      [3, '>'],
      [2, '>'],
    ] as const) {
      expect(play.path(port).shown, shown).to.equal('in-use');
      play.feed({ kind: 'path-gone', devT: facts(port).devT, reason: 'removed' });
    }
    expect(play.path(1).shown).to.equal('in-use');
  });

  it('are compared by that before their priorities are', () => {
    const play = Play.withPaths([facts(1), facts(2)], null, { selectors: ['round-robin'] });
    told(play, [1, 'unavailable'], [2, 'standby']);
    expect(play.shown()).to.equal('1=2 2>=1');
  });

  it('come behind a disabled path whose port serves', () => {
    const play = Play.withPaths([facts(1), facts(2)], null, { selectors: ['round-robin'] });
    play.ask('disable', '2:0:0:0');
    told(play, [1, 'unavailable']);
    expect(play.shown()).to.equal('1=2 2>=1');
  });

  it('move a path on both ways, one answer for every path of a group', () => {
    const play = Play.withPaths([facts(1), facts(2)], map(['1', '2']), { selectors: ['round-robin'] });
    told(play, [1, 'standby'], [2, 'optimized']);
    expect([play.shown(), play.does]).to.deep.equal(['1=2 2>=1', ['apply']]);
    told(play, [1, 'optimized'], [2, 'unavailable']);
    expect([play.shown(), play.does]).to.deep.equal(['1>=2 2=1', ['apply']]);
  });
});
