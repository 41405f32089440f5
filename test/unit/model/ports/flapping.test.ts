/** Ports that come and go are held back, never at the price of a last path. */
import { expect } from 'chai';
import { facts, lostPort, map, Play, rport } from '../../../support/model-play.js';

const flapping = { losses: 3, withinSec: 60, holdSec: 30 };
const policy = { selectors: ['round-robin' as const] };

/** Paths 1 and 2; port 1 is lost so many times, a second each, and is there at the end. */
function flapped(times: number, changes: Partial<typeof flapping> | null = {}): Play {
  const ports = {
    fastIoFail: 'adaptive' as const,
    devLoss: 'auto' as const,
    flapping: changes === null ? null : { ...flapping, ...changes },
  };
  const play = new Play({ ...policy, ports });
  play.feed({ kind: 'inventory', paths: [facts(1), facts(2)], maps: [], ports: [rport(1), rport(2)] });
  play.kernel(map(['1', '2']));
  for (let round = 0; round < times; round += 1) flap(play);
  return play;
}

function flap(play: Play): void {
  play.at += 1000;
  play.port(lostPort(1));
  play.port(rport(1));
}

const held = (play: Play): unknown => play.state.ports.get('rport-1:0-0')?.held;

describe('A remote port that is lost again and again', () => {
  it('is held back from the third time within a minute on: its paths are probed and not put back', () => {
    const play = flapped(2);
    play.probed(1, 'up');
    expect(play.shown()).to.equal('1>=2 2=1');
    play.at += 1000;
    play.port(lostPort(1));
    expect(play.ids).to.include(1031);
    expect(play.records.find(({ id }) => id === 1031)?.detail).to.equal(
      'remote port rport-1:0-0 (t1 by host1): lost 3 times within 60 s; it must stay for 30 s',
    );
    expect(held(play)).to.deep.equal({ since: play.at, until: null });
    play.port(rport(1));
    expect(held(play)).to.deep.equal({ since: play.at, until: play.at + 30_000 });
    expect(play.does).to.include.members(['probe 1 transport', `wake ${String(play.at + 30_000)}`]);
    play.probed(1, 'up');
    expect(play.shown()).to.equal('1X=2 2>=1');
    expect(play.path(1).lastProbe?.verdict).to.equal('up');
  });

  it('has its paths back by a probe when it has stayed for half a minute', () => {
    const play = flapped(3);
    play.probed(1, 'up');
    play.at += 29_999;
    play.feed({ kind: 'tick' });
    expect(play.does).to.deep.equal([`wake ${String(play.at + 1)}`]);
    play.at += 1;
    play.feed({ kind: 'tick' });
    expect([play.ids, play.does]).to.deep.equal([[1032], ['probe 1 transport']]);
    expect(held(play)).to.equal(null);
    expect(play.shown()).to.equal('1X=2 2>=1');
    play.probed(1, 'down');
    expect(play.does).to.deep.equal([`wake ${String(play.at + 100)}`]);
    play.probed(1, 'up');
    expect(play.shown()).to.equal('1>=2 2=1');
    flap(play);
    expect(held(play)).to.equal(null);
  });

  it('begins its time anew with a loss, without another event', () => {
    const play = flapped(3);
    const since = play.at;
    play.at += 20_000;
    play.port(lostPort(1));
    expect([play.ids, held(play)]).to.deep.equal([[1029], { since, until: null }]);
    play.at += 60_000;
    play.feed({ kind: 'tick' });
    expect(held(play)).to.deep.equal({ since, until: null });
    play.port(rport(1));
    expect(held(play)).to.deep.equal({ since, until: play.at + 30_000 });
  });

  it('is not held back for losses that are far apart, nor where the configuration says so', () => {
    const play = flapped(2);
    play.at += 60_000;
    flap(play);
    expect(held(play)).to.equal(null);
    expect(held(flapped(9, null))).to.equal(null);
    expect(flapped(9, null).state.ports.get('rport-1:0-0')?.losses).to.deep.equal([]);
  });

  it('gives a unit without another path a proved one at once, and that one stays', () => {
    const play = flapped(3);
    play.kernel(map(['1F', '2F']));
    expect(play.does).to.include('probe 1 no-path');
    play.probed(1, 'up');
    expect(play.shown()).to.equal('1>=2 2X=1');
    play.probed(2, 'up');
    expect(play.shown()).to.equal('1>=2 2=1');
  });

  it('gives it also where the other path is only suspected, because it is the last one', () => {
    const play = flapped(3);
    play.port(lostPort(2));
    expect(play.path(2).suspicion?.cause).to.equal('transport');
    expect(play.does).to.include('probe 1 transport');
    play.probed(1, 'up');
    expect(play.shown()).to.equal('1>=2 2X=1');
  });

  it('stays out beside a path whose port refuses I/O as well as its own', () => {
    const play = flapped(3);
    play.feed({ kind: 'access-states', wwid: play.unit().wwid, groups: [{ id: 2, state: 'standby' }] });
    expect(play.does).to.include('probe 1 transport');
    play.probed(1, 'up');
    expect(play.shown()).to.equal('1>=2 2=1');
    const other = flapped(3);
    const groups = [1, 2].map((id) => ({ id, state: 'standby' as const }));
    other.feed({ kind: 'access-states', wwid: other.unit().wwid, groups });
    other.probed(1, 'up');
    expect(other.shown()).to.equal('1X=2 2>=1');
  });

  it('gives a path to an operator who asks for it, and no other', () => {
    const play = flapped(3);
    play.ask('failback', '1:0:0:0');
    play.probed(1, 'up');
    expect(play.shown()).to.equal('1>=2 2=1');
    expect(held(play)).to.not.equal(null);
  });

  it('is called upon only while it is there', () => {
    const play = flapped(3);
    play.port(lostPort(1));
    play.kernel(map(['1F', '2F']));
    expect(play.does).to.deep.equal(['apply', 'probe 2 no-path', `wake ${String(play.at + 100)}`]);
  });
});
