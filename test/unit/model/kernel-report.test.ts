/** What the kernel says against what the model has decided: old failures, new ones, and paths that come back by themselves. */
import { expect } from 'chai';
import { wantedMap } from '../../../src/model/grouping.js';
import { plan } from '../../../src/model/plan.js';
import type { MapFacts } from '../../../src/base/map-facts.js';
import { facts, lu, map, Play } from '../../support/model-play.js';

const plain = { selectors: ['round-robin' as const] };
const two = (kernel: MapFacts = map(['1', '2'])): Play => Play.withPaths([facts(1), facts(2)], kernel, plain);

/** What the controller would do now, as words. */
function work(play: Play): readonly string[] {
  const { policy, settings } = play.state;
  return plan(wantedMap(play.unit(), policy, settings), play.unit().map).map((operation) =>
    operation.kind === 'message' ? operation.message.kind : operation.kind,
  );
}

describe('A report that a path has failed', () => {
  it('is believed, counted and timed', () => {
    const play = two();
    play.at = 5_000_000;
    play.kernel(map(['1F3', '2']));
    expect(play.path(1).failure).to.deep.equal({
      cause: 'kernel',
      since: 5_000_000,
      detail: 'I/O failed, fail count 3',
    });
    expect([play.path(1).failureCount, play.path(1).since]).to.deep.equal([1, 5_000_000]);
    expect(play.records.map((record) => [record.id, record.path])).to.deep.equal([
      [270, '1:0:0:0'],
      [257, '1:0:0:0'],
      [258, '2:0:0:0'],
      [278, '2:0:0:0'],
    ]);
  });

  it('of one path of a balanced unit moves its I/O to the others', () => {
    const play = Play.withPaths([facts(1), facts(2), facts(3)], map(['1 2 3']));
    play.kernel(map(['1 2F 3']));
    expect(play.shown()).to.equal('1>=3 2X=2 3>=1');
    expect(play.records.map((record) => [record.id, record.path])).to.deep.equal([
      [270, '2:0:0:0'],
      [257, '2:0:0:0'],
      [258, '1:0:0:0'],
    ]);
  });

  it('of all paths at once is one failover that failed', () => {
    const play = two();
    play.kernel(map(['1F', '2F']));
    expect(play.ids).to.deep.equal([270, 270, 257, 259, 1006]);
  });

  it('is waited out while a reinstatement is on its way', () => {
    const play = two(map(['1F5', '2']));
    play.probed(1, 'up');
    expect(work(play)).to.include('reinstate-path');
    play.kernel(map(['1F5', '2']));
    expect(play.path(1).failure).to.equal(null);
    expect(play.ids).to.deep.equal([]);
  });

  it('is a new failure where the fail count has risen', () => {
    const play = two(map(['1F5', '2']));
    play.probed(1, 'up');
    play.kernel(map(['1F6', '2']));
    expect(play.path(1).failure?.cause).to.equal('kernel');
  });

  it('is our own fail_path, where the path was active in the last report and has been proved good since', () => {
    const play = two();
    play.probed(1, 'down');
    play.probed(1, 'up');
    play.kernel(map(['1F1', '2']));
    expect(play.path(1).failure).to.equal(null);
    expect(work(play)).to.include('reinstate-path');
    play.kernel(map(['1F2', '2']));
    expect(play.path(1).failure?.cause).to.equal('kernel');
  });

  it('after a table load, when counts start anew, is waited out once and not again', () => {
    const play = two(map(['1F5', '2']));
    play.probed(1, 'up');
    play.kernel(map(['1F1', '2']));
    expect(play.path(1).failure).to.equal(null);
    play.kernel(map(['1F2', '2']));
    expect(play.path(1).failure?.cause).to.equal('kernel');
  });

  it('of a path that was not in the table before is waited out once', () => {
    const play = Play.withPaths([facts(1), facts(2)], map(['2']), plain);
    play.probed(1, 'down');
    play.probed(1, 'up');
    play.kernel(map(['1F1', '2']));
    expect(play.path(1).failure).to.equal(null);
    play.kernel(map(['1F2', '2']));
    expect(play.path(1).failure?.cause).to.equal('kernel');
  });

  it('is a failure at once when the reinstatement had been confirmed', () => {
    const play = two(map(['1F5', '2']));
    play.probed(1, 'up');
    play.kernel(map(['1A5', '2']));
    expect(play.ids).to.deep.equal([273]);
    play.kernel(map(['1F5', '2']));
    expect(play.path(1).failure?.cause).to.equal('kernel');
  });

  it('is not taken back by a plan that is made before the model hears of it', () => {
    const play = two();
    const { policy, settings } = play.state;
    const wanted = wantedMap(play.unit(), policy, settings);
    expect(plan(wanted, map(['1F1', '2'], { queueIfNoPath: true }))).to.deep.equal([]);
  });
});

describe('A report that a failed path is active', () => {
  it('is no proof: the path is probed once, stays failed, and is failed in the kernel again', () => {
    const play = two(map(['1F', '2']));
    play.kernel(map(['1A1', '2']));
    expect(play.does).to.deep.equal(['apply', 'probe 1 suspect']);
    expect(play.path(1).failure).to.not.equal(null);
    expect(work(play)).to.deep.equal(['fail-path']);
    play.kernel(map(['1A1', '2'], { eventNr: 1 }));
    expect(play.does).to.deep.equal([]);
  });

  it('is no news while our fail_path has not arrived', () => {
    const play = two();
    play.probed(1, 'down');
    play.kernel(map(['1', '2'], { eventNr: 1 }));
    expect([play.does, play.ids]).to.deep.equal([[], []]);
    expect(play.path(1).failure?.cause).to.equal('probe');
  });

  it('is believed where nothing else is left, and the failure becomes a suspicion', () => {
    const play = two();
    play.probed(1, 'down', 'no answer');
    play.kernel(map(['1', '2F']));
    expect(play.shown()).to.equal('1>=2 2X=1');
    expect(play.ids).to.deep.equal([270, 272, 273, 257, 258]);
    expect(play.path(1).suspicion?.detail).to.equal('probe: no answer');
    play.probed(2, 'up');
    expect(play.shown()).to.equal('1X=2 2>=1');
    expect(play.ids).to.deep.equal([272, 271, 257, 258]);
  });

  it('is believed where nothing is left and somebody reinstated the path, which leaves its fail count', () => {
    const play = two();
    play.kernel(map(['1F1', '2F2']));
    play.kernel(map(['1F1', '2A2']));
    expect(play.shown()).to.equal('1X=2 2>=1');
    expect(play.ids).to.deep.equal([272, 273, 1007]);
    expect(play.does).to.deep.equal(['apply', 'probe 2 suspect']);
    expect(work(play)).to.deep.equal([]);
  });

  it('is not believed in one report of a table that has just been loaded', () => {
    const play = two();
    play.kernel(map(['1F', '2F']));
    play.kernel(map(['1', '2']));
    expect(play.shown()).to.equal('1X=2 2X=1');
    expect(play.does).to.deep.equal(['apply', 'probe 1 suspect', 'probe 2 suspect']);
    play.kernel(map(['1', '2'], { eventNr: 1 }));
    expect(play.shown()).to.equal('1>=2 2=1');
    expect(play.ids).to.include(1007);
  });

  it('is not believed of a device that is offline', () => {
    const play = two();
    play.present(facts(1, { state: 'offline' }));
    play.kernel(map(['1', '2F']));
    expect(play.shown()).to.equal('1X=2 2X=1');
  });

  it('is believed of a port that refuses I/O only as the last resort', () => {
    const standby = facts(1, { access: 'standby' });
    const play = Play.withPaths([standby, facts(2), facts(3, { access: 'standby' })], map(['2', '1', '3']), plain);
    play.probed(1, 'down');
    play.kernel(map(['2F', '1', '3']));
    expect([play.shown(), play.ids]).to.deep.equal(['1X=2 2X=3 3>=1', [270, 257, 258, 278]]);
    play.kernel(map(['2F', '1', '3F']));
    expect(play.shown()).to.equal('1>=2 2X=3 3X=1');
  });
});

describe('A report of the map as a whole', () => {
  it('makes work where the kernel has something else than is wanted, and only the first time it says so', () => {
    const play = two();
    play.kernel(map(['1', '2'], { queueIfNoPath: false }));
    expect(play.does).to.deep.equal(['apply']);
    play.kernel(map(['1', '2'], { queueIfNoPath: false, eventNr: 1 }));
    expect(play.does).to.deep.equal([]);
  });

  it('makes no work where only the I/O has moved on', () => {
    const play = two();
    play.kernel(map(['1', '2'], { eventNr: 7, openCount: 3 }));
    expect(play.last.effects).to.deep.equal([]);
    expect(play.unit().map?.eventNr).to.equal(7);
  });

  it('leaves the very same state where it says nothing new', () => {
    const play = two();
    const { state } = play;
    play.kernel(map(['1', '2']));
    expect(play.state).to.equal(state);
  });

  it('ends a unit that has no path: its map is removed when nobody has it open', () => {
    const play = Play.withPaths([facts(1)], map(['1']));
    play.gone(1);
    expect(work(play)).to.deep.equal([]);
    play.kernel(map(['1F'], { openCount: 0 }));
    expect(play.does).to.deep.equal(['apply']);
    expect(work(play)).to.deep.equal(['remove']);
    play.kernel(null);
    expect(play.ids).to.deep.equal([1017]);
    expect(play.unit().pathlessSince).to.equal(null);
    play.kernel(null);
    expect(play.last.effects).to.deep.equal([]);
    play.feed({ kind: 'applied', wwid: lu(9) });
    expect(play.last.effects).to.deep.equal([]);
  });
});
