/** What survives a restart. */
import { expect } from 'chai';
import { mapName, unitNumber } from '../../../src/base/ids.js';
import { initialState, toSaved } from '../../../src/model/saved.js';
import type { SavedState } from '../../../src/model/types.js';
import { facts, lu, map, Play, policy, saved } from '../../support/model-play.js';

type SavedUnit = SavedState['units'][number];

const settings = new Play().state.settings;

function unit(index: number, changes: Partial<SavedUnit> = {}): SavedUnit {
  return {
    wwid: lu(index),
    number: unitNumber(index),
    name: mapName(`lu${String(index)}`),
    balance: 'none',
    balanceChosen: false,
    prioritiesChosen: false,
    nameChosen: false,
    reservation: null,
    paths: [],
    ...changes,
  };
}

const restore = (...units: readonly SavedUnit[]): SavedState =>
  toSaved(initialState(policy, { version: 1, settings, units, ports: [] }));

describe('The first state', () => {
  it('has the defaults of the product', () => {
    expect(initialState(policy, null).settings).to.deep.equal({
      failback: 'active',
      cluster: false,
      clusterBalancing: false,
      watcher: { healthCheck: true, recoveryCheck: true, intervalSec: 60, thresholdSec: 60, timeoutSec: 120 },
    });
  });

  it('takes settings alone, or a whole save', () => {
    const other = { ...settings, cluster: true };
    expect(initialState(policy, other).settings).to.deep.equal(other);
    const state = initialState(policy, { version: 1, settings: other, units: [unit(0)], ports: [] });
    expect([state.settings, state.units.size]).to.deep.equal([other, 1]);
  });
});

describe('A save', () => {
  it('has units by number and paths by identity, present or away', () => {
    const play = new Play();
    play.present(facts(1, {}, 1));
    for (const port of [3, 2, 1]) play.present(facts(port));
    play.gone(3);
    play.ask('disable', '2:0:0:0');
    expect(toSaved(play.state)).to.deep.equal({
      version: 1,
      settings,
      units: [
        unit(1, { number: unitNumber(0), name: mapName('lu0'), paths: [{ ...saved(1, 1), key: facts(1, {}, 1).key }] }),
        unit(0, {
          number: unitNumber(1),
          name: mapName('lu1'),
          balance: 'service-time',
          paths: [saved(1, 1), saved(2, 2, false), saved(3, 3)],
        }),
      ],
      ports: [],
    });
  });

  it('keeps what was chosen', () => {
    const play = Play.withPaths([facts(1), facts(2)], map(['1', '2']));
    play.ask('use', '2:0:0:0');
    play.request({ kind: 'set-balance', path: { kind: 'node', node: 'sdb', text: 'sdb' }, mode: 'round-robin' });
    const again = new Play({}, toSaved(play.state));
    expect(again.unit()).to.deep.include({ balance: 'round-robin', balanceChosen: true, prioritiesChosen: true });
    expect(toSaved(again.state)).to.deep.equal(toSaved(play.state));
  });
});

describe('A save that contradicts itself', () => {
  it('keeps the first of two units with one number', () => {
    const { units } = restore(unit(0, { number: unitNumber(3) }), unit(1, { number: unitNumber(3) }), unit(2));
    expect(units.map((each) => [each.wwid, each.number])).to.deep.equal([
      [lu(1), 0],
      [lu(2), 2],
      [lu(0), 3],
    ]);
  });

  it('keeps the first of two units with one name', () => {
    const { units } = restore(unit(0, { name: mapName('data') }), unit(1, { name: mapName('data') }));
    expect(units.map((each) => each.name)).to.deep.equal(['data', 'lu1']);
  });

  it('keeps the first of two paths with one priority or identity', () => {
    const { units } = restore(unit(0, { paths: [saved(1, 5), saved(2, 5), saved(1, 7), saved(3, 254), saved(4, 5)] }));
    expect(units[0]?.paths).to.deep.equal([saved(1, 5), saved(2, 6), saved(3, 254), saved(4, 253)]);
  });

  it('keeps as many paths as there are priorities', () => {
    const many = Array.from({ length: 300 }, (_, index) => saved(index, 1));
    expect(restore(unit(0, { paths: many })).units[0]?.paths).to.have.length(254);
  });

  it('gives way to the configured names', () => {
    const names = new Map([[lu(1), mapName('lu0')]]);
    const state = initialState({ ...policy, names }, { version: 1, settings, units: [unit(0), unit(1)], ports: [] });
    expect([...state.units.values()].map((each) => each.name)).to.deep.equal(['lu0-2', 'lu0']);
  });
});

describe('Paths that are away', () => {
  it('are forgotten, the longest away first, when their numbers are needed', () => {
    const paths = Array.from({ length: 254 }, (_, index) => saved(index + 10, index + 1));
    const play = new Play({}, { version: 1, settings, units: [unit(0, { paths })], ports: [] });
    play.present(facts(1));
    expect(play.shown()).to.equal('1>=1');
    expect(play.unit().remembered).to.have.length(253);
    const manual = new Play({ initial: 'manual' }, { version: 1, settings, units: [unit(0, { paths })], ports: [] });
    manual.present(facts(1));
    expect(manual.shown()).to.equal('1>=1');
  });
});
