/** A unit without a path: whether its I/O waits, for how long, and what is said of it. */
import { expect } from 'chai';
import { wantedMap } from '../../../src/model/grouping.js';
import type { NoPathPolicy } from '../../../src/model/types.js';
import { facts, lu, map, Play } from '../../support/model-play.js';

/** Units that are not probed without a path: that has tests of its own (seeking.test.ts). */
function unprobed(...[paths, kernel, changes]: Parameters<typeof Play.withPaths>): Play {
  const play = Play.withPaths(paths, kernel, changes);
  play.request({ kind: 'set-watcher', watcher: { recoveryCheck: false } });
  return play;
}

/** One path of one unit, lost at 2 000 000. */
function lost(noPath: NoPathPolicy): Play {
  const play = unprobed([facts(1), facts(1, {}, 1)], map(['1']), { noPath });
  play.at = 2_000_000;
  play.kernel(map(['1F']));
  return play;
}

const queues = (play: Play): boolean | undefined =>
  wantedMap(play.unit(), play.state.policy, play.state.settings)?.queueIfNoPath;

describe('I/O without a path', () => {
  it('waits for ever by the policy "queue"', () => {
    const play = lost({ mode: 'queue' });
    expect(play.ids).to.deep.equal([270, 257, 259, 1006]);
    expect(play.does).to.deep.equal(['apply']);
    play.at += 1e9;
    play.feed({ kind: 'tick' });
    expect([queues(play), play.last.effects.length]).to.deep.equal([true, 0]);
  });

  it('fails at once by the policy "fail"', () => {
    const play = lost({ mode: 'fail' });
    expect(play.ids).to.deep.equal([270, 257, 259]);
    expect(queues(play)).to.equal(false);
  });

  it('waits for the seconds of the policy, then fails until a path is back', () => {
    const play = lost({ mode: 'queue-for', seconds: 30 });
    expect(play.does).to.deep.equal(['apply', 'wake 2030000']);
    play.at = 2_029_999;
    play.feed({ kind: 'tick' });
    expect(play.does).to.deep.equal(['wake 2030000']);
    play.at = 2_030_000;
    play.feed({ kind: 'tick' });
    expect([play.ids, play.does, queues(play)]).to.deep.equal([[1008], ['apply'], false]);
    play.at = 2_090_000;
    play.probed(1, 'up');
    expect(play.ids).to.deep.equal([272, 1007]);
    expect(play.records[1]?.detail).to.equal('no path for 90 s');
    expect([queues(play), play.unit().queueingEnded, play.unit().pathlessSince]).to.deep.equal([true, false, null]);
  });

  it('wakes for the first unit whose time ends, and then for the next', () => {
    const play = lost({ mode: 'queue-for', seconds: 30 });
    play.at = 2_010_000;
    play.kernel(map(['1F'], {}, 1), 1);
    expect(play.does).to.deep.equal(['apply', 'wake 2030000']);
    play.at = 2_030_000;
    play.feed({ kind: 'tick' });
    expect(play.does).to.deep.equal(['apply', 'wake 2040000']);
    play.at = 2_035_000;
    play.feed({
      kind: 'probed',
      answers: [{ wwid: lu(1), key: facts(1, {}, 1).key, verdict: 'up', outcome: 'up', latencyMs: 1 }],
    });
    expect(play.does).to.deep.equal(['reinstate 8:272 in lu1', 'apply']);
  });

  it('fails at once in cluster mode, also where the mode is switched on later, and waits again after it', () => {
    const play = unprobed([facts(1)], map(['1']), { noPath: { mode: 'queue-for', seconds: 30 } });
    play.kernel(map(['1F']));
    play.request({ kind: 'set-cluster', on: true });
    expect([queues(play), play.does]).to.deep.equal([false, ['apply', 'save']]);
    play.request({ kind: 'set-cluster', on: false });
    expect([queues(play), play.does]).to.deep.equal([true, ['apply', 'wake 1030000', 'save']]);
  });

  describe('after a request to end queueing', () => {
    it('fails at once where a unit has been without a path for longer', () => {
      const play = lost({ mode: 'queue' });
      play.at += 10_000;
      play.request({ kind: 'end-queueing', seconds: 10 });
      expect([play.ids, play.does, queues(play)]).to.deep.equal([[1022, 1008], ['apply'], false]);
      expect(play.last.touched).to.deep.equal([lu()]);
    });

    it('fails after the rest of the seconds where it has not, and where the path is lost later', () => {
      const play = lost({ mode: 'queue-for', seconds: 60 });
      play.request({ kind: 'end-queueing', seconds: 10 });
      expect([play.ids, play.does, queues(play)]).to.deep.equal([[1022], ['wake 2010000'], true]);
      play.at += 10_000;
      play.feed({ kind: 'tick' });
      expect([play.ids, queues(play)]).to.deep.equal([[1008], false]);
      play.kernel(map(['1F'], {}, 1), 1);
      expect(play.does).to.deep.equal(['apply', 'wake 2020000']);
    });

    it('never waits longer than before', () => {
      for (const noPath of [{ mode: 'fail' }, { mode: 'queue-for', seconds: 5 }] as const) {
        const play = lost(noPath);
        const before = play.state;
        play.request({ kind: 'end-queueing', seconds: 10 });
        expect(play.state).to.equal(before);
      }
    });

    for (const seconds of [-1, 0.5, 3601, NaN])
      it(`is as before where it asks for ${String(seconds)} seconds`, () => {
        const play = lost({ mode: 'queue' });
        play.request({ kind: 'end-queueing', seconds });
        expect(play.last.refusal?.code).to.equal('BAD_REQUEST');
        expect(queues(play)).to.equal(true);
      });
  });

  it('waits by the same rule when the last path is removed under an open map', () => {
    const play = Play.withPaths([facts(1)], map(['1']));
    play.gone(1);
    expect(play.ids).to.deep.equal([274, 257, 259, 1006]);
    expect(play.does).to.deep.equal(['apply', 'wake 1060000']);
    play.present(facts(1));
    expect(play.ids).to.deep.equal([1001, 1007]);
  });

  it('is counted from the start of the daemon for a unit that it finds without a path', () => {
    const play = new Play();
    play.feed({ kind: 'inventory', paths: [facts(1)], maps: [map(['1F'])] });
    expect(play.ids).to.deep.equal([1002, 1016, 1001, 270, 1006]);
    expect(play.does).to.deep.equal(['apply', 'probe 1 appeared', 'wake 1000100', 'save']);
  });

  it('cannot wait before there is a map', () => {
    const play = Play.withPaths([facts(1, { state: 'offline' })]);
    expect(play.ids).to.deep.equal([1002, 1001, 1005]);
  });
});
