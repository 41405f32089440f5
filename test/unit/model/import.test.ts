/** Settings of a file: all of them or none. */
import { expect } from 'chai';
import { mapName } from '../../../src/base/ids.js';
import { dryRun } from '../../../src/model/dry-run.js';
import { differences, exportView, missingParts } from '../../../src/model/portable.js';
import { initialState, toSaved } from '../../../src/model/saved.js';
import { imported, key, pathsOf, scene, unitOf } from '../../support/import-play.js';
import { facts, lu, map, Play, policy, saved } from '../../support/model-play.js';

const priorities = (play: Play): readonly (readonly [string, number])[] =>
  [...play.unit().paths, ...play.unit().remembered].map((path) => [path.key.slice(1, 2), path.priority]);

describe('An export', () => {
  it('has every setting, units by number and paths by identity, those that are away too', () => {
    const play = scene();
    play.ask('disable', '2:0:0:0');
    const { units, ...system } = exportView(play.state);
    expect(system).to.deep.equal({ version: 1, ...play.state.settings });
    expect(Object.keys(units)).to.deep.equal([lu(0), lu(1)]);
    expect(units[lu(0)]).to.deep.equal({
      number: 0,
      name: 'lu0',
      balance: 'none',
      paths: {
        [key(1)]: { priority: 3, enabled: true },
        [key(2)]: { priority: 2, enabled: false },
        [key(3)]: { priority: 1, enabled: true },
      },
    });
  });

  it('is no change for those who import it', () => {
    const play = scene();
    const before = play.state;
    const { effects, touched, refusal } = imported(play, exportView(play.state));
    expect([effects, touched, refusal]).to.deep.equal([[], [], null]);
    expect(play.state).to.equal(before);
  });
});

describe('An import', () => {
  it('sets what it names and leaves the rest', () => {
    const play = scene();
    imported(play, {
      failback: 'standby',
      watcher: { intervalSec: 90, timeoutSec: undefined },
      units: { [lu(1)]: { balance: 'round-robin' } },
    });
    const { failback, cluster, watcher } = play.state.settings;
    expect([failback, cluster, watcher.intervalSec, watcher.timeoutSec]).to.deep.equal(['standby', false, 90, 120]);
    expect([play.unit(0).balance, play.unit(1).balance]).to.deep.equal(['none', 'round-robin']);
    expect(play.unit(1).balanceChosen).to.equal(true);
    expect(play.ids).to.deep.equal([267, 277, 277]);
  });

  it('turns priorities round, which one by one would be refused', () => {
    const play = scene();
    imported(play, pathsOf({ 1: { priority: 2 }, 2: { priority: 3 } }));
    expect(play.shown()).to.equal('1=2 2>=3');
    expect(play.unit().prioritiesChosen).to.equal(true);
    expect(play.records.map(({ id, detail }) => [id, detail])).to.deep.include([
      264,
      '1:0:0:0 from 3 to 2, 2:0:0:0 from 2 to 3',
    ]);
    play.feed({ kind: 'applied', wwid: lu() });
    expect(play.ids).to.deep.equal([265]);
  });

  it('sets those of a path that is away', () => {
    const play = scene();
    imported(play, pathsOf({ 3: { priority: 9, enabled: false } }));
    expect(play.records.map(({ detail }) => detail)).to.deep.equal([`${key(3)} from 1 to 9`]);
    play.present(facts(3));
    expect(play.shown()).to.equal('1>=3 2=2 3@=9');
  });

  it('keeps the enablement of a path that is away where nothing is said of it', () => {
    const play = scene();
    imported(play, pathsOf({ 3: { enabled: false } }));
    expect(play.ids).to.deep.equal([]);
    expect(play.unit().remembered).to.deep.equal([saved(3, 1, false)]);
    imported(play, pathsOf({ 3: {} }));
    expect(play.unit().remembered).to.deep.equal([saved(3, 1, false)]);
  });

  it('lets a path that is away and not named give way', () => {
    const play = scene();
    imported(play, pathsOf({ 1: { priority: 1 }, 2: { priority: 4 } }));
    expect(priorities(play)).to.deep.equal([
      ['1', 1],
      ['2', 4],
      ['3', 5],
    ]);
  });

  it('lets the one of several give way whose number is taken', () => {
    const play = scene();
    play.gone(2);
    imported(play, pathsOf({ 1: { priority: 2 } }));
    expect(priorities(play)).to.deep.equal([
      ['1', 2],
      ['3', 1],
      ['2', 3],
    ]);
  });

  it('enables and disables, with a record for each path', () => {
    const play = scene();
    imported(play, pathsOf({ 1: { enabled: false }, 2: { enabled: true } }));
    expect(play.shown()).to.equal('1@=3 2>=2');
    play.feed({ kind: 'applied', wwid: lu() });
    expect(play.records.map(({ id, path, detail }) => [id, path, detail])).to.deep.equal([
      [275, '1:0:0:0', 'disabled'],
    ]);
    imported(play, pathsOf({ 1: { enabled: true } }));
    expect(play.shown()).to.equal('1>=3 2=2');
  });

  it('exchanges numbers and names; a name waits for the next map', () => {
    const play = scene();
    const swap = { [lu(0)]: { number: 1, name: 'lu1' }, [lu(1)]: { number: 0, name: 'lu0' } };
    const { touched } = imported(play, { units: swap });
    expect(touched).to.deep.equal([lu(0), lu(1)]);
    expect(play.records.map(({ id, unit, detail }) => [id, unit, detail])).to.deep.equal([
      [1021, 1, 'from #0 "lu0" to #1 "lu1"'],
      [1021, 0, 'from #1 "lu1" to #0 "lu0"'],
    ]);
    // The kernel goes on telling the old name.
    play.kernel(map(['1 2 3'], { eventNr: 5 }));
    expect([play.unit(0).name, play.unit(0).map?.name]).to.deep.equal(['lu1', 'lu0']);
    const again = new Play({}, toSaved(play.state));
    again.present(facts(1));
    again.kernel(map(['1']));
    expect(again.unit().name).to.equal('lu1');
    again.kernel(null);
    expect(exportView(again.state).units[lu(0)]).to.include({ number: 1, name: 'lu1' });
  });

  it('sets a number alone without choosing a name', () => {
    const play = scene();
    imported(play, unitOf({ number: 7 }));
    expect([play.unit().number, play.unit().name, play.unit().nameChosen]).to.deep.equal([7, 'lu0', false]);
    imported(play, unitOf({ name: 'data' }));
    imported(play, unitOf({ number: 8 }));
    expect([play.unit().number, play.unit().name, play.unit().nameChosen]).to.deep.equal([8, 'data', true]);
  });

  it('goes through cluster mode in either direction', () => {
    const play = scene();
    imported(play, { cluster: true });
    expect(play.state.settings.cluster).to.equal(true);
    imported(play, { cluster: false, ...unitOf({ balance: 'service-time' }) });
    expect([play.state.settings.cluster, play.unit().balance]).to.deep.equal([false, 'service-time']);
    imported(play, { cluster: true, ...unitOf({ balance: 'none' }) });
    expect([play.state.settings.cluster, play.unit().balance]).to.deep.equal([true, 'none']);
  });

  it('takes the last healthy path where it is forced, and where there was none', () => {
    const forced = scene();
    const none = pathsOf({ 1: { enabled: false }, 2: { enabled: false } });
    expect(imported(forced, none, { force: true }).refusal).to.equal(null);
    expect(imported(forced, pathsOf({ 1: { priority: 8 } })).refusal).to.equal(null);
  });

  it('leaves out what is not known here where that is asked for', () => {
    const play = scene();
    const settings = {
      units: { [lu(5)]: { number: 5 }, [lu(0)]: { balance: 'round-robin' as const, paths: { 'x|y|0': {} } } },
    };
    expect(imported(play, settings, { skipMissing: true }).refusal).to.equal(null);
    expect([play.unit().balance, play.state.units.size]).to.deep.equal(['round-robin', 2]);
  });
});

describe('Differences', () => {
  it('name each setting with what it was and what it is', () => {
    const play = scene();
    const { changes, refusal } = dryRun(play.state, play.at, {
      kind: 'import',
      settings: {
        version: 1,
        cluster: true,
        watcher: { thresholdSec: 0 },
        units: {
          [lu(0)]: { number: 4, name: 'data', paths: { [key(1)]: { priority: 9 }, [key(3)]: { enabled: false } } },
        },
      },
      skipMissing: false,
      force: false,
    });
    const system = { wwid: null, unit: null, key: null, path: null, deferred: false };
    const unit = { ...system, wwid: lu(0), unit: 0 };
    expect(refusal).to.equal(null);
    expect(changes).to.deep.equal([
      { ...system, setting: 'cluster', from: false, to: true },
      { ...system, setting: 'watcher.thresholdSec', from: 60, to: 0 },
      { ...unit, setting: 'number', from: 0, to: 4 },
      { ...unit, setting: 'name', from: 'lu0', to: 'data', deferred: true },
      { ...unit, key: key(1), path: '1:0:0:0', setting: 'priority', from: 3, to: 9 },
      { ...unit, key: key(3), setting: 'enabled', from: true, to: false },
    ]);
    expect(play.unit().number).to.equal(0);
  });

  it('are none where the request is refused, and the refusal is told', () => {
    const settings = { version: 1 as const, units: { [lu(9)]: {} } };
    const request = { kind: 'import' as const, settings, skipMissing: false, force: false };
    const { changes, refusal } = dryRun(scene().state, 0, request);
    expect([changes, refusal?.code]).to.deep.equal([[], 'NOT_HERE']);
  });

  it('do not wait for a map where there is none', () => {
    const state = initialState(policy, toSaved(scene().state));
    const after = { ...state, units: new Map(state.units) };
    after.units.delete(lu(1));
    const unit = state.units.get(lu());
    if (unit !== undefined) after.units.set(lu(), { ...unit, name: mapName('data') });
    expect(differences(state, after).map(({ setting, deferred }) => [setting, deferred])).to.deep.equal([
      ['name', false],
    ]);
  });
});

describe('What is missing', () => {
  it('is each unit and each path that is not known', () => {
    const paths = { [key(3)]: {}, 'x|y|0': {} };
    const settings = { version: 1 as const, units: { [lu(8)]: { paths }, [lu(0)]: { paths }, [lu(1)]: {} } };
    expect(missingParts(scene().state, settings)).to.deep.equal([
      { wwid: lu(8), unit: null, key: null },
      { wwid: lu(0), unit: 0, key: 'x|y|0' },
    ]);
    expect(missingParts(scene().state, { version: 1 })).to.deep.equal([]);
  });
});
