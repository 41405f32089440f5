/** Remote ports that go and come back: all paths behind them in one step, the last one of a unit never. */
import { expect } from 'chai';
import { devT } from '../../../../src/base/ids.js';
import { facts, lostPort, lu, map, Play, rport } from '../../../support/model-play.js';

const plain = { selectors: ['round-robin' as const] };

/** So many units of the paths 1 and 2, whose ports are known. */
function units(count: number): Play {
  const indexes = Array.from({ length: count }, (_, index) => index);
  const play = new Play(plain);
  play.feed({
    kind: 'inventory',
    paths: indexes.flatMap((index) => [facts(1, {}, index), facts(2, {}, index)]),
    maps: [],
    ports: [rport(1), rport(2)],
  });
  for (const index of indexes) play.kernel(map(['1', '2'], {}, index), index);
  return play;
}

describe('A remote port that is lost', () => {
  it('takes every path behind it along, in one step, and each map needs one change', () => {
    const play = units(8);
    const step = play.port(lostPort(1));
    for (let index = 0; index < 8; index += 1) expect(play.shown(index)).to.equal('1X=2 2>=1');
    expect(play.does.filter((each) => each === 'apply')).to.have.length(8);
    expect(play.ids.filter((id) => id === 1029)).to.have.length(1);
    expect(play.ids.filter((id) => id === 1005)).to.have.length(8);
    expect(play.records[0]?.detail).to.equal('remote port rport-1:0-0 (t1 by host1): Blocked');
    expect(play.path(1).failure).to.deep.equal({
      cause: 'transport',
      since: play.at,
      detail: 'remote port rport-1:0-0 is Blocked',
    });
    expect(step.changed).to.have.length(8);
  });

  it('says nothing new where it is told again, and nothing of the paths of other ports', () => {
    const play = units(1);
    play.port(lostPort(1));
    const { state } = play;
    expect(play.port(lostPort(1)).state).to.equal(state);
    play.port(lostPort(3));
    expect([play.ids, play.shown()]).to.deep.equal([[1029], '1X=2 2>=1']);
  });

  it('leaves the last usable path of each unit in service, also where two ports go one after the other', () => {
    const play = units(2);
    play.port(lostPort(1));
    play.port(lostPort(2));
    for (const index of [0, 1]) expect(play.shown(index)).to.equal('1X=2 2>=1');
    expect(play.path(2).suspicion?.detail).to.equal('remote port rport-2:0-0 is Blocked');
    expect(play.does).to.deep.equal([]);
  });

  it('takes paths that are new or move behind it, and two paths of one unit', () => {
    const play = units(1);
    play.port(lostPort(3));
    play.present(facts(3));
    expect(play.shown()).to.equal('1>=3 2=2 3X=1');
    play.present(facts(2, { remotePort: rport(3).name }));
    expect(play.shown()).to.equal('1>=3 2X=2 3X=1');
    const both = Play.withPaths([1, 2, 3].map((port) => facts(port, port < 3 ? { remotePort: 'rport-9:0-0' } : {})));
    both.port(lostPort(9));
    expect(both.shown()).to.equal('1X=3 2X=2 3>=1');
  });

  it('is lost too where the whole truth does not list it, or says so', () => {
    const play = units(1);
    play.ports(rport(2));
    expect([play.shown(), [...play.state.ports.keys()]]).to.deep.equal(['1X=2 2>=1', ['rport-2:0-0']]);
    const other = units(1);
    other.ports(lostPort(1), rport(2));
    expect(other.shown()).to.equal('1X=2 2>=1');
    other.ports(rport(1), rport(2));
    expect(other.does).to.include('probe 1 transport');
  });

  it('fails those that come with it in the first whole truth', () => {
    const play = new Play(plain);
    play.feed({ kind: 'inventory', paths: [facts(1), facts(2)], maps: [], ports: [rport(1), lostPort(2)] });
    expect(play.shown()).to.equal('1>=2 2X=1');
  });

  it('leaves an old good probe without effect, but where nothing else is left', () => {
    const play = units(1);
    play.port(lostPort(1));
    play.probed(1, 'up');
    expect([play.shown(), play.path(1).lastProbe?.verdict]).to.deep.equal(['1X=2 2>=1', 'up']);
    play.port(lostPort(2));
    play.probed(2, 'up');
    expect(play.path(2).suspicion?.cause).to.equal('transport');
    play.probed(1, 'up');
    expect(play.shown()).to.equal('1>=2 2X=1');
  });

  it('is not failed back by an event, nor by the device that says it is running', () => {
    const play = units(1);
    play.port(lostPort(1));
    play.present(facts(1, { state: 'transport-offline' }));
    play.present(facts(1));
    expect(play.shown()).to.equal('1X=2 2>=1');
  });
});

describe('A remote port that is removed', () => {
  it('is lost by that, and forgotten with what was known of it', () => {
    const play = units(1);
    play.feed({ kind: 'fabric-notice', notice: { kind: 'degraded', host: 'host1', targetPort: null, what: 'FPIN' } });
    play.feed({ kind: 'port-removed', name: 'rport-1:0-0' });
    expect([play.shown(), play.ids]).to.deep.equal(['1X=2 2>=1', [1029, 1005, 278]]);
    expect([play.path(1).marginal, play.state.ports.has('rport-1:0-0')]).to.deep.equal([null, false]);
    const { state } = play;
    play.feed({ kind: 'port-removed', name: 'rport-1:0-0' });
    expect(play.state).to.equal(state);
  });

  it('tells nothing where it was lost before', () => {
    const play = units(1);
    play.port(lostPort(1));
    play.feed({ kind: 'port-removed', name: 'rport-1:0-0' });
    expect(play.ids).to.deep.equal([]);
  });

  it('is another port where its name is given anew', () => {
    const play = units(1);
    play.port(lostPort(1));
    play.port(rport(1, { targetPort: 't7' }));
    expect(play.ids).to.deep.equal([]);
    expect(play.state.ports.get('rport-1:0-0')?.losses).to.deep.equal([]);
  });
});

describe('A remote port that is back', () => {
  it('has what failed or is suspected behind it probed, first where the fewest paths are left', () => {
    const play = units(3);
    play.feed({ kind: 'path-present', facts: facts(3, {}, 1) });
    play.port(lostPort(1));
    play.kernel(map(['1F', '2F'], {}, 2), 2);
    play.port(rport(1));
    const probes = play.last.effects.flatMap((effect) => (effect.kind === 'probe' ? [effect] : []));
    expect(probes.map(({ wwid, reason }) => [wwid, reason])).to.deep.equal([
      [lu(2), 'transport'],
      [lu(0), 'transport'],
      [lu(1), 'transport'],
    ]);
    expect(play.ids).to.deep.equal([1030]);
    expect(play.shown()).to.equal('1X=2 2>=1');
  });

  it('has a path back only after a probe, also where it is marginal', () => {
    const play = units(1);
    play.port(lostPort(1));
    play.port(rport(1, { state: 'marginal', portState: 'Marginal' }));
    expect(play.does).to.include('probe 1 transport');
    expect(play.shown()).to.equal('1X=2 2>=1');
    play.probed(1, 'up');
    expect(play.shown()).to.equal('1=2 2>=1');
  });

  it('has the suspicion of a last path ended by a probe', () => {
    const play = units(1);
    play.port(lostPort(1));
    play.port(lostPort(2));
    play.port(rport(2));
    expect(play.does).to.include('probe 2 transport');
    play.probed(2, 'up');
    expect(play.path(2).suspicion).to.equal(null);
  });

  it('leaves an old failure of the kernel to a probe as any other', () => {
    const play = units(1);
    play.kernel(map(['1F', '2']));
    play.port(lostPort(1));
    expect(play.path(1).failure?.cause).to.equal('kernel');
    play.port(rport(1));
    expect(play.does).to.include('probe 1 transport');
  });
});

describe('A probe without proof after the return of a remote port', () => {
  const returned = (): Play => {
    const play = units(1);
    play.port(lostPort(1));
    play.at += 10_000;
    play.port(rport(1));
    return play;
  };

  it('is asked again, after 100 ms, 200 ms, 400 ms and so on, up to 5 s after the return', () => {
    const play = returned();
    const back = play.at;
    const asked: number[] = [];
    for (let round = 0; round < 20; round += 1) {
      play.probed(1, 'down');
      const [wake] = play.last.effects.flatMap((effect) => (effect.kind === 'wake' ? [effect.at] : []));
      if (wake === undefined) break;
      play.at = wake;
      play.feed({ kind: 'tick' });
      expect(play.does).to.deep.equal(['probe 1 transport']);
      asked.push(play.at - back);
    }
    expect(asked).to.deep.equal([100, 300, 700, 1500, 3100, 5000]);
  });

  it('is asked again whatever it says but that the path is up or stands by', () => {
    for (const verdict of ['retry', 'ignore', 'down'] as const) {
      const play = returned();
      play.probed(1, verdict);
      expect(play.does, verdict).to.deep.equal([`wake ${String(play.at + 100)}`]);
    }
    for (const verdict of ['up', 'standby'] as const) {
      const play = returned();
      play.probed(1, verdict);
      expect(
        play.does.filter((each) => each.startsWith('wake')),
        verdict,
      ).to.deep.equal([]);
    }
  });

  it('asks all of them together, and none that is back, gone or lost by then', () => {
    const play = units(3);
    play.port(lostPort(1));
    play.port(rport(1));
    const answer = (index: number, verdict: 'up' | 'down'): unknown => ({
      wwid: lu(index),
      key: facts(1, {}, index).key,
      verdict,
      outcome: verdict,
      latencyMs: 1,
    });
    play.feed({ kind: 'probed', answers: [0, 1, 2].map((index) => answer(index, 'down')) as never });
    expect(play.does).to.deep.equal([`wake ${String(play.at + 100)}`]);
    play.feed({ kind: 'probed', answers: [answer(1, 'up')] as never });
    play.gone(1, 2);
    play.at += 99;
    play.feed({ kind: 'tick' });
    expect(play.does).to.deep.equal([`wake ${String(play.at + 1)}`]);
    play.at += 1;
    play.feed({ kind: 'tick' });
    expect(play.does).to.deep.equal(['probe 1 transport']);
    play.feed({ kind: 'probed', answers: [answer(0, 'down')] as never });
    play.port(lostPort(1));
    play.at += 500;
    play.feed({ kind: 'tick' });
    expect(play.does).to.deep.equal([]);
  });

  it('is nothing new of a path in service, and of one behind a port that was never lost', () => {
    const play = returned();
    play.probed(2, 'retry');
    expect(play.does).to.deep.equal([]);
    play.probed(1, 'up');
    play.probed(1, 'retry');
    expect(play.does).to.deep.equal([]);
  });
});

describe('A device that has come while its port is not known', () => {
  it('is a path as any other', () => {
    const play = Play.withPaths([facts(1, { remotePort: null }), facts(2)], map(['1', '2']), plain);
    play.port(lostPort(1));
    expect(play.shown()).to.equal('1>=2 2=1');
    expect(play.path(1).facts.devT).to.equal(devT('8:16'));
  });
});
