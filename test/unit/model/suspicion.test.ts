/** A probe's or the transport's word takes a path out, except the last one that can carry I/O. */
import { expect } from 'chai';
import { facts, lostPort, lu, map, Play, rport } from '../../support/model-play.js';

const plain = { selectors: ['round-robin' as const] };

describe('The last usable path', () => {
  it('stays in service when the transport loses every port at once: the one that carries the I/O', () => {
    const play = Play.withPaths([facts(1), facts(2), facts(3)], map(['1', '2', '3']), plain);
    play.ports(lostPort(1), lostPort(2), lostPort(3));
    expect(play.shown()).to.equal('1>=3 2X=2 3X=1');
    expect(play.ids).to.deep.equal([1029, 1029, 1029, 1005, 1005, 278]);
    expect(play.path(1).suspicion?.cause).to.equal('transport');
  });

  it('is failed as soon as another one is proved good', () => {
    const play = Play.withPaths([facts(1), facts(2)], map(['1', '2']), plain);
    play.ports(lostPort(1), lostPort(2));
    play.port(rport(2));
    play.probed(2, 'up');
    expect(play.shown()).to.equal('1X=2 2>=1');
    expect(play.path(1).failure?.cause).to.equal('transport');
  });

  it('keeps the first suspicion, and loses it by a good probe', () => {
    const play = Play.withPaths([facts(1)], map(['1']), plain);
    play.port(lostPort(1));
    play.probed(1, 'down');
    expect(play.path(1).suspicion?.cause).to.equal('transport');
    play.port(rport(1));
    play.probed(1, 'up');
    expect(play.path(1).suspicion).to.equal(null);
    play.present(facts(2));
    expect(play.shown()).to.equal('1>=2 2=1');
  });

  it('does not give way to a path whose port refuses I/O, but that one does to it', () => {
    const paths = [facts(1), facts(2, { access: 'standby' })];
    const first = Play.withPaths(paths, map(['1', '2']), plain);
    first.probed(1, 'down');
    expect(first.shown()).to.equal('1>=2 2@=1');
    const second = Play.withPaths(paths, map(['1', '2']), plain);
    second.probed(2, 'down');
    expect(second.shown()).to.equal('1>=2 2X=1');
  });

  it('may be a disabled one: Standby is the last resort', () => {
    const play = Play.withPaths([facts(1), facts(2)], map(['1', '2']), plain);
    play.ask('disable', '2:0:0:0');
    play.probed(1, 'down');
    expect(play.shown()).to.equal('1X=2 2>=1');
  });
});

describe('The kernel', () => {
  it('is told at once of a path that fails and of one that is back, where its map takes messages', () => {
    const play = Play.withPaths([facts(1), facts(2)], map(['1', '2']), plain);
    play.port(lostPort(1));
    expect(play.does).to.deep.equal(['fail 8:16 in lu0', 'apply']);
    play.kernel(map(['1F1', '2']));
    play.port(rport(1));
    play.probed(1, 'up');
    expect(play.does).to.deep.equal(['reinstate 8:16 in lu0', 'apply']);
    play.kernel(map(['1', '2'], { suspended: true }));
    play.port(lostPort(1));
    expect(play.does).to.deep.equal(['apply']);
  });
});

describe('A transport that is back', () => {
  it('is only a reason to probe', () => {
    const play = Play.withPaths([facts(1), facts(2)], map(['1', '2']), plain);
    play.port(lostPort(1));
    play.port(rport(1));
    expect(play.shown()).to.equal('1X=2 2>=1');
    expect(play.does).to.include('probe 1 transport');
  });
});

describe('A probe', () => {
  it('is kept as the last one, unless it says nothing', () => {
    const play = Play.withPaths([facts(1)]);
    play.probed(1, 'retry', 'busy');
    expect(play.path(1).lastProbe).to.deep.equal({ at: play.at, verdict: 'retry', outcome: 'busy', latencyMs: 1 });
    play.probed(1, 'ignore');
    expect(play.path(1).lastProbe?.outcome).to.equal('busy');
  });

  it('of a path or a unit that is gone says nothing', () => {
    const play = Play.withPaths([facts(1)]);
    const { state } = play;
    play.probed(7, 'down');
    play.feed({
      kind: 'probed',
      answers: [{ wwid: lu(3), key: facts(1).key, verdict: 'up', outcome: 'up', latencyMs: 1 }],
    });
    expect(play.state).to.equal(state);
  });

  it('that finds a port standing by takes the path out of normal service until it is up', () => {
    const play = Play.withPaths([facts(1), facts(2)], map(['1', '2']), plain);
    play.probed(1, 'standby');
    expect([play.shown(), play.path(1).access]).to.deep.equal(['1=2 2>=1', 'standby']);
    play.probed(1, 'up');
    expect([play.shown(), play.path(1).access]).to.deep.equal(['1>=2 2=1', null]);
    expect(play.path(1).standbyByProbe).to.equal(false);
  });

  it('does not undo what the array itself says of the port', () => {
    const play = Play.withPaths([facts(1), facts(2)], map(['1', '2']), plain);
    play.feed({ kind: 'access-states', wwid: lu(), groups: [{ id: 1, state: 'standby' }] });
    play.probed(1, 'standby');
    play.probed(1, 'up');
    expect(play.path(1).access).to.equal('standby');
  });

  it('that finds a failed path standing by keeps it failed, and says why', () => {
    const play = Play.withPaths([facts(1), facts(2)], map(['1F', '2']), plain);
    play.probed(1, 'standby', 'not ready');
    expect(play.path(1).failure?.detail).to.equal('probe: not ready; its target port stands by');
    const { failure } = play.path(1);
    play.probed(1, 'standby', 'not ready');
    expect(play.path(1).failure).to.equal(failure);
  });
});

describe('Storage that says that it has changed', () => {
  it('has its paths in service asked whom they lead to, of a host or of one place', () => {
    const play = Play.withPaths([facts(1), facts(2), facts(11)], map(['1', '2', '11']), plain);
    play.feed({ kind: 'storage-changed', scope: 'host1' });
    expect(play.does).to.deep.equal(['probe 1 suspect']);
    play.feed({ kind: 'storage-changed', scope: '2:0:0:0' });
    expect(play.does).to.deep.equal(['probe 2 suspect']);
    play.port(lostPort(1));
    play.feed({ kind: 'storage-changed', scope: 'host1' });
    expect(play.does).to.deep.equal([]);
  });

  it('leaves out a new path whose sg node has yet to come', () => {
    const play = Play.withPaths([facts(1, { sg: null }), facts(2)], map(['1', '2']), plain);
    play.feed({ kind: 'storage-changed', scope: 'host1' });
    expect(play.does).to.deep.equal([]);
  });
});

describe('An answer to REPORT TARGET PORT GROUPS', () => {
  it('holds for every path through the group, and takes over from a probe', () => {
    const same = { portGroup: 5 };
    const play = Play.withPaths([facts(1, same), facts(2, same), facts(3, { portGroup: null })], null, plain);
    play.probed(1, 'standby');
    play.feed({
      kind: 'access-states',
      wwid: lu(),
      groups: [
        { id: 5, state: 'standby' },
        { id: 6, state: 'optimized' },
      ],
    });
    expect(play.unit().paths.map((path) => [path.access, path.standbyByProbe])).to.deep.equal([
      ['standby', false],
      ['standby', false],
      [null, false],
    ]);
    const { state } = play;
    play.feed({ kind: 'access-states', wwid: lu(), groups: [{ id: 5, state: 'standby' }] });
    play.feed({ kind: 'access-states', wwid: lu(7), groups: [{ id: 5, state: 'standby' }] });
    expect(play.state).to.equal(state);
  });

  it('groups the paths of a balanced unit anew', () => {
    const play = Play.withPaths([facts(1), facts(2)], map(['1 2']));
    play.feed({ kind: 'access-states', wwid: lu(), groups: [{ id: 1, state: 'non-optimized' }] });
    expect(play.shown()).to.equal('1=2 2>=1');
    expect(play.does).to.deep.equal(['apply']);
  });
});
