/** What is told of a path because of its remote port: why, what was seen, what comes next. */
import { expect } from 'chai';
import { explain } from '../../../../src/model/explain/explain.js';
import type { PathExplanation } from '../../../../src/model/explain/types.js';
import { circumstances } from '../../../support/circumstances.js';
import { facts, lostPort, lu, map, Play, rport } from '../../../support/model-play.js';

function three(selectors: ('round-robin' | 'service-time')[] = ['round-robin']): Play {
  const play = new Play({ selectors });
  const ports = [rport(1), rport(2), rport(3)];
  play.feed({ kind: 'inventory', paths: [facts(1), facts(2), facts(3)], maps: [], ports });
  play.kernel(map(['1', '2', '3']));
  return play;
}

function told(play: Play, port: number): PathExplanation {
  const [unit] = explain(play.state, `${String(port)}:0:0:0`, circumstances(play.at)).units;
  const [path] = unit?.paths ?? [];
  if (path === undefined) throw new Error('the path is not explained');
  return path;
}

const codes = (path: PathExplanation): readonly string[] => path.next.map(({ code }) => code);
const ofPort = (path: PathExplanation): readonly (readonly [number | null, string])[] =>
  path.seen.filter(({ kind }) => kind === 'port').map(({ at, text }) => [at, text]);
const degrade = (play: Play, port: number): unknown =>
  play.feed({
    kind: 'fabric-notice',
    notice: { kind: 'degraded', host: `host${String(port)}`, targetPort: null, what: 'FPIN congestion' },
  });

describe('A path with a remote port', () => {
  it('tells how that is', () => {
    const path = told(three(), 1);
    expect(ofPort(path)).to.deep.equal([[null, 'remote port rport-1:0-0 is Online']]);
    expect(codes(path)).to.deep.equal(['failover', 'health-check']);
  });

  it('is probed when the port is back, while it is lost', () => {
    const play = three();
    play.port(lostPort(1));
    const path = told(play, 1);
    expect(path.rule.code).to.equal('failed-by-transport');
    expect(ofPort(path)).to.deep.equal([[play.at, 'remote port rport-1:0-0 is Blocked']]);
    expect(path.next).to.deep.equal([
      { code: 'port-return', at: null, text: 'it is probed at once when remote port rport-1:0-0 is back' },
    ]);
  });

  it('is as any other failed one while the port is well, or unknown', () => {
    const play = three();
    play.probed(1, 'down');
    expect([told(play, 1).rule.code, codes(told(play, 1))]).to.deep.equal(['failed-by-probe', ['recovery-check']]);
    play.present(facts(4, { remotePort: null }));
    expect(ofPort(told(play, 4))).to.deep.equal([]);
    play.feed({ kind: 'port-removed', name: 'rport-2:0-0' });
    expect([codes(told(play, 2)), ofPort(told(play, 2))]).to.deep.equal([['recovery-check'], []]);
  });
});

describe('A path that is held back', () => {
  const held = (): Play => {
    const play = three();
    for (let loss = 0; loss < 4; loss += 1) {
      play.port(lostPort(1));
      play.port(rport(1));
    }
    return play;
  };

  it('tells why, since when and until when, and what ends it', () => {
    const play = held();
    const path = told(play, 1);
    expect(path.rule).to.deep.equal({
      code: 'held-back',
      text: 'the transport lost it (remote port rport-1:0-0 is Blocked), and its remote port has been lost again and again: it is held back until the port has stayed for a while, as the unit has other paths',
    });
    expect(ofPort(path)[1]).to.deep.equal([
      play.at,
      'remote port rport-1:0-0 is held back: it was lost again and again',
    ]);
    expect(path.next).to.deep.equal([
      {
        code: 'hold-end',
        at: play.at + 60_000,
        text: 'if remote port rport-1:0-0 stays, it is probed then, and a good probe brings it back; "spscmd failback 1:0:0:0" does so now',
      },
    ]);
  });

  it('waits for the port first where that is lost again', () => {
    const play = held();
    play.port(lostPort(1));
    expect(codes(told(play, 1))).to.deep.equal(['port-return']);
  });

  it('is not, where the unit has no other path', () => {
    const play = held();
    play.kernel(map(['1F', '2F', '3F']));
    expect([told(play, 1).rule.code, codes(told(play, 1))]).to.deep.equal(['failed-by-transport', ['no-path-check']]);
  });
});

describe('A path whose remote port degrades', () => {
  it('waits behind the others, which tell that they are preferred for it', () => {
    const play = three();
    degrade(play, 1);
    const path = told(play, 1);
    expect(path.rule).to.deep.equal({
      code: 'marginal',
      text: 'it is enabled and works, but its remote port degrades (FPIN congestion): it is used after the other enabled ones',
    });
    expect(ofPort(path)[1]).to.deep.equal([play.at, 'remote port rport-1:0-0 degrades: FPIN congestion']);
    expect(codes(path)).to.deep.equal(['all-clear', 'later-heir', 'health-check']);
    expect(told(play, 2).rule.text).to.equal(
      'it is enabled and healthy, and its priority 2 is the highest of those whose remote port does not degrade that are',
    );
    const [unit] = explain(play.state, '0', circumstances(play.at)).units;
    expect(unit?.groups[2]).to.deep.equal({
      role: 'next',
      paths: ['1:0:0:0'],
      text: 'priority 3; behind a remote port that degrades',
    });
  });

  it('is compared with others that degrade as they are with each other', () => {
    const play = three();
    for (const port of [1, 2, 3]) degrade(play, port);
    expect([1, 2].map((port) => told(play, port).rule.code)).to.deep.equal(['highest-priority', 'lower-priority']);
  });

  it('leaves a path that is best by its access state alone', () => {
    const play = three(['service-time']);
    degrade(play, 1);
    play.feed({ kind: 'access-states', wwid: lu(), groups: [{ id: 3, state: 'non-optimized' }] });
    expect(told(play, 2).rule.text).to.equal(
      'it is enabled and healthy, and no other such path whose remote port does not degrade has an access state as good as its own (unknown, which counts as optimized)',
    );
  });
});

describe('A port that changes its access state', () => {
  it('tells the state from before, by which the path keeps its place', () => {
    const play = three();
    play.feed({ kind: 'access-states', wwid: lu(), groups: [{ id: 1, state: 'optimized' }] });
    play.feed({ kind: 'access-states', wwid: lu(), groups: [{ id: 1, state: 'transitioning' }] });
    const texts = told(play, 1).seen.map(({ text }) => text);
    expect(texts).to.include('access state transitioning, before it optimized, target port group 1');
    play.present(facts(4, { access: 'transitioning' }));
    expect(told(play, 4).seen.map(({ text }) => text)).to.include('access state transitioning, target port group 4');
  });
});

describe('Time-outs that an operator set', () => {
  it('are told', () => {
    const play = new Play();
    play.port(rport(1, { fastIoFailSec: 9, devLossSec: 200 }));
    play.port(rport(2, { devLossSec: 300 }));
    for (const port of [1, 2]) play.present(facts(port));
    expect(ofPort(told(play, 1))[1]).to.deep.equal([
      null,
      'remote port rport-1:0-0 has fast_io_fail_tmo 9 and dev_loss_tmo 200 of an operator, left as set',
    ]);
    play.port(rport(2, { fastIoFailSec: 5, devLossSec: 300 }));
    play.port(rport(2, { devLossSec: 300 }));
    play.port(rport(2, { fastIoFailSec: 1, devLossSec: 300 }));
    play.port(rport(2, { fastIoFailSec: null, devLossSec: 300 }));
    expect(ofPort(told(play, 2))[1]?.[1]).to.equal(
      'remote port rport-2:0-0 has fast_io_fail_tmo off and dev_loss_tmo 300 of an operator, left as set',
    );
  });
});
