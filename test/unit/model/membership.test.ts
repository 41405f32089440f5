/** Paths that do not fit, sizes that change, devices that lead elsewhere or nowhere. */
import { expect } from 'chai';
import { pathKey, sectors } from '../../../src/base/ids.js';
import type { PathFacts } from '../../../src/discovery/facts.js';
import { dev, facts, lu, map, Play } from '../../support/model-play.js';

const big = { sizeSectors: sectors(4096) };
const inventory = (...paths: readonly PathFacts[]) => ({ kind: 'inventory' as const, paths, maps: [] });
const plain = { selectors: ['round-robin' as const] };

describe('A path that does not fit', () => {
  it('is refused for its size, once, and let in when the last path that was of the other size has gone', () => {
    const play = Play.withPaths([facts(1)], null, plain);
    play.present(facts(2, big));
    expect(play.ids).to.deep.equal([1004]);
    expect(play.records[0]?.detail).to.equal('it has 4096 sectors, its logical unit 2048');
    play.present(facts(2, big));
    expect(play.last.effects).to.deep.equal([]);
    play.gone(1);
    expect(play.shown()).to.equal('2>=1');
    expect(play.ids).to.include.members([274, 1001, 1003]);
    expect(play.does).to.deep.equal(['apply', 'probe 2 appeared', 'save']);
    expect(play.state.refused.size).to.equal(0);
  });

  it('is refused for the identity of a present path, and let in when that has gone', () => {
    const twin = facts(2, { key: facts(1).key });
    const play = Play.withPaths([facts(1)]);
    play.present(twin);
    expect(play.records.map(({ id, detail }) => [id, detail])).to.deep.equal([
      [1004, 'it has the initiator port, target port and LUN of path 1:0:0:0'],
    ]);
    play.gone(1);
    expect(play.unit().paths.map((path) => path.facts.devT)).to.deep.equal([dev(2)]);
  });

  it('is forgotten when its device goes', () => {
    const play = Play.withPaths([facts(1)]);
    play.present(facts(2, big));
    play.gone(2);
    expect(play.state.refused.size).to.equal(0);
    play.present(facts(2, big));
    play.feed(inventory(facts(1)));
    expect(play.state.refused.size).to.equal(0);
  });

  it('is refused anew, and so recorded, for another unit', () => {
    const play = Play.withPaths([facts(1), facts(1, {}, 1)]);
    play.present(facts(2, big));
    play.present(facts(2, { ...big, wwid: lu(1) }));
    expect(play.ids).to.deep.equal([1004]);
  });

  it('is refused as the 255th', () => {
    const play = new Play(plain);
    play.feed(inventory(...Array.from({ length: 255 }, (_, index) => facts(index, { key: pathKey('i', 't', index) }))));
    expect(play.unit().paths).to.have.length(254);
    expect(play.records.at(-1)?.detail).to.equal('all 254 priorities of its logical unit are in use');
  });
});

describe('A size that changes', () => {
  it('is that of the unit when every path of an inventory reports it', () => {
    const play = Play.withPaths([facts(1), facts(2)], map(['1', '2']), plain);
    play.feed({ ...inventory(facts(1, big), facts(2, big), facts(3, big)), maps: [map(['1', '2'])] });
    expect(play.unit().sizeSectors).to.equal(4096);
    expect(play.shown()).to.equal('1>=3 2=2 3=1');
    expect(play.ids).to.deep.equal([1003, 1001]);
  });

  it('takes paths out one by one, and the last one brings them back', () => {
    const play = Play.withPaths([facts(1), facts(2), facts(3)], null, plain);
    play.present(facts(1, big));
    expect(play.ids).to.deep.equal([274, 1004, 257, 258]);
    expect(play.shown()).to.equal('2>=2 3=1');
    play.present(facts(2, big));
    play.present(facts(3, big));
    expect(play.unit().sizeSectors).to.equal(4096);
    expect(play.shown()).to.equal('3=1 1>=3 2=2');
  });

  it('is not taken over where the paths of an inventory disagree', () => {
    const play = Play.withPaths([facts(1), facts(2)], null, plain);
    play.feed(inventory(facts(1, big), facts(2)));
    expect(play.shown()).to.equal('2>=1');
    expect(play.unit().sizeSectors).to.equal(2048);
  });
});

describe('A device that leads elsewhere than before', () => {
  it('leaves the old unit before it enters the new one', () => {
    const play = Play.withPaths([facts(1), facts(2)], null, plain);
    play.present(facts(1, { wwid: lu(1) }));
    expect(play.shown()).to.equal('2>=1');
    expect(play.unit(1).paths.map((path) => path.facts.devT)).to.deep.equal([dev(1)]);
    expect(play.last.effects.filter(({ kind }) => kind === 'apply')).to.deep.equal([
      { kind: 'apply', wwid: lu() },
      { kind: 'apply', wwid: lu(1) },
    ]);
    play.feed(inventory(facts(1), facts(2)));
    expect(play.shown()).to.equal('2=1 1>=2');
    expect(play.unit(1).paths).to.deep.equal([]);
  });

  it('is another path where its identity has changed', () => {
    const play = Play.withPaths([facts(1), facts(2)], null, plain);
    play.present(facts(1, { key: facts(3).key }));
    expect(play.unit().paths.map((path) => path.key)).to.deep.equal([facts(2).key, facts(3).key]);
  });
});

describe('A device that is offline', () => {
  it('makes a path that is failed from the start, is not loaded, and is probed when it runs', () => {
    const play = Play.withPaths([facts(1), facts(2, { state: 'offline' })], null, plain);
    expect(play.shown()).to.equal('1>=2 2X=1');
    expect(play.ids).to.deep.equal([1002, 1001, 1001, 1005]);
    play.present(facts(2));
    expect(play.does).to.deep.equal(['apply', 'probe 2 transport']);
  });

  it('has no probe when it appears in a unit in service', () => {
    const play = Play.withPaths([facts(1)], null, plain);
    play.present(facts(2, { state: 'transport-offline' }));
    expect(play.does).to.deep.equal(['save']);
  });

  it('is suspected where it is the last, and failed when another path is good again', () => {
    const play = Play.withPaths([facts(1), facts(2)], map(['1', '2F']), plain);
    play.present(facts(1, { state: 'offline' }));
    expect(play.shown()).to.equal('1>=2 2X=1');
    play.probed(2, 'up');
    expect(play.shown()).to.equal('1X=2 2>=1');
    expect(play.ids).to.deep.equal([272, 1005, 257, 258]);
  });
});

describe('An access state in sysfs', () => {
  it('counts where it changes, and an answer of the array stands until then', () => {
    const play = Play.withPaths([facts(1, { access: 'optimized' }), facts(2, { access: 'non-optimized' })]);
    play.feed({ kind: 'access-states', wwid: lu(), groups: [{ id: 1, state: 'standby' }] });
    play.present(facts(1, { access: 'optimized', revision: '1.1' }));
    expect([play.path(1).access, play.unit().revision]).to.deep.equal(['standby', '1.1']);
    play.present(facts(1, { access: 'non-optimized' }));
    expect(play.path(1).access).to.equal('non-optimized');
    play.probed(1, 'standby');
    play.present(facts(1, { access: 'optimized' }));
    expect([play.path(1).access, play.path(1).standbyByProbe]).to.deep.equal(['optimized', false]);
    play.present(facts(1, { access: 'non-optimized' }));
    play.present(facts(1, { access: null }));
    expect(play.path(1).access).to.equal('non-optimized');
  });
});
