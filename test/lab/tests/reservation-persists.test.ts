// An array that is switched off and on with a reservation that it was told to keep (APTPL).
import { expect } from 'chai';
import type { PeerNode } from '../inside/cluster/peer-node.js';
import { readNexuses, readReservation } from '../inside/cluster/sg-persist.js';
import { shareArray } from '../inside/cluster/shared-array.js';
import { switchOff, switchOn } from '../inside/cluster/target-restart.js';
import { Figures, ms } from '../inside/figures.js';
import type { LabSystem } from '../inside/system.js';
import { until } from '../inside/until.js';

const key = '0x00000000000000a3';
const type = 'exclusive-access-registrants-only';

describe('lab: a reservation that the array keeps', () => {
  const figures = new Figures();
  let system: LabSystem;
  let peer: PeerNode;
  before(async () => {
    ({ system, peer } = await shareArray({ ports: 4, luns: [{ name: 'data', sizeMb: 16, serial: '0000e103' }] }));
  });
  after(async () => {
    await system.end();
    figures.print();
  });

  it('is there after the array was switched off and on, and the I/O that waited goes on', async () => {
    await system.command('reserve', 'register', '#0', '--key', key, '--persist');
    await system.command('reserve', 'reserve', '#0', '--type', type);
    const writer = await system.write('data');
    const before = readNexuses(peer.device('data'));
    await switchOff(system.array, peer);
    await system.comesTo('data', '----');
    await switchOn(system.array, peer);
    expect(readReservation(peer.device('data'))).to.deep.equal({ key, type });
    await system.comesTo('data', '>>>>');
    expect(readReservation(peer.device('data'))).to.deep.equal({ key, type });
    expect(readNexuses(peer.device('data'))).to.have.deep.members(before);
    expect(peer.write('data')).to.equal('conflict');
    const { reads, writes } = await writer.stats();
    const { worstStallMs } = await writer.until((stats) => stats.reads + stats.writes > reads + writes + 20);
    figures.add(`the array was away: I/O waited ${ms(worstStallMs)}`);
    const { problems, errors, mismatches } = await writer.stop();
    expect({ problems, errors, mismatches }).to.deep.equal({ problems: [], errors: 0, mismatches: 0 });
  });

  it('is gone with the array where nobody asked to keep it: the key is not registered by itself again', async () => {
    await system.command('reserve', 'register', '#0', '--key', key);
    const from = system.records().length;
    await switchOff(system.array, peer);
    await system.comesTo('data', '----');
    await switchOn(system.array, peer);
    await until('no path is in use', async () => (await system.shown('data')) === 'XXXX');
    // Without a key of anybody the array would take I/O; the controller does not know that, and nobody has told it to.
    expect(system.kernelState('data')).to.match(/^[X-]{4}$/);
    expect(readNexuses(peer.device('data'))).to.deep.equal([]);
    expect(await system.events('data', from)).to.include(1039);
    await system.command('reserve', 'register', '#0', '--key', key);
    await system.comesTo('data', '>>>>');
    expect(readNexuses(peer.device('data'))).to.have.length(4);
  });
});
