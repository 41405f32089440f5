// Somebody else works on the maps, with dmsetup or by a script: the controller sees it and puts right what it answers for.
import { expect } from 'chai';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { devT, mapName } from '../../../src/base/ids.js';
import * as dm from '../../../src/dm/devices.js';
import { type MultipathMessage, sendMessage } from '../../../src/dm/messages.js';
import { pull, plug } from '../inside/faults.js';
import type { IoRun } from '../inside/io.js';
import { deviceNumber, LabSystem } from '../inside/system.js';
import { until } from '../inside/until.js';

describe('lab: other hands', () => {
  let system: LabSystem;
  let writer: IoRun;
  before(async () => {
    system = await LabSystem.start({
      array: {
        ports: 2,
        luns: [
          { name: 'data', sizeMb: 8, serial: '00001701' },
          { name: 'idle', sizeMb: 8, serial: '00001702' },
        ],
      },
    });
    await system.control.post('/v1/paths/balance', { path: system.path('data', 0), mode: 'none' });
    writer = await system.write('data');
    await system.comesTo('data', '> ');
  });
  after(async () => {
    const { errors, mismatches } = await writer.stop();
    await system.end();
    expect({ errors, mismatches }).to.deep.equal({ errors: 0, mismatches: 0 });
  });

  const send = (message: MultipathMessage) => sendMessage(system.kernel('data').name, message);
  const path = (port: number) => devT(deviceNumber(system.array.disk('data', port)));

  it('a path that was failed by hand is shown, and comes back when a probe has proved it', async () => {
    const from = system.records().length;
    send({ kind: 'fail-path', devT: path(0) });
    await until('it is told', async () => (await system.events('data', from)).includes(270));
    await system.comesTo('data', '> ');
  });

  it('a path that was reinstated by hand is not believed without a probe', async () => {
    await pull(system.array, 1);
    await system.comesTo('data', '>X');
    send({ kind: 'reinstate-path', devT: path(1) });
    await system.comesTo('data', '>X');
    await plug(system.array, 1);
    await system.comesTo('data', '> ');
  });

  it('a scan while a cable is pulled costs no path, whoever asks for it', async () => {
    await pull(system.array, 1);
    await system.comesTo('data', '>X');
    const disk = system.array.disk('data', 1);
    // The product's own scan leaves the disk out; another's makes the kernel take it for empty.
    expect((await system.installation.spscmd('rescan', 'all')).status).to.equal(0);
    expect(readFileSync(`/sys/block/${disk}/size`, 'utf8').trim()).not.to.equal('0');
    writeFileSync(`/sys/block/${disk}/device/rescan`, '1');
    expect(readFileSync(`/sys/block/${disk}/size`, 'utf8').trim()).to.equal('0');
    expect((await system.installation.spscmd('rescan', 'all')).status).to.equal(0);
    await system.comesTo('data', '>X');
    await plug(system.array, 1);
    await system.comesTo('data', '> ');
    expect(readFileSync(`/sys/block/${disk}/size`, 'utf8').trim()).not.to.equal('0');
  });

  it('a path whose disk was empty when the controller started comes by itself', async () => {
    const disk = system.array.disk('data', 1);
    await pull(system.array, 1);
    await system.comesTo('data', '>X');
    await system.installation.controller.stop();
    writeFileSync(`/sys/block/${disk}/device/rescan`, '1');
    expect(readFileSync(`/sys/block/${disk}/size`, 'utf8').trim()).to.equal('0');
    await system.installation.startController();
    await system.watcherConnected();
    await system.comesTo('data', '>-');
    await plug(system.array, 1);
    await system.comesTo('data', '> ', { withinMs: 30_000 });
  });

  it('a group that was switched or bypassed by hand is set right', async () => {
    send({ kind: 'switch-group', group: 2 });
    await system.comesTo('data', '> ');
    await until('the first group is in use', () => system.kernel('data').activeGroup === 1);
    send({ kind: 'disable-group', group: 1 });
    await until('it is enabled', () => system.kernel('data').groups[0]?.state === 'active', {
      found: () => system.kernel('data').groups,
    });
    await system.comesTo('data', '> ');
  });

  it('a map that was removed is made again, with its node', async () => {
    const { name } = system.kernel('idle');
    dm.remove({ name });
    await until('it is there', () => system.findKernel('idle')?.hasTable === true && existsSync(`/dev/mapper/${name}`));
    await system.comesTo('idle', '>>');
    expect(system.kernel('idle').name).to.equal(name);
  });

  it('a map that was renamed keeps its new name', async () => {
    const { name, devT: device } = system.kernel('idle');
    dm.rename(name, 'by-hand');
    await until('it is shown', async () => (await system.unit('idle')).name === 'by-hand');
    await until('it has its node', () => existsSync('/dev/mapper/by-hand'));
    await system.comesTo('idle', '>>');
    expect(system.kernel('idle')).to.include({ name: 'by-hand', devT: device });
    await system.command('notavail', system.path('idle', 0));
    await system.comesTo('idle', '@>', { withinMs: 0 });
    dm.rename('by-hand', mapName(name));
    await until('it is shown', async () => (await system.unit('idle')).name === name);
  });
});
