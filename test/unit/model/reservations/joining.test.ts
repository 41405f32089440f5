/** Paths that are to be registered before they carry I/O. */
import { expect } from 'chai';
import { dev, facts, lostPort, map, Play, rport } from '../../../support/model-play.js';
import { joins, other, own, registers, standings } from '../../../support/key-play.js';

const plain = { selectors: ['round-robin' as const, 'queue-length' as const] };
/** Ports 1 and 2, not balanced, both registered. */
function two(): Play {
  const play = Play.withPaths([facts(1), facts(2)], map(['1', '2']), plain);
  registers(play, [1, 2]);
  return play;
}
/** Port 2 has failed. */
function failed(): Play {
  const play = two();
  play.kernel(map(['1', '2F1']));
  return play;
}
const told = (play: Play) => play.records.map(({ id, path, detail }) => [id, path, detail]);

describe('A path that is to be registered', () => {
  it('is so before its return, each time a probe has proved it', () => {
    const play = failed();
    play.probed(2, 'up');
    expect([play.does, play.shown(), play.ids]).to.deep.equal([['join 2'], '1>=2 2X=1', []]);
    play.probed(2, 'up');
    expect(play.does).to.deep.equal(['join 2']);
    joins(play, 2, 'registered');
    expect([standings(play), play.shown()]).to.deep.equal(['1 held 2 held', '1>=2 2=1']);
    expect(told(play)).to.deep.equal([
      [1041, '2:0:0:0', ''],
      [272, '2:0:0:0', 'after: I/O failed, fail count 1'],
    ]);
    play.kernel(map(['1', '2']));
    expect(play.ids).to.deep.equal([273]);
    // Verified once more: there is nothing to tell.
    expect(joins(play, 2, 'registered').effects).to.deep.equal([]);
  });

  it('comes back disabled where the failback mode says so: it had failed', () => {
    const play = failed();
    play.request({ kind: 'set-failback', mode: 'standby' });
    joins(play, 2, 'registered');
    expect(play.shown()).to.equal('1>=2 2@=1');
  });

  it('stays out where the array does not take it, and says why once', () => {
    const play = failed();
    play.ask('failback', '2:0:0:0');
    play.probed(2, 'up');
    joins(play, 2, 'failed', 'no answer');
    expect(told(play)).to.deep.equal([
      [1040, '2:0:0:0', 'not registered: no answer'],
      [262, '2:0:0:0', 'not registered: no answer'],
    ]);
    expect([play.shown(), standings(play)]).to.deep.equal(['1>=2 2X=1', '1 held 2 stale']);
    expect(joins(play, 2, 'failed', 'no answer').effects).to.deep.equal([]);
    joins(play, 2, 'other-key', 'key 0xb2 is registered');
    expect([told(play), standings(play)]).to.deep.equal([
      [[1040, '2:0:0:0', 'not registered: key 0xb2 is registered']],
      '1 held 2 none',
    ]);
    joins(play, 2, 'unregistered');
    expect(play.path(2).failure?.detail).to.equal('not registered: another key is registered');
  });

  it('goes out of service where it turns out to have another key', () => {
    const play = two();
    joins(play, 1, 'other-key');
    expect([play.shown(), standings(play)]).to.deep.equal(['1X=2 2>=1', '1 none 2 held']);
    expect(play.does).to.include(`fail ${dev(1)} in lu0`);
    expect(play.ids).to.include.members([1040, 258]);
  });

  it('stays in service where only the answer to a verification is missing', () => {
    const play = two();
    expect(joins(play, 1, 'failed', 'time-out').effects).to.deep.equal([]);
    expect(play.shown()).to.equal('1>=2 2=1');
  });

  it('tells that the key was taken away', () => {
    const play = failed();
    joins(play, 2, 'taken-away');
    expect(play.shown()).to.equal('1X=2 2X=1');
    expect(told(play)[0]).to.deep.equal([1039, null, `${own}: found when path 2:0:0:0 was to be registered`]);
    // What had failed before has failed still.
    expect(play.path(2).failure?.cause).to.equal('kernel');
  });

  it('hears nothing of a key that is not the one of this moment, nor of a path that has gone', () => {
    const play = failed();
    expect(joins(play, 2, 'registered', '', other).effects).to.deep.equal([]);
    expect(joins(play, 3, 'registered').effects).to.deep.equal([]);
    expect(standings(play)).to.equal('1 held 2 stale');
  });

  it('stays out behind a port that is lost, though it is registered, and comes back by a probe', () => {
    const play = two();
    play.port(rport(2));
    play.port(lostPort(2));
    joins(play, 2, 'registered');
    expect([play.shown(), standings(play)]).to.deep.equal(['1>=2 2X=1', '1 held 2 held']);
    play.port(rport(2));
    play.probed(2, 'up');
    expect(play.shown()).to.equal('1>=2 2=1');
  });

  it('is asked for at once where it is new, and comes in without a word of failure', () => {
    const play = two();
    play.present(facts(3));
    expect([play.does, play.shown()]).to.deep.equal([['join 3', 'save'], '1>=3 2=2 3X=1']);
    expect(play.path(3)).to.deep.include({ registration: 'none', failureCount: 0 });
    expect(play.path(3).failure).to.deep.equal({ cause: 'registration', since: play.at, detail: 'not registered yet' });
    expect(play.ids).to.deep.equal([1001]);
    joins(play, 3, 'registered');
    expect([play.path(3).failure, play.path(3).reinstating, play.ids]).to.deep.equal([null, null, [1041]]);
  });

  it('is not put back by the kernel using it, not even where nothing else is left', () => {
    const play = failed();
    play.kernel(map(['1', '2A1']));
    expect([play.shown(), play.does]).to.deep.equal(['1>=2 2X=1', ['apply', 'probe 2 suspect']]);
    play.kernel(map(['1F1', '2A1']));
    play.kernel(map(['1F1', '2A1'], { eventNr: 1 }));
    expect(play.shown()).to.equal('1X=2 2X=1');
  });
});
