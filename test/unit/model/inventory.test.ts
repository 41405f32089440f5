/** Units come into being; paths come, change, go and come back. */
import { expect } from 'chai';
import { mapName, sectors, unitNumber } from '../../../src/base/ids.js';
import type { PathFacts } from '../../../src/discovery/facts.js';
import type { SavedState } from '../../../src/model/types.js';
import { dev, facts, group, lu, map, Play, saved } from '../../support/model-play.js';

const big = { sizeSectors: sectors(4096) };
const inventory = (...paths: readonly PathFacts[]) => ({ kind: 'inventory' as const, paths, maps: [] });
const plain = { selectors: ['round-robin' as const] };

describe('A new unit', () => {
  it('has the lowest free number, in the order of discovery, and a name of prefix and number', () => {
    const play = new Play();
    play.feed(inventory(facts(1, {}, 2), facts(1, {}, 0), facts(2, {}, 2)));
    expect([play.unit(2).number, play.unit(0).number]).to.deep.equal([0, 1]);
    expect([play.unit(2).name, play.unit(0).name]).to.deep.equal(['lu0', 'lu1']);
    expect(play.ids).to.deep.equal([1002, 1001, 1001, 1002, 1001]);
    expect(play.does).to.deep.equal(['apply', 'apply', 'save']);
  });

  it('is described by its path', () => {
    const { vendor, product, revision, serial, sizeSectors } = Play.withPaths([facts(1)]).unit();
    expect([vendor, product, revision, serial, sizeSectors]).to.deep.equal([
      'NEC',
      'DISK ARRAY',
      '1.0',
      'serial0',
      2048,
    ]);
  });

  it('takes the configured name, and steps aside from names that others hold or are to have', () => {
    const names = new Map([
      [lu(0), mapName('database')],
      [lu(2), mapName('lu1')],
    ]);
    const play = new Play({ names });
    const paths = [0, 1, 2, 3].map((index) => facts(1, {}, index));
    play.feed({ kind: 'inventory', paths, maps: [map(['1'], { name: mapName('lu3') }, 5)] });
    expect([0, 1, 2, 3].map((index) => play.unit(index).name)).to.deep.equal(['database', 'lu1-2', 'lu1', 'lu3-2']);
  });

  it('counts up where a name with a suffix is taken as well', () => {
    const names = new Map([
      [lu(1), mapName('lu0')],
      [lu(2), mapName('lu0-2')],
    ]);
    expect(new Play({ names }).feed(inventory(facts(1))).state.units.get(lu())?.name).to.equal('lu0-3');
  });
});

describe('The paths of a new unit, by the rule "auto"', () => {
  it('rank by access state, then by discovery; those that refuse I/O start disabled', () => {
    const play = Play.withPaths([
      facts(1, { access: 'standby' }),
      facts(2, { access: 'non-optimized' }),
      facts(3, { access: 'optimized' }),
      facts(4, { access: null }),
    ]);
    expect(play.shown()).to.equal('1@=1 2=2 3>=4 4>=3');
  });

  it('get the same numbers when they come one by one', () => {
    const play = new Play();
    for (const access of ['standby', 'non-optimized', 'optimized', null] as const) {
      play.present(facts(play.state.units.get(lu())?.paths.length ?? 0, { access }));
    }
    expect(play.shown()).to.equal('0@=1 1=2 2>=4 3>=3');
  });

  it('are balanced by service-time from the second optimized path on', () => {
    const play = Play.withPaths([facts(1)]);
    expect(play.unit().balance).to.equal('none');
    play.present(facts(2, { access: 'non-optimized' }));
    expect(play.unit().balance).to.equal('none');
    play.present(facts(3, { access: 'optimized' }));
    expect(play.unit().balance).to.equal('service-time');
    expect(play.shown()).to.equal('1>=3 2=1 3>=2');
  });

  for (const [why, play] of [
    ['the kernel has no service-time', () => Play.withPaths([facts(1), facts(2)], null, plain)],
    ['the rule is "manual"', () => Play.withPaths([facts(1), facts(2)], null, { initial: 'manual' })],
    [
      'the cluster mode is on',
      () => {
        const each = new Play();
        each.request({ kind: 'set-cluster', on: true });
        each.feed(inventory(facts(1), facts(2)));
        return each;
      },
    ],
    [
      'an operator has chosen so',
      () => {
        const each = Play.withPaths([facts(1)]);
        each.request({ kind: 'set-balance', path: { kind: 'node', node: 'sdb', text: 'sdb' }, mode: 'none' });
        each.present(facts(2));
        return each;
      },
    ],
  ] as const) {
    it(`are not balanced where ${why}`, () => {
      expect(play().unit().balance).to.equal('none');
    });
  }

  it('never take over the I/O from a path of their rank when they come later', () => {
    const play = Play.withPaths([facts(1)], null, plain);
    play.present(facts(2));
    expect(play.shown()).to.equal('1>=2 2=1');
    expect(play.does).to.deep.equal(['apply', 'probe 2 appeared', 'save']);
  });

  it('go below the numbers that an operator gave, while there is room', () => {
    const play = Play.withPaths([facts(1), facts(2)], null, plain);
    play.request({ kind: 'set-priority', path: { kind: 'device', devT: dev(2), text: '' }, priority: 9 });
    play.request({ kind: 'set-priority', path: { kind: 'device', devT: dev(1), text: '' }, priority: 3 });
    play.present(facts(3));
    play.present(facts(4));
    play.present(facts(5));
    expect(play.shown()).to.equal('1=3 2>=9 3=2 4=1 5=4');
  });
});

describe('The paths of a new unit, by the rule "manual"', () => {
  it('count up from 1, and only the first is enabled', () => {
    const play = Play.withPaths([facts(1), facts(2)], null, { initial: 'manual' });
    play.present(facts(3));
    expect(play.shown()).to.equal('1>=1 2@=2 3@=3');
  });
});

describe('A path that comes back', () => {
  it('has its old priority and enablement, also after a restart', () => {
    const from = savedUnit(saved(1, 7), saved(2, 3, false), saved(3, 250));
    const play = new Play(plain, from);
    play.feed(inventory(facts(3), facts(1), facts(2)));
    expect(play.shown()).to.equal('3>=250 1=7 2@=3');
    expect(play.unit().number).to.equal(4);
    expect(play.unit().name).to.equal('lu4');
  });

  it('does not make its unit balanced, as a new one would', () => {
    const play = new Play({}, savedUnit(saved(1, 2), saved(2, 1)));
    play.feed(inventory(facts(1), facts(2)));
    expect(play.unit().balance).to.equal('none');
    play.present(facts(3));
    expect(play.unit().balance).to.equal('service-time');
  });

  it('keeps its number while it is away, and a newcomer gets another one', () => {
    const play = Play.withPaths([facts(1), facts(2)], null, plain);
    play.gone(1);
    expect(play.ids).to.deep.equal([274, 257, 258, 278]);
    play.present(facts(3));
    play.present(facts(1));
    expect(play.shown()).to.equal('2=2 3=1 1>=3');
  });

  it('comes one above the highest where an operator gave its number away', () => {
    const play = Play.withPaths([facts(1), facts(2)], null, plain);
    play.gone(1);
    play.request({ kind: 'set-priority', path: { kind: 'device', devT: dev(2), text: '' }, priority: 2 });
    play.present(facts(1));
    expect(play.shown()).to.equal('2=2 1>=3');
  });

  it('starts as failed where its map has it so, until a probe proves it', () => {
    const play = Play.withPaths([facts(1), facts(2)], map(['1', '2']), plain);
    play.gone(1);
    play.kernel(map(['1F', '2']));
    play.present(facts(1));
    expect(play.path(1).failure?.cause).to.equal('kernel');
    expect(play.does).to.deep.equal(['apply', 'probe 1 appeared']);
    play.probed(1, 'up');
    expect(play.shown()).to.equal('2=1 1>=2');
  });
});

describe('An inventory', () => {
  it('is the whole truth: what it does not list is gone', () => {
    const play = Play.withPaths([facts(1), facts(2)], map(['1', '2']), plain);
    play.feed({ ...inventory(facts(2)), maps: [map(['1', '2'])] });
    expect(play.shown()).to.equal('2>=1');
    expect(play.unit().remembered.map((path) => path.key)).to.deep.equal([facts(1).key]);
  });

  it('takes a map away that it does not list', () => {
    const play = Play.withPaths([facts(1)], map(['1']));
    play.feed(inventory(facts(1)));
    expect(play.unit().map).to.equal(null);
    expect(play.does).to.deep.equal(['apply']);
  });

  it('probes a path that joins a unit in service, not the paths of one that begins', () => {
    const play = Play.withPaths([facts(1)], null, plain);
    expect(play.does).to.deep.equal(['apply', 'save']);
    play.feed(inventory(facts(1), facts(2)));
    expect(play.does).to.deep.equal(['apply', 'probe 2 appeared', 'save']);
    play.gone(1);
    play.gone(2);
    play.feed(inventory(facts(1), facts(2)));
    expect(play.does).to.deep.equal(['apply']);
  });

  it('says nothing new the second time', () => {
    const play = Play.withPaths([facts(1), facts(2, big)]);
    const { state } = play;
    play.feed(inventory(facts(1), facts(2, big)));
    expect(play.last.effects).to.deep.equal([]);
    expect(play.state.units).to.equal(state.units);
  });

  it('passes over maps that are not of multipath', () => {
    const play = new Play();
    play.feed({ kind: 'inventory', paths: [], maps: [map(['1'], { uuid: 'LVM-abc' })] });
    expect(play.state.strayMaps.size).to.equal(0);
  });
});

describe('A map that is there before its unit', () => {
  it('is adopted with name, order and failures, and nothing is to be done about it', () => {
    const play = new Play();
    const present = map(['2', '1F3', '3', group('4', { state: 'bypassed' })], { name: mapName('mpatha') });
    play.feed({ kind: 'inventory', paths: [facts(1), facts(2), facts(3), facts(4)], maps: [present] });
    expect(play.shown()).to.equal('1X=3 2>=4 3=2 4@=1');
    expect([play.unit().name, play.unit().balance, play.unit().number]).to.deep.equal(['mpatha', 'none', 0]);
    expect(play.ids).to.deep.equal([1002, 1016, 1001, 270, 1001, 1001, 1001]);
    expect(play.does).to.deep.equal(['apply', 'probe 1 appeared', 'save']);
    expect(play.state.strayMaps.size).to.equal(0);
  });

  it('is adopted as balanced where paths share a group', () => {
    const play = new Play();
    const present = map([group('2 1', { selector: 'queue-length' }), '3']);
    play.feed({ kind: 'inventory', paths: [facts(1), facts(2), facts(3)], maps: [present] });
    expect(play.unit().balance).to.equal('queue-length');
    play.gone(3);
    play.present(facts(4));
    expect(play.unit().balance).to.equal('queue-length');
  });

  it('is adopted as not balanced where its selector is foreign or the cluster mode forbids it', () => {
    const foreign = new Play();
    foreign.feed({ kind: 'inventory', paths: [facts(1)], maps: [map([group('1 2', { selector: 'other' })])] });
    expect(foreign.unit().balance).to.equal('none');
    const cluster = new Play();
    cluster.request({ kind: 'set-cluster', on: true });
    cluster.feed({ kind: 'inventory', paths: [facts(1)], maps: [map(['1 2'])] });
    expect(cluster.unit().balance).to.equal('none');
  });

  it('gives a path that is not in it a place behind the others', () => {
    const play = new Play();
    play.feed({ kind: 'inventory', paths: [facts(3), facts(1), facts(2)], maps: [map(['2', '1'])] });
    expect(play.shown()).to.equal('1=2 2>=3 3=1');
  });

  it('tells no priority where it has more paths than there are numbers', () => {
    const groups = Array.from({ length: 255 }, (_, port) => String(port));
    const play = new Play();
    play.feed({ kind: 'inventory', paths: [facts(0), facts(1)], maps: [map(groups)] });
    expect(play.shown()).to.equal('0=1 1>=254');
  });

  it('is kept until its unit comes, renewed and forgotten as the kernel says', () => {
    const play = new Play();
    play.kernel(map(['1']));
    play.kernel(map(['1F']));
    expect(play.state.strayMaps.get(lu())?.groups[0]?.paths[0]?.failed).to.equal(true);
    play.kernel(null);
    expect(play.state.strayMaps.size).to.equal(0);
    const { state } = play;
    play.kernel(null);
    expect(play.state).to.equal(state);
    play.kernel(map(['1']));
    play.feed(inventory());
    expect(play.state.strayMaps.size).to.equal(0);
  });

  it('is adopted by a unit that a save knows, which takes its name', () => {
    const play = new Play(plain, savedUnit(saved(1, 2), saved(2, 1)));
    play.feed({ kind: 'inventory', paths: [facts(1), facts(2)], maps: [map(['1', '2'], { name: mapName('mpatha') })] });
    expect(play.ids).to.deep.equal([1016, 1001, 1001]);
    expect(play.unit().name).to.equal('mpatha');
  });

  it('does not give its name to a unit with a configured one, or where another unit has that name', () => {
    const configured = new Play({ names: new Map([[lu(), mapName('database')]]) });
    configured.present(facts(1));
    configured.kernel(map(['1'], { name: mapName('mpatha') }));
    expect(configured.unit().name).to.equal('database');
    const taken = new Play();
    taken.feed(inventory(facts(1), facts(1, {}, 1)));
    taken.kernel(map(['1'], { name: mapName('lu1') }));
    expect(taken.unit().name).to.equal('lu0');
  });
});

function savedUnit(...paths: readonly ReturnType<typeof saved>[]): SavedState {
  const { settings } = new Play().state;
  const place = { wwid: lu(), number: unitNumber(4), name: mapName('lu4') };
  const choices = {
    balance: 'none' as const,
    balanceChosen: false,
    prioritiesChosen: false,
    nameChosen: false,
    reservation: null,
  };
  return { version: 1, settings, units: [{ ...place, ...choices, paths }], ports: [] };
}
