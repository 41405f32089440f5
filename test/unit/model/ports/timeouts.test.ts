/** Whose the time-outs of remote ports are, and what they should be. */
import { expect } from 'chai';
import type { RemotePort } from '../../../../src/discovery/remote-port.js';
import { portsAtRest } from '../../../../src/model/ports/timeouts.js';
import type { PortPolicy } from '../../../../src/model/ports/types.js';
import { initialState, toSaved } from '../../../../src/model/saved.js';
import type { NoPathPolicy, SavedState } from '../../../../src/model/types.js';
import { facts, lostPort, lu, map, Play, policy, rport } from '../../../support/model-play.js';

const adaptive: PortPolicy = { fastIoFail: 'adaptive', devLoss: 'auto', flapping: null };

/** A unit of the paths 1 and 2 behind ports that are as given. */
function start(
  changes: Partial<RemotePort> = {},
  ports: Partial<PortPolicy> = {},
  noPath: NoPathPolicy = policy.noPath,
  saved: SavedState | null = null,
): Play {
  const play = new Play({ selectors: ['round-robin'], noPath, ports: { ...adaptive, ...ports } }, saved);
  const known = [rport(1, changes), rport(2, changes)];
  play.feed({ kind: 'inventory', paths: [facts(1), facts(2)], maps: [], ports: known });
  return play;
}

const writes = (play: Play): readonly string[] => play.does.filter((each) => each.startsWith('set '));
const owners = (play: Play): unknown => {
  const port = play.state.ports.get('rport-1:0-0');
  return [port?.fastIoFail.owner, port?.devLoss.owner];
};

describe('fast_io_fail_tmo', () => {
  it('is 0 while every unit behind the port has another way, and 5 where the port carries the last one', () => {
    const play = start();
    expect(writes(play)).to.deep.equal(['set rport-1:0-0 fast 0', 'set rport-2:0-0 fast 0']);
    play.port(rport(1, { fastIoFailSec: 0 }));
    play.port(rport(2, { fastIoFailSec: 0 }));
    expect(play.does).to.deep.equal([]);
    play.port(lostPort(1, { fastIoFailSec: 0 }));
    expect(writes(play)).to.deep.equal(['set rport-2:0-0 fast 5']);
    play.port(rport(1, { fastIoFailSec: 0 }));
    expect(writes(play)).to.deep.equal([]);
    play.probed(1, 'up');
    expect(writes(play)).to.deep.equal([]);
    play.kernel(map(['1', '2']));
    expect(writes(play)).to.deep.equal(['set rport-2:0-0 fast 0']);
  });

  it('is written before the probes, and with what keeps the value in mind', () => {
    const play = start();
    play.kernel(map(['1', '2']));
    play.port(lostPort(1));
    expect(play.does).to.deep.equal(['fail 8:16 in lu0', 'apply', 'set rport-2:0-0 fast 5']);
    expect(toSaved(play.state).ports.map((port) => [port.targetPort, port.fastIoFailSec])).to.deep.equal([
      ['t1', [0, 5]],
      ['t2', [0, 5]],
    ]);
  });

  it('follows one unit of many that has no other way', () => {
    const play = start();
    play.present(facts(1, {}, 1));
    expect(writes(play)).to.deep.equal(['set rport-1:0-0 fast 5']);
    play.present(facts(2, {}, 1));
    expect(writes(play)).to.deep.equal(['set rport-1:0-0 fast 0']);
    play.gone(2, 1);
    expect(writes(play)).to.deep.equal(['set rport-1:0-0 fast 5']);
    play.gone(1, 1);
    expect(writes(play)).to.deep.equal(['set rport-1:0-0 fast 0']);
  });

  it('counts only paths that work: none that is failed, suspected, or refused by its port', () => {
    const play = start();
    play.feed({ kind: 'access-states', wwid: lu(), groups: [{ id: 2, state: 'standby' }] });
    expect(writes(play)).to.deep.equal(['set rport-1:0-0 fast 5']);
    play.feed({ kind: 'access-states', wwid: lu(), groups: [{ id: 2, state: 'optimized' }] });
    expect(writes(play)).to.deep.equal(['set rport-1:0-0 fast 0']);
    play.probed(1, 'down');
    expect(writes(play)).to.deep.equal(['set rport-2:0-0 fast 5']);
  });

  it('does not count a last path that is suspected', () => {
    const play = start();
    play.port(lostPort(1));
    play.port(lostPort(2));
    play.port(rport(1));
    expect(writes(play)).to.deep.equal(['set rport-1:0-0 fast 5']);
  });

  it('counts another transport as another way, and a disabled path too', () => {
    const play = start();
    play.ask('disable', '1:0:0:0');
    expect(writes(play)).to.deep.equal([]);
    const mixed = new Play();
    mixed.port(rport(1));
    mixed.present(facts(1));
    expect(writes(mixed)).to.deep.equal(['set rport-1:0-0 fast 5']);
    mixed.present(facts(2, { transport: 'iscsi', remotePort: null }));
    expect(writes(mixed)).to.deep.equal(['set rport-1:0-0 fast 0']);
  });

  it('is patient where disks that are no paths are behind the port', () => {
    const play = start();
    play.feed({ kind: 'shared-ports', names: ['rport-2:0-0', 'rport-9:0-0'] });
    expect(writes(play)).to.deep.equal(['set rport-2:0-0 fast 5']);
    const { state } = play;
    play.feed({ kind: 'shared-ports', names: ['rport-9:0-0', 'rport-2:0-0'] });
    expect(play.state).to.equal(state);
    play.feed({ kind: 'shared-ports', names: ['rport-9:0-0', 'rport-1:0-0'] });
    expect(writes(play)).to.deep.equal(['set rport-1:0-0 fast 5', 'set rport-2:0-0 fast 0']);
    play.feed({ kind: 'shared-ports', names: ['rport-2:0-0'] });
    play.feed({ kind: 'shared-ports', names: [] });
    expect(writes(play)).to.deep.equal(['set rport-2:0-0 fast 0']);
  });

  it('is left alone where no logical unit is behind the port', () => {
    const play = new Play();
    play.port(rport(1));
    expect(play.does).to.deep.equal([]);
  });

  it('stays below a short dev_loss_tmo', () => {
    const short = { devLossSec: 3, hostDevLossSec: 3 };
    const play = start(short, {}, { mode: 'fail' });
    play.port(lostPort(1, short));
    expect(writes(play)).to.deep.equal(['set rport-2:0-0 fast 2']);
    expect(writes(start(short, { fastIoFail: 30, devLoss: 'keep' }))[0]).to.equal('set rport-1:0-0 fast 2');
    expect(writes(start({ devLossSec: null }, { fastIoFail: 600 }))[0]).to.equal('set rport-1:0-0 fast 600');
  });

  it('is what the configuration says', () => {
    expect(writes(start({ fastIoFailSec: 7 }, { fastIoFail: 'off' }))[0]).to.equal('set rport-1:0-0 fast off');
    expect(writes(start({ fastIoFailSec: 7 }, { fastIoFail: 3 }))[0]).to.equal('set rport-1:0-0 fast 3');
    expect(writes(start({}, { fastIoFail: 'off' }))).to.deep.equal([]);
  });

  it('is not written while the port is lost, but when it is back', () => {
    const play = new Play({ ports: adaptive });
    play.feed({ kind: 'inventory', paths: [facts(1), facts(2)], maps: [], ports: [lostPort(1), rport(2)] });
    expect(writes(play)).to.deep.equal(['set rport-2:0-0 fast 5']);
    play.port(rport(1));
    expect(writes(play)).to.deep.equal(['set rport-1:0-0 fast 0']);
  });
});

describe('dev_loss_tmo', () => {
  const loss = (noPath: NoPathPolicy, ports: Partial<PortPolicy> = {}, changes: Partial<RemotePort> = {}): unknown =>
    writes(start({ fastIoFailSec: null, devLossSec: 60, hostDevLossSec: 60, ...changes }, ports, noPath))[0];

  it('covers the no-path time, and is never lowered', () => {
    expect(loss({ mode: 'queue-for', seconds: 60 })).to.equal('set rport-1:0-0 fast 0 loss 90');
    expect(loss({ mode: 'queue-for', seconds: 10 })).to.equal('set rport-1:0-0 fast 0');
    expect(loss({ mode: 'fail' })).to.equal('set rport-1:0-0 fast 0');
    expect(loss({ mode: 'queue' })).to.equal('set rport-1:0-0 fast 0 loss 2147483647');
  });

  it('is what the configuration says, or kept', () => {
    expect(loss({ mode: 'queue' }, { devLoss: 'keep' })).to.equal('set rport-1:0-0 fast 0');
    expect(loss({ mode: 'queue' }, { devLoss: 30 })).to.equal('set rport-1:0-0 fast 0 loss 30');
    expect(loss({ mode: 'queue' }, { devLoss: 30 }, { devLossSec: null })).to.equal('set rport-1:0-0 fast 0');
  });

  it('is 600 at most where fast_io_fail_tmo is off, and longer than what an operator set there', () => {
    expect(loss({ mode: 'queue' }, { fastIoFail: 'off' })).to.equal('set rport-1:0-0 loss 600');
    expect(loss({ mode: 'queue' }, { fastIoFail: 'off', devLoss: 900 })).to.equal('set rport-1:0-0 loss 600');
    expect(loss({ mode: 'queue' }, { fastIoFail: 'off' }, { devLossSec: 700, hostDevLossSec: 700 })).to.equal(
      undefined,
    );
    expect(loss({ mode: 'fail' }, { devLoss: 30 }, { fastIoFailSec: 50 })).to.equal('set rport-1:0-0 loss 51');
    const play = start({ devLossSec: 60, hostDevLossSec: 60 }, {}, { mode: 'queue-for', seconds: 10 });
    for (const fastIoFailSec of [0, null]) play.port(rport(1, { fastIoFailSec, devLossSec: 60, hostDevLossSec: 60 }));
    expect(owners(play)).to.deep.equal(['operator', 'ours']);
    play.request({ kind: 'set-cluster', on: true });
    expect(writes(play)).to.deep.equal([]);
  });

  it('is 600 at most where an operator turns fast_io_fail_tmo off before a longer one was seen to be there', () => {
    const short = { devLossSec: 60, hostDevLossSec: 60 };
    const play = start({ fastIoFailSec: 7, ...short }, {}, { mode: 'queue' });
    expect(writes(play)).to.include('set rport-1:0-0 loss 2147483647');
    const ports = [1, 2].map((port) => rport(port, { fastIoFailSec: null, ...short }));
    play.feed({ kind: 'inventory', paths: [facts(1), facts(2)], maps: [], ports });
    expect(writes(play)).to.deep.equal(['set rport-1:0-0 loss 600', 'set rport-2:0-0 loss 600']);
  });

  it('stays raised where I/O has not to wait any more, also while the write is under way', () => {
    const play = start({ devLossSec: 60, hostDevLossSec: 60 });
    expect(writes(play)[0]).to.equal('set rport-1:0-0 fast 0 loss 90');
    play.request({ kind: 'set-cluster', on: true });
    expect(writes(play)).to.deep.equal([]);
    play.request({ kind: 'set-cluster', on: false });
    expect(writes(play)).to.deep.equal([]);
  });

  it('is raised when cluster mode ends', () => {
    const play = new Play({ selectors: ['round-robin'] }, { ...new Play().state.settings, cluster: true });
    const short = { devLossSec: 60, hostDevLossSec: 60 };
    play.feed({ kind: 'inventory', paths: [facts(1)], maps: [], ports: [rport(1, short), rport(2, short)] });
    expect(writes(play)).to.deep.equal(['set rport-1:0-0 fast 5']);
    play.request({ kind: 'set-cluster', on: false });
    expect(writes(play)).to.deep.equal(['set rport-1:0-0 loss 90']);
  });
});

describe('A time-out at first sight', () => {
  const saved = (fastIoFailSec: readonly number[], devLossSec: readonly number[]): SavedState => ({
    ...toSaved(initialState(policy, null)),
    ports: [{ initiatorPort: 'i1', targetPort: 't1', fastIoFailSec, devLossSec }],
  });

  it('is ours where the kernel set it, or we did', () => {
    expect(owners(start())).to.deep.equal(['ours', 'ours']);
    expect(owners(start({ fastIoFailSec: 0, devLossSec: 90 }, {}, undefined, saved([0, 5], [90])))).to.deep.equal([
      'ours',
      'ours',
    ]);
  });

  it("is an operator's with any other value, told once and left alone", () => {
    const play = start({ fastIoFailSec: 5, devLossSec: 61 }, {}, undefined, saved([0], [90]));
    expect(owners(play)).to.deep.equal(['operator', 'operator']);
    expect(writes(play)).to.deep.equal([]);
    const told = play.records.filter(({ id }) => id === 1035).map(({ detail }) => detail);
    expect(told).to.deep.equal(
      [1, 2].map(
        (port) =>
          `remote port rport-${String(port)}:0-0 (t${String(port)} by host${String(port)}): fast_io_fail_tmo 5, dev_loss_tmo 61`,
      ),
    );
    expect(toSaved(play.state).ports).to.deep.equal([
      { initiatorPort: 'i1', targetPort: 't1', fastIoFailSec: [], devLossSec: [] },
    ]);
    play.port(lostPort(2, { fastIoFailSec: 5, devLossSec: 61 }));
    expect([writes(play), play.ids.includes(1035)]).to.deep.equal([[], false]);
    expect(owners(start({ fastIoFailSec: 5 }, {}, undefined, saved([0], [90])))).to.deep.equal(['operator', 'ours']);
  });

  it('is kept in an order that does not depend on who came first', () => {
    const orders = [
      [1, 2, 3],
      [3, 1, 2],
    ].map((numbers) => {
      const play = new Play();
      for (const number of numbers) play.port(rport(number));
      for (const number of numbers) play.present(facts(number));
      return toSaved(play.state).ports.map(({ targetPort }) => targetPort);
    });
    expect(orders).to.deep.equal([
      ['t1', 't2', 't3'],
      ['t1', 't2', 't3'],
    ]);
  });

  it('gives way to what the configuration says', () => {
    expect(owners(start({ fastIoFailSec: 7, devLossSec: 61 }, { fastIoFail: 3, devLoss: 'keep' }))).to.deep.equal([
      'ours',
      'ours',
    ]);
  });
});

describe('A time-out that changes', () => {
  it('is ours while our write is under way, whatever comes first of what was and what is', () => {
    const play = start();
    play.port(rport(1, { state: 'marginal', portState: 'Marginal' }));
    expect(owners(play)).to.deep.equal(['ours', 'ours']);
    play.port(lostPort(2));
    expect(writes(play)).to.deep.equal(['set rport-1:0-0 fast 5']);
    for (const fastIoFailSec of [null, 0, 5]) {
      play.port(rport(1, { fastIoFailSec }));
      expect(owners(play), String(fastIoFailSec)).to.deep.equal(['ours', 'ours']);
    }
    play.port(rport(1, { fastIoFailSec: 0 }));
    expect(owners(play)).to.deep.equal(['operator', 'ours']);
    expect(play.ids).to.include(1035);
  });

  it("is an operator's where it was not written by us", () => {
    const play = start({ fastIoFailSec: 9 }, { fastIoFail: 9, devLoss: 'auto' });
    expect(writes(play)).to.deep.equal([]);
    play.port(rport(1, { fastIoFailSec: 9, devLossSec: 100, hostDevLossSec: 60 }));
    expect(owners(play)).to.deep.equal(['ours', 'ours']);
    play.port(rport(1, { fastIoFailSec: 9, devLossSec: 1000 }));
    expect(owners(play)).to.deep.equal(['ours', 'operator']);
    expect(play.records.map(({ detail }) => detail)).to.deep.equal([
      'remote port rport-1:0-0 (t1 by host1): dev_loss_tmo 1000',
    ]);
    play.port(rport(1, { fastIoFailSec: null, devLossSec: 1000 }));
    expect(play.records.map(({ detail }) => detail)).to.deep.equal([
      'remote port rport-1:0-0 (t1 by host1): fast_io_fail_tmo off',
    ]);
  });

  it("is an operator's no more when the port has been removed", () => {
    const play = start({ fastIoFailSec: 5 });
    play.feed({ kind: 'port-removed', name: 'rport-1:0-0' });
    play.port(rport(1));
    expect(owners(play)).to.deep.equal(['ours', 'ours']);
  });

  it('is written again where it was not seen: at the next whole truth, and when the port is back', () => {
    const play = start();
    play.ports(rport(1), rport(2, { fastIoFailSec: 0 }));
    expect(writes(play)).to.deep.equal(['set rport-1:0-0 fast 0']);
    play.port(lostPort(1));
    play.port(rport(1));
    expect(writes(play)).to.include('set rport-1:0-0 fast 0');
    play.port(rport(1, { fastIoFailSec: 0 }));
    play.ports(rport(1, { fastIoFailSec: 0 }), rport(2, { fastIoFailSec: 0 }));
    expect(writes(play)).to.not.include('set rport-1:0-0 fast 0');
  });
});

describe('When nobody watches any more', () => {
  const rest = (play: Play): readonly unknown[] =>
    portsAtRest(play.state).map(({ port, fastIoFailSec }) => [port, fastIoFailSec]);

  it('every port that we have written is left patient', () => {
    const play = start();
    expect(rest(play)).to.deep.equal([
      ['rport-1:0-0', 5],
      ['rport-2:0-0', 5],
    ]);
    play.port(rport(1, { fastIoFailSec: 0, devLossSec: 4 }));
    expect(rest(play)[0]).to.deep.equal(['rport-1:0-0', 3]);
    play.port(lostPort(1));
    expect(rest(play)).to.deep.equal([]);
    expect(rest(start({ devLossSec: null }))).to.have.length(2);
  });

  it('nothing is written of what is not ours, or not adaptive', () => {
    expect(rest(start({ fastIoFailSec: 7 }))).to.deep.equal([]);
    expect(rest(start({}, { fastIoFail: 0 }))).to.deep.equal([]);
    expect(rest(start({ fastIoFailSec: 0 }, { fastIoFail: 'off' }))).to.deep.equal([]);
  });
});
