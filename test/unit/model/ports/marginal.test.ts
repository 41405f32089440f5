/** Ports that degrade: their paths serve, and are used last. */
import { expect } from 'chai';
import { wantedMap } from '../../../../src/model/grouping.js';
import { plan } from '../../../../src/model/plan.js';
import { facts, map, Play, rport } from '../../../support/model-play.js';

const balanced = { selectors: ['service-time' as const] };
const marginal = (port: number) => rport(port, { state: 'marginal', portState: 'Marginal' });

function three(policy: { selectors: ('round-robin' | 'service-time')[] } = { selectors: ['round-robin'] }): Play {
  const play = new Play(policy);
  play.feed({
    kind: 'inventory',
    paths: [facts(1), facts(2), facts(3)],
    maps: [],
    ports: [rport(1), rport(2), rport(3)],
  });
  return play;
}

const groups = (play: Play): string =>
  (wantedMap(play.unit(), play.state.policy, play.state.settings)?.groups ?? [])
    .map(
      ({ bypassed, paths }) => `${bypassed ? '@' : ''}${paths.map(({ devT }) => Number(devT.slice(2)) / 16).join('+')}`,
    )
    .join(' ');

const notice = (play: Play, kind: 'degraded' | 'clear', targetPort: string | null = null): void => {
  play.feed({ kind: 'fabric-notice', notice: { kind, host: 'host1', targetPort, what: 'FPIN link integrity' } });
};

describe('A path whose remote port degrades', () => {
  it('comes after the other enabled ones and before the disabled ones, and is not failed', () => {
    const play = three();
    play.ask('disable', '3:0:0:0');
    notice(play, 'degraded');
    expect([play.shown(), groups(play)]).to.deep.equal(['1=3 2>=2 3@=1', '2 1 @3']);
    expect([play.ids, play.does]).to.deep.equal([[1033], ['apply']]);
    expect(play.path(1).marginal).to.deep.equal({ since: play.at, what: 'FPIN link integrity' });
    play.probed(2, 'down');
    expect(play.shown()).to.equal('1>=3 2X=2 3@=1');
  });

  it('leaves the group of a balanced unit for a later one, with others that degrade', () => {
    const play = three({ selectors: ['service-time'] });
    notice(play, 'degraded');
    expect([play.shown(), groups(play)]).to.deep.equal(['1=3 2>=2 3>=1', '2+3 1']);
    play.port(marginal(2));
    expect([play.shown(), groups(play)]).to.deep.equal(['1=3 2=2 3>=1', '3 1+2']);
    play.port(marginal(3));
    expect([play.shown(), groups(play)]).to.deep.equal(['1>=3 2>=2 3>=1', '1+2+3']);
  });

  it('makes no work where it is told again', () => {
    const play = three(balanced);
    notice(play, 'degraded');
    const { state } = play;
    notice(play, 'degraded');
    notice(play, 'degraded', 't1');
    expect(play.ids).to.deep.equal([]);
    expect(play.state.units).to.equal(state.units);
  });

  it('is one of the port that the notice names, or of all behind the host', () => {
    const play = three();
    notice(play, 'degraded', 't2');
    play.feed({ kind: 'fabric-notice', notice: { kind: 'degraded', host: 'host7', targetPort: null, what: 'x' } });
    expect(play.unit().paths.every((path) => path.marginal === null)).to.equal(true);
    notice(play, 'degraded', 't1');
    expect(play.path(1).marginal).to.not.equal(null);
  });

  it('takes its place again on the all-clear', () => {
    const play = three();
    notice(play, 'degraded');
    notice(play, 'clear');
    expect([play.ids, play.shown(), groups(play)]).to.deep.equal([[1034], '1>=3 2=2 3=1', '1 2 3']);
    notice(play, 'clear');
    expect(play.ids).to.deep.equal([]);
  });

  it('takes it again when the kernel says Online after Marginal, which no all-clear of the fabric ends', () => {
    const play = three();
    play.port(marginal(1));
    expect([play.ids, play.path(1).marginal?.what]).to.deep.equal([[1033], 'the kernel has it as Marginal']);
    notice(play, 'clear');
    expect(play.shown()).to.equal('1=3 2>=2 3=1');
    play.port(rport(1));
    expect([play.ids, play.shown()]).to.deep.equal([[1034], '1>=3 2=2 3=1']);
  });

  it('takes it again when the port was lost and is back, but not by any other change of the port', () => {
    const play = three();
    notice(play, 'degraded');
    play.port(rport(1, { hostDevLossSec: 99 }));
    expect(play.path(1).marginal).to.not.equal(null);
    play.port(rport(1, { state: 'lost', portState: 'Blocked' }));
    expect(play.path(1).marginal).to.not.equal(null);
    play.port(rport(1));
    expect([play.ids, play.path(1).marginal]).to.deep.equal([[1030, 1034], null]);
  });

  it('has it from the start where it comes later than its port, and loses it where it moves to another', () => {
    const play = new Play({ selectors: ['round-robin'] });
    play.ports(marginal(1), rport(2));
    play.present(facts(1));
    play.present(facts(2));
    expect(play.shown()).to.equal('1=2 2>=1');
    play.present(facts(1, { remotePort: 'rport-2:0-0' }));
    expect(play.shown()).to.equal('1>=2 2=1');
  });

  it('is loaded as a table of its own and needs nothing more then', () => {
    const play = three();
    notice(play, 'degraded');
    const wanted = wantedMap(play.unit(), play.state.policy, play.state.settings);
    expect(plan(wanted, map(['1', '2', '3'])).map(({ kind }) => kind)).to.include('reload');
    expect(plan(wanted, map(['2', '3', '1']))).to.deep.equal([]);
  });
});
