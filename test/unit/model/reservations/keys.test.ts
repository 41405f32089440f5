/** A unit's reservation key: registered, given up, taken away, and taken over from a save. */
import { expect } from 'chai';
import { wantedMap } from '../../../../src/model/grouping.js';
import { plan } from '../../../../src/model/plan.js';
import { toSaved } from '../../../../src/model/saved.js';
import type { SavedState } from '../../../../src/model/types.js';
import { unitsView } from '../../../../src/model/view.js';
import { dev, facts, lu, map, Play } from '../../../support/model-play.js';
import { joins, loses, other, own, registers, standings } from '../../../support/key-play.js';

const plain = { selectors: ['round-robin' as const, 'queue-length' as const] };
/** Ports 1 and 2, not balanced. */
const two = (): Play => Play.withPaths([facts(1), facts(2)], map(['1', '2']), plain);
const told = (play: Play) => play.records.map(({ id, path, detail }) => [id, path, detail]);
const wanted = (play: Play) => wantedMap(play.unit(), play.state.policy, play.state.settings);
const tried = (play: Play) =>
  plan(wanted(play), play.unit().map).map((each) => ('message' in each ? each.message.kind : each.kind));

describe('A key that is registered', () => {
  it('is kept, told and saved, and leaves the paths that have it as they are', () => {
    const play = two();
    play.feed({
      kind: 'key-registered',
      wwid: lu(),
      key: own,
      persist: true,
      allTargetPorts: true,
      paths: [1, 2].map((port) => ({ key: facts(port).key, result: 'registered', detail: '' })),
    });
    expect([play.shown(), standings(play)]).to.deep.equal(['1>=2 2=1', '1 held 2 held']);
    expect(told(play)).to.deep.equal([
      [1037, null, `${own} on 2 of 2 paths, kept over a loss of power, for all target ports`],
    ]);
    expect([play.does, play.last.touched]).to.deep.equal([['save'], [lu()]]);
    expect(toSaved(play.state).units[0]?.reservation).to.deep.equal({
      key: own,
      persist: true,
      allTargetPorts: true,
      lostSince: null,
      lostDetail: '',
    });
    const [view] = unitsView(play.state, 0).units;
    expect(view?.reservation).to.deep.equal({ key: own, lostSince: null });
    expect(view?.paths.map(({ registered }) => registered)).to.deep.equal([true, true]);
  });

  it('takes out what it has not reached, and has it join: it came while that was under way', () => {
    const play = two();
    registers(play, [1]);
    expect([play.shown(), standings(play)]).to.deep.equal(['1>=2 2X=1', '1 held 2 none']);
    expect(play.path(2).failure).to.deep.include({ cause: 'registration', detail: 'not registered yet' });
    expect(play.does).to.deep.equal([`fail ${dev(2)} in lu0`, 'apply', 'join 2', 'save']);
    expect(told(play)).to.deep.include([1040, '2:0:0:0', 'not registered yet']);
    const again = two();
    registers(again, [1], [1, 2]);
    expect(again.path(2).failure?.detail).to.equal('no answer');
  });

  it('leaves a failed path failed, registered or not', () => {
    const play = two();
    play.kernel(map(['1', '2F1']));
    registers(play, [1], [1, 2]);
    expect([standings(play), play.path(2).failure?.cause]).to.deep.equal(['1 held 2 none', 'kernel']);
    // Out of the table: a load would have it active for an instant.
    expect(wanted(play)?.groups.flatMap(({ paths }) => paths.map(({ devT }) => devT))).to.deep.equal([dev(1)]);
    registers(play, [1, 2]);
    expect([standings(play), play.shown()]).to.deep.equal(['1 held 2 held', '1>=2 2X=1']);
    // It answers: a probe may prove it.
    expect(play.does).to.include('probe 2 transport');
    play.probed(2, 'up');
    expect(play.shown()).to.equal('1>=2 2=1');
  });

  it('registered once more leaves a path that was registered verified before its return', () => {
    const play = two();
    registers(play, [1, 2]);
    play.kernel(map(['1', '2F1']));
    expect(standings(play)).to.equal('1 held 2 stale');
    registers(play, [1], [1, 2]);
    expect(standings(play)).to.equal('1 held 2 stale');
    registers(play, [1], [1, 2], other);
    expect(standings(play)).to.equal('1 held 2 none');
  });

  it('is nothing for a unit that is not known', () => {
    const play = new Play();
    registers(play, [1]);
    loses(play);
    joins(play, 1, 'registered');
    play.feed({ kind: 'key-given-up', wwid: lu(), how: 'cleared' });
    expect(play.state.units.size).to.equal(0);
  });
});

describe('A key that is given up', () => {
  it('is forgotten, and what was out for its lack is probed', () => {
    const play = two();
    registers(play, [1]);
    play.kernel(map(['1']));
    play.feed({ kind: 'key-given-up', wwid: lu(), how: 'unregistered' });
    expect(told(play)).to.deep.equal([[1038, null, `${own}: unregistered`]]);
    expect(play.does).to.deep.equal(['apply', 'probe 2 appeared', 'save']);
    expect([play.shown(), standings(play), play.unit().reservation]).to.deep.equal([
      '1>=2 2X=1',
      '1 none 2 none',
      null,
    ]);
    play.probed(2, 'up');
    // It had not failed: nothing is told of a return.
    expect([play.shown(), play.ids]).to.deep.equal(['1>=2 2=1', []]);
    expect(play.feed({ kind: 'key-given-up', wwid: lu(), how: 'cleared' }).effects).to.deep.equal([]);
  });

  it('brings back what the kernel goes on using, where nothing else is left', () => {
    const play = two();
    registers(play, [1]);
    play.feed({ kind: 'key-given-up', wwid: lu(), how: 'cleared' });
    play.kernel(map(['1F1', '2']));
    expect(play.shown()).to.equal('1X=2 2>=1');
    play.probed(1, 'up');
    // What was trusted is doubted still, and goes when there is another one.
    expect(play.path(2).failure?.cause).to.equal('registration');
  });
});

describe('A key that was taken away', () => {
  it('takes every path out at once, the last one too, and has waiting I/O fail', () => {
    const play = two();
    registers(play, [1, 2]);
    loses(play);
    expect(play.shown()).to.equal('1X=2 2X=1');
    expect(play.does.slice(0, 3)).to.deep.equal([`fail ${dev(1)} in lu0`, `fail ${dev(2)} in lu0`, 'apply']);
    expect(tried(play)).to.deep.equal(['fail-path', 'fail-path', 'fail-if-no-path']);
    expect(told(play)).to.deep.include([1039, null, `${own}: the array has it no more`]);
    expect(play.unit().reservation).to.include({ lostSince: play.at, lostDetail: 'the array has it no more' });
    const [view] = unitsView(play.state, 0).units;
    expect(view?.reservation).to.deep.equal({ key: own, lostSince: play.at });
    expect(view?.paths.map(({ registered }) => registered)).to.deep.equal([false, false]);
  });

  it('is registered nowhere any more, not even on a path that was down', () => {
    const play = two();
    play.kernel(map(['1', '2F1']));
    registers(play, [1, 2]);
    loses(play);
    const [view] = unitsView(play.state, 0).units;
    expect(view?.paths.map(({ registered }) => registered)).to.deep.equal([false, false]);
  });

  it('is told once, and only of the key of this moment', () => {
    const play = two();
    expect(loses(play).effects).to.deep.equal([]);
    registers(play, [1, 2]);
    expect(loses(play, other).effects).to.deep.equal([]);
    loses(play);
    expect(loses(play).effects).to.deep.equal([]);
  });

  it('fails again what somebody reinstates, each time, and never counts on it', () => {
    const play = two();
    registers(play, [1, 2]);
    loses(play);
    play.kernel(map(['1F1', '2F1'], { queueIfNoPath: false }));
    for (let time = 0; time < 3; time += 1) {
      play.kernel(map(['1A1', '2F1'], { queueIfNoPath: false, eventNr: time }));
      expect([play.shown(), play.does[0]]).to.deep.equal(['1X=2 2X=1', `fail ${dev(1)} in lu0`]);
      expect(tried(play)).to.deep.equal(['fail-path']);
    }
  });

  it('loads no table: a load makes every path active for an instant', () => {
    const play = two();
    registers(play, [1, 2]);
    loses(play);
    play.kernel(map(['1F1', '2F1'], { queueIfNoPath: false }));
    play.gone(2);
    play.present(facts(3));
    expect(tried(play)).to.deep.equal([]);
    play.kernel(null);
    expect(tried(play)).to.deep.equal([]);
    expect(play.path(3).failure?.detail).to.equal("the node's reservation key was taken away");
  });

  it('is registered again by an operator alone: no probe and no new path asks for it', () => {
    const play = two();
    registers(play, [1, 2]);
    loses(play);
    play.ask('failback', '1:0:0:0');
    play.probed(1, 'up');
    expect([play.shown(), play.ids]).to.deep.equal(['1X=2 2X=1', [262]]);
    play.present(facts(3));
    play.feed({ kind: 'watcher-came' });
    joins(play, 1, 'registered');
    expect([play.does, play.shown()]).to.deep.equal([[], '1X=3 2X=2 3X=1']);
    registers(play, [1, 2, 3]);
    expect([play.shown(), play.unit().reservation?.lostSince]).to.deep.equal(['1>=3 2=2 3=1', null]);
    expect(play.unit().paths.map(({ failure }) => failure)).to.deep.equal([null, null, null]);
  });

  it('gives nothing back that a register has not reached', () => {
    const play = two();
    registers(play, [1, 2]);
    loses(play);
    registers(play, [1], [1, 2]);
    expect([play.shown(), standings(play)]).to.deep.equal(['1>=2 2X=1', '1 held 2 none']);
  });
});

describe('A key from a save', () => {
  const saved = (lostSince: number | null = null): SavedState => {
    const play = two();
    registers(play, [1, 2]);
    const state = toSaved(play.state);
    const lost = { lostSince, lostDetail: lostSince === null ? '' : 'gone' };
    return {
      ...state,
      units: state.units.map((unit) => ({
        ...unit,
        reservation: unit.reservation && { ...unit.reservation, ...lost },
      })),
    };
  };
  const restored = (from: SavedState, kernel: ReturnType<typeof map> | null, ports = [1, 2]): Play => {
    const play = new Play(plain, from);
    const paths = ports.map((port) => facts(port));
    play.feed({ kind: 'inventory', paths, maps: kernel === null ? [] : [kernel] });
    return play;
  };

  it('takes over what the kernel uses, and has the rest join', () => {
    const play = restored(saved(), map(['1', '2F1']), [1, 2, 3]);
    expect(standings(play)).to.equal('1 held 2 stale 3 none');
    expect(play.unit().paths.map(({ failure }) => failure?.cause ?? null)).to.deep.equal([
      null,
      'kernel',
      'registration',
    ]);
    expect(play.does).to.include('join 3').and.to.include('probe 2 appeared');
    expect(play.unit().reservation?.restored).to.equal(false);
    // A watcher that comes verifies all of them.
    play.feed({ kind: 'watcher-came' });
    expect(play.does).to.deep.equal(['join 1', 'join 2', 'join 3']);
  });

  it('makes no map before a path is registered', () => {
    const play = restored(saved(), null);
    expect([play.shown(), tried(play)]).to.deep.equal(['1X=2 2X=1', []]);
    joins(play, 2, 'registered');
    expect([play.shown(), tried(play)]).to.deep.equal(['1X=2 2>=1', ['create']]);
    joins(play, 1, 'registered');
    expect([play.shown(), play.unit().paths.every(({ enabled }) => enabled)]).to.deep.equal(['1>=2 2=1', true]);
  });

  it('leaves paths enabled that only waited, whatever the failback mode is', () => {
    const play = restored(saved(), null);
    play.request({ kind: 'set-failback', mode: 'standby' });
    joins(play, 1, 'registered');
    expect(play.shown()).to.equal('1>=2 2X=1');
  });

  it('trusts the kernel for the first paths alone', () => {
    const play = restored(saved(), map(['1', '2']), [1]);
    play.present(facts(2));
    expect(standings(play)).to.equal('1 held 2 none');
  });

  it('stays taken away, and cuts off what the kernel still uses', () => {
    const play = restored(saved(500), map(['1', '2']));
    expect(play.shown()).to.equal('1X=2 2X=1');
    expect(play.does.slice(0, 2)).to.deep.equal([`fail ${dev(1)} in lu0`, `fail ${dev(2)} in lu0`]);
    expect(toSaved(play.state).units[0]?.reservation).to.include({ lostSince: 500, lostDetail: 'gone' });
  });

  it('waits for a device that is offline as for any other', () => {
    const play = new Play(plain, saved());
    play.feed({ kind: 'inventory', paths: [facts(1, { state: 'offline' })], maps: [] });
    expect([play.path(1).failure?.cause, play.does.some((each) => each.startsWith('join'))]).to.deep.equal([
      'transport',
      false,
    ]);
  });
});
