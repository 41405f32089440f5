// The controller ends, in whatever way, and another one starts: the I/O does not notice, and nothing is forgotten.
import { expect } from 'chai';
import { existsSync, readdirSync, readFileSync, rmdirSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { mapName } from '../../../src/base/ids.js';
import * as dm from '../../../src/dm/devices.js';
import { ensureRunning } from '../../../src/dm/maps.js';
import { ApiClient } from '../../../src/services/api-client/client.js';
import { LabArray, type ArraySpec } from '../inside/array.js';
import { clearTarget, loopback } from '../inside/clear-target.js';
import { Installation } from '../inside/daemons.js';
import { pull, plug } from '../inside/faults.js';
import type { IoRun } from '../inside/io.js';
import { MapEvents } from '../inside/map-events.js';
import { loadScsiDebug, modprobe } from '../inside/scsi-debug.js';
import { clearAway, deviceNumber, LabSystem } from '../inside/system.js';
import { readAttribute, until } from '../inside/until.js';

const spec: ArraySpec = {
  ports: 4,
  luns: [
    { name: 'data', sizeMb: 16, serial: '0000a101' },
    { name: 'log', sizeMb: 16, serial: '0000a102' },
  ],
};

describe('lab: takeover', () => {
  let system: LabSystem;
  let events: MapEvents;
  let writer: IoRun;

  before(async () => {
    system = await LabSystem.start({ array: spec });
    await system.control.post('/v1/paths/balance', { path: system.path('log', 0), mode: 'none' });
    events = MapEvents.listen();
  });
  after(async () => {
    await events.close();
    await system.end();
  });
  beforeEach(async () => {
    writer = await system.write('data');
  });
  afterEach(async () => {
    expect(await writer.stop()).to.include({ errors: 0, mismatches: 0 });
  });

  const progress = async () => {
    const { reads, writes } = await writer.stats();
    await writer.until((stats) => stats.reads + stats.writes > reads + writes + 20);
  };
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    it(`after ${signal} the maps stay, and are taken over as they are`, async () => {
      const before = {
        kernel: system.kernel('data'),
        remembered: await remembered(system),
        settings: await settings(system),
      };
      const loads = events.reloads(system, 'data');
      if (signal === 'SIGTERM') await system.installation.controller.stop();
      else await system.installation.controller.kill();
      await progress();
      await system.installation.startController();
      await system.watcherConnected();
      await progress();
      const { devT, name, eventNr } = system.kernel('data');
      expect([devT, name, eventNr]).to.deep.equal([before.kernel.devT, before.kernel.name, before.kernel.eventNr]);
      expect(events.reloads(system, 'data')).to.equal(loads);
      expect({ remembered: await remembered(system), settings: await settings(system) }).to.deep.equal({
        remembered: before.remembered,
        settings: before.settings,
      });
      expect([await system.shown('data'), await system.shown('log')]).to.deep.equal(['>>>>', '>   ']);
    });
  }

  it('what failed while nobody was there is known, and comes back', async () => {
    await system.installation.controller.kill();
    await pull(system.array, 1);
    await until('the kernel has failed the path', () => system.kernelState('data')[1] === 'X');
    await system.installation.startController();
    await system.comesTo('data', '>X>>');
    await plug(system.array, 1);
    await system.comesTo('data', '>>>>');
  });

  it('a map that was left suspended is resumed, one without a table is finished', async () => {
    const { name } = system.kernel('data');
    await system.installation.controller.kill();
    dm.suspend({ name: mapName(name) });
    const uuid = `mpath-${system.wwid('log')}`;
    const log = system.kernel('log').name;
    dm.remove({ name: log });
    dm.create(log, uuid);
    await system.installation.startController();
    expect(system.kernel('data').suspended).to.equal(false);
    await progress();
    await system.comesTo('log', '>   ');
    expect(system.kernel('log')).to.include({ name: log, suspended: false, hasTable: true });
  });

  it('a state file that was cut in half is kept aside, and the save before it is used', async () => {
    const [first = '', second = ''] = [0, 1].map((port) => system.path('log', port));
    await system.control.post('/v1/paths/swap', { first, second });
    await system.control.patch('/v1/settings', { failback: 'standby' });
    await system.installation.controller.kill();
    const file = join(system.installation.stateDir, 'state.json');
    const text = readFileSync(file, 'utf8');
    truncateSync(file, Math.floor(text.length / 2));

    await system.installation.startController();
    const aside = readdirSync(system.installation.stateDir).filter((each) => each.includes('damaged'));
    expect(aside).to.deep.equal(['state.json.damaged-1']);
    expect(readFileSync(`${file}.damaged-1`, 'utf8')).to.equal(text.slice(0, Math.floor(text.length / 2)));
    const told = system.records().filter((record) => record.event === 1012);
    expect(told).to.have.length(1);
    expect(told[0]?.msg).to.include('state.json.damaged-1');
    expect(await system.priorities('log')).to.deep.equal([3, 4, 2, 1]);
    // Set by the save that was damaged: the one before does not have it.
    expect(await settings(system)).to.include({ failback: 'active' });
    await system.comesTo('log', ' >  ');
  });
});

describe('lab: a reboot', () => {
  let system: LabSystem;
  before(async () => {
    reloadAdapters();
    system = await LabSystem.start({ array: spec });
  });
  after(() => system.end());

  it('finds priorities, modes and numbers again, with the disks under other host numbers and names', async () => {
    const [first = '', second = '', , fourth = ''] = [0, 1, 2, 3].map((port) => system.path('log', port));
    await system.control.post('/v1/paths/balance', { path: first, mode: 'none' });
    await system.control.post('/v1/paths/swap', { first, second });
    await system.control.post('/v1/paths/disable', { path: fourth, force: false });
    await system.control.post('/v1/paths/balance', { path: system.path('data', 0), mode: 'round-robin' });
    await system.control.patch('/v1/settings', { failback: 'standby' });
    const before = { units: await remembered(system), settings: await settings(system) };
    await system.installation.stop();
    await clearAway();
    system.array.end();

    reloadAdapters();
    // It takes the host numbers that the array had.
    await loadScsiDebug({ luns: 1, hosts: 3, sizeMb: 8 });
    const luns = [...spec.luns].reverse().map((lun) => ({ ...lun, lun: spec.luns.indexOf(lun) }));
    const later = system.with({ array: await LabArray.create({ ...spec, luns }) });
    await later.startDaemons();
    for (const lun of ['data', 'log']) await later.complete(lun);
    expect(later.path('log', 0)).to.not.equal(first);
    expect({ units: await remembered(later), settings: await settings(later) }).to.deep.equal(before);
    await later.comesTo('log', ' > @');
    await later.comesTo('data', '>>>>');
  });
});

describe('lab: a restart with many disks', () => {
  // More than the controller reads in one turn of its event loop.
  const count = 24;
  let system: LabSystem;
  before(async () => {
    system = await LabSystem.start({ array: { ports: 1, luns: [] } });
    await loadScsiDebug({ luns: count, hosts: 4, sizeMb: 8 });
    const all = async () => (await system.control.get('/v1/units')).units.filter((unit) => unit.map !== null).length;
    await until('all have their maps', async () => (await all()) === count, { withinMs: 20_000, found: all });
  });
  after(() => system.end());

  it('never says that there are fewer logical units than there are', async () => {
    await system.installation.controller.kill();
    const counts = new Set<number>();
    const restarted = system.installation.startController();
    const start = { over: false };
    void restarted.finally(() => (start.over = true));
    while (!start.over) {
      // Not being answered is the truth, too.
      const answer = await ApiClient.status(system.installation.runDir)
        .get('/v1/units')
        .catch(() => undefined);
      if (answer !== undefined) counts.add(answer.units.length);
    }
    await restarted;
    expect([...counts]).to.deep.equal([count]);
  });
});

describe('lab: takeover from multipathd', () => {
  let system: LabSystem;
  let events: MapEvents;

  before(async () => {
    system = await LabSystem.start({ array: spec });
    await system.installation.stop();
    await clearAway();
    events = MapEvents.listen();
  });
  after(async () => {
    await events.close();
    await system.end();
  });

  it('a map that it made is adopted with its name and its table, under running I/O', async () => {
    const name = 'mpatha';
    const disks = system.array.disks('data');
    const paths = disks.map((disk) => `${deviceNumber(disk)} 1`).join(' ');
    const params = `1 queue_if_no_path 0 1 1 service-time 0 ${disks.length} 1 ${paths}`;
    const sizeSectors = Number(readAttribute(`/sys/block/${disks[0] ?? ''}/size`));
    dm.create(name, `mpath-${system.wwid('data')}`);
    dm.loadTable({ name }, { sizeSectors: sizeSectors as never, target: 'multipath', params });
    dm.resume({ name });
    const writer = await system.write('data');
    const { eventNr } = system.kernel('data');
    const loads = events.reloads(system, 'data');

    const fresh = new Installation();
    const adopted = system.with({ installation: fresh });
    await adopted.startDaemons();
    await adopted.comesTo('data', '>>>>');
    expect((await adopted.unit('data')).name).to.equal(name);
    expect(events.reloads(adopted, 'data')).to.equal(loads);
    expect(adopted.kernel('data').eventNr).to.equal(eventNr);
    expect(adopted.records().map((record) => record.event)).to.include(1016);
    expect(existsSync(`/dev/mapper/${name}`)).to.equal(true);
    // From now on it is steered like any other.
    await adopted.command('notavail', adopted.path('data', 0));
    await adopted.comesTo('data', '@>>>', { withinMs: 0 });
    expect(adopted.kernel('data').name).to.equal(name);
    expect(await writer.stop()).to.include({ errors: 0, mismatches: 0 });
    ensureRunning(mapName(name));
    await fresh.stop();
  });
});

async function settings(system: LabSystem): Promise<unknown> {
  return system.control.get('/v1/settings');
}

/** What must be the same for people after a restart. */
async function remembered(system: LabSystem): Promise<unknown> {
  return Promise.all(
    ['data', 'log'].map(async (lun) => {
      const { number, name, balance, paths } = await system.unit(lun);
      const kept = paths.map(({ key, priority, enabled }) => ({ key, priority, enabled }));
      return { lun, number, name, balance, paths: kept.sort((a, b) => a.key.localeCompare(b.key)) };
    }),
  );
}

/** As a reboot does: the adapters, which have no port names of their own, are numbered from the start again. */
function reloadAdapters(): void {
  clearTarget();
  if (existsSync(loopback)) rmdirSync(loopback);
  modprobe('-r', 'tcm_loop');
}
