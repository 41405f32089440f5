// Another node takes this one's key away: from then on this node does no I/O to the logical unit, on any path, whatever
// the paths do, until somebody says so.
import { expect } from 'chai';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeThrough } from '../inside/cluster/direct-io.js';
import type { PeerNode } from '../inside/cluster/peer-node.js';
import { readKeys, readReservation } from '../inside/cluster/sg-persist.js';
import { shareArray } from '../inside/cluster/shared-array.js';
import { plug, pull } from '../inside/faults.js';
import { Figures, ms } from '../inside/figures.js';
import { type IoRun, startReader } from '../inside/io.js';
import type { LabSystem } from '../inside/system.js';
import { until } from '../inside/until.js';

const ports = [0, 1, 2, 3];
const key = '0x00000000000000a2';
const type = 'write-exclusive-registrants-only';

describe('lab: locked out by another node', () => {
  const figures = new Figures();
  let system: LabSystem;
  let peer: PeerNode;
  let reader: IoRun;
  let from = 0;

  before(async () => {
    ({ system, peer } = await shareArray({ ports: 4, luns: [{ name: 'data', sizeMb: 16, serial: '0000e102' }] }));
    await system.control.patch('/v1/settings', { cluster: true, clusterBalancing: true });
    await system.command('reserve', 'register', '#0', '--key', key);
    await system.command('reserve', 'reserve', '#0', '--type', type);
    reader = await startReader(system.device('data'));
    peer.register('data');
    from = system.records().length;
  });
  after(async () => {
    reader.kill();
    await system.end();
    figures.print();
  });

  /** The kernel has each path as failed, or does not have it: one that is not registered is not put into its table. */
  function expectOut(): void {
    expect(system.kernelState('data')).to.match(/^[X-]{4}$/);
  }
  const writes = () => Promise.all(ports.map((port) => writeThrough(system.array.disk('data', port))));

  it('no path carries I/O a second after it, reads neither', async () => {
    expect(await writes()).to.deep.equal(Array(4).fill('done'));
    const { errors } = await reader.reset();
    expect(peer.preempt('data', key, type)).to.equal('done');
    const preempted = performance.now();
    await until('the kernel has no path left', () => system.kernelState('data') === 'XXXX', {
      withinMs: 1000,
      pollMs: 2,
      found: () => system.kernelState('data'),
    });
    figures.add(`every path was out ${ms(performance.now() - preempted)} after the preempt`);
    expect(readReservation(peer.device('data'))).to.deep.equal({ key: peer.key, type });
    expect(await writes()).to.deep.equal(Array(4).fill('conflict'));
    // Waiting for a path would mean to write later what was meant for then.
    await reader.until((stats) => stats.errors > errors);
    expect(system.kernel('data').queueIfNoPath).to.equal(false);
  });

  it('says so', async () => {
    await system.comesTo('data', 'XXXX');
    expect((await system.unit('data')).reservation?.lostSince).to.be.a('number');
    const events = await system.events('data', from);
    expect(events.filter((event) => event === 1039)).to.have.length(1);
    for (const target of ['#0', system.path('data', 1)]) {
      const { stdout } = await system.installation.spscmd('explain', target);
      expect(stdout)
        .to.match(/taken away/i)
        .and.to.include('reserve register');
    }
    const doctor = await system.installation.spscmd('doctor');
    expect(doctor.status).to.equal(1);
    expect(doctor.stdout).to.match(/key/i);
  });

  it('stays out while all of its paths go and come back', async () => {
    for (let round = 0; round < 3; round++) {
      for (const port of ports) await pull(system.array, port);
      for (const port of ports) await plug(system.array, port);
      await system.array.unmapLun('data', round);
      await system.array.mapLun('data', round);
      // Two rounds of the patrol.
      await sleep(2100);
      expectOut();
      expect(readKeys(peer.device('data'))).to.deep.equal([peer.key, peer.key]);
    }
    const line = await system.refused(1, 'failback', system.path('data', 0));
    expect(line).to.match(/taken away/);
    expect(readKeys(peer.device('data'))).to.deep.equal([peer.key, peer.key]);
  });

  it('stays out when the daemons start again', async () => {
    await system.installation.watcher.kill();
    await system.installation.controller.kill();
    await system.startDaemons();
    await until('it is known', async () => (await system.shown('data')) === 'XXXX');
    await sleep(2100);
    expectOut();
    expect((await system.unit('data')).reservation?.lostSince).to.be.a('number');
    expect(readKeys(peer.device('data'))).to.deep.equal([peer.key, peer.key]);
  });

  it('is in again when an operator registers anew', async () => {
    await system.command('reserve', 'register', '#0', '--key', key);
    await system.comesTo('data', '>>>>');
    expect(await writes()).to.deep.equal(Array(4).fill('done'));
    const { errors, reads } = await reader.stats();
    await reader.until((stats) => stats.reads > reads + 20);
    expect((await reader.stats()).errors).to.equal(errors);
  });
});
