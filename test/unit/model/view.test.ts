/** What the API shows. */
import { expect } from 'chai';
import { mapName } from '../../../src/base/ids.js';
import { catalogue } from '../../../src/model/catalogue.js';
import { recordView, settingsView, unitsView } from '../../../src/model/view.js';
import { facts, lostPort, lu, map, Play, rport } from '../../support/model-play.js';

describe('The view of a remote port', () => {
  const portOf = (play: Play): unknown => unitsView(play.state, 0).units[0]?.paths[0]?.remotePort;

  it('is the same with each path behind it, and says all there is', () => {
    const play = new Play();
    play.feed({ kind: 'inventory', paths: [facts(1), facts(2)], maps: [], ports: [rport(1), rport(2)] });
    const timeout = (seconds: number | null, owner = 'ours'): unknown => ({ seconds, owner });
    const well = {
      name: 'rport-1:0-0',
      portState: 'Online',
      lost: null,
      held: null,
      marginal: null,
      fastIoFail: timeout(null),
      devLoss: timeout(100),
    };
    expect(portOf(play)).to.deep.equal(well);
    for (let loss = 0; loss < 4; loss += 1) {
      play.port(rport(1));
      play.port(lostPort(1, { fastIoFailSec: 7 }));
    }
    expect(portOf(play)).to.deep.equal({
      ...well,
      portState: 'Blocked',
      lost: { since: play.at },
      held: { since: play.at, until: null },
      fastIoFail: timeout(7, 'operator'),
    });
  });

  it('makes the units behind it other ones for those who follow, where it looks different', () => {
    const play = Play.withPaths([facts(1), facts(2)], map(['1', '2']));
    play.feed({ kind: 'path-present', facts: facts(3, { remotePort: null }, 1) });
    expect(play.port(rport(1)).changed).to.deep.equal([lu(0)]);
    expect(play.port(rport(1, { hostDevLossSec: 5 })).changed).to.deep.equal([]);
    expect(play.port(rport(1, { hostDevLossSec: 5, devLossSec: 7 })).changed).to.deep.equal([lu(0)]);
    expect(play.port(rport(8)).changed).to.deep.equal([]);
    expect(unitsView(play.state, 0).units[1]?.paths[0]?.remotePort).to.equal(null);
  });
});

describe('The view of a unit', () => {
  it('says all there is, as JSON can carry it', () => {
    const play = Play.withPaths([facts(1)], map(['1F2'], { openCount: 3 }));
    const answer = { verdict: 'down' as const, outcome: 'no answer', latencyMs: 1, listed: false };
    play.feed({ kind: 'probed', answers: [{ wwid: lu(), key: facts(1).key, ...answer }] });
    const [unit] = unitsView(play.state, 42).units;
    expect(unit).to.deep.equal({
      number: 0,
      wwid: lu(),
      name: 'lu0',
      vendor: 'NEC',
      product: 'DISK ARRAY',
      revision: '1.0',
      serial: 'serial0',
      sizeBytes: 2048 * 512,
      balance: 'none',
      noPath: { mode: 'queue-for', seconds: 60 },
      map: {
        devT: '253:0',
        node: 'dm-0',
        suspended: false,
        openCount: 3,
        queueIfNoPath: true,
        groups: [{ selector: 'service-time', state: 'enabled', paths: [{ devT: '8:16', failed: true }] }],
      },
      queueing: true,
      pathlessSince: play.at,
      problem: null,
      reservation: null,
      paths: [
        {
          key: 'i1|t1|0',
          number: '1:0:0:0',
          node: 'sdb',
          devT: '8:16',
          sg: 'sg1',
          priority: 1,
          enabled: true,
          state: 'failed',
          since: play.at,
          failure: { cause: 'kernel', since: play.at, detail: 'I/O failed, fail count 2' },
          failureCount: 1,
          access: null,
          portGroup: 1,
          initiatorPort: 'i1',
          targetPort: 't1',
          remotePort: null,
          transport: 'fc',
          deviceState: 'running',
          registered: null,
          vanishedSince: play.at,
          lastProbe: { at: play.at, verdict: 'down', outcome: 'no answer', latencyMs: 1 },
        },
      ],
    });
  });

  it('has no map, and no queueing, before the kernel has one', () => {
    const [unit] = unitsView(Play.withPaths([facts(1, { state: 'offline' })]).state, 0).units;
    expect([unit?.map, unit?.queueing, unit?.pathlessSince]).to.deep.equal([null, false, 1_000_000]);
  });

  it('is not queueing where the kernel fails I/O, or while a path is good', () => {
    const failing = Play.withPaths([facts(1)], map(['1F'], { queueIfNoPath: false }));
    expect(unitsView(failing.state, 0).units[0]?.queueing).to.equal(false);
    expect(unitsView(Play.withPaths([facts(1)], map(['1'])).state, 0).units[0]?.queueing).to.equal(false);
  });

  it('shows the name that the kernel has for the map', () => {
    const play = Play.withPaths([facts(1)], null, { names: new Map([[lu(), mapName('database')]]) });
    expect(unitsView(play.state, 0).units[0]?.name).to.equal('database');
    play.kernel(map(['1'], { name: mapName('mpatha') }));
    expect(unitsView(play.state, 0).units[0]?.name).to.equal('mpatha');
  });
});

describe('The view of all units', () => {
  it('lists by number those that have a path or a map', () => {
    const play = new Play();
    play.present(facts(1, {}, 2));
    play.present(facts(1, {}, 1));
    play.present(facts(1, {}, 0));
    play.kernel(map(['1'], {}, 1), 1);
    for (const index of [0, 1]) play.gone(1, index);
    const view = unitsView(play.state, 42);
    expect([view.sequence, view.units.map((unit) => unit.number)]).to.deep.equal([42, [0, 1]]);
  });
});

describe('The other views', () => {
  it('show the settings', () => {
    const { state } = new Play();
    expect(settingsView(state)).to.deep.equal(state.settings);
  });

  it('give a record the level and title of the catalogue', () => {
    const record = { id: 258 as const, at: 1, wwid: lu(), unit: null, path: null, detail: 'd' };
    const { level, title } = catalogue[258];
    expect(recordView(record)).to.deep.equal({ ...record, level, title });
  });
});
