// A reservation of a logical unit: one key on all of its paths, whatever path carries the I/O and whatever becomes of it.
import { expect } from 'chai';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ReservationView } from '../../../src/model/reservations/types.js';
import { writeThrough } from '../inside/cluster/direct-io.js';
import type { PeerNode } from '../inside/cluster/peer-node.js';
import { readKeys, readNexuses, readReservation, relativePort } from '../inside/cluster/sg-persist.js';
import { shareArray } from '../inside/cluster/shared-array.js';
import { plug, pull } from '../inside/faults.js';
import { Figures, ms } from '../inside/figures.js';
import type { IoRun } from '../inside/io.js';
import { Random } from '../inside/random.js';
import type { LabSystem } from '../inside/system.js';
import { until } from '../inside/until.js';

const rounds = Number(process.env['PATHMANAGER_ROUNDS'] ?? 50);
const ports = [0, 1, 2, 3];
const key = '0x00000000000000a1';
const type = 'write-exclusive-registrants-only';

describe('lab: a reservation', () => {
  const figures = new Figures();
  const random = new Random();
  let system: LabSystem;
  let peer: PeerNode;
  let writer: IoRun;

  before(async () => {
    ({ system, peer } = await shareArray({ ports: 4, luns: [{ name: 'data', sizeMb: 16, serial: '0000e101' }] }));
    await system.control.patch('/v1/settings', { cluster: true, clusterBalancing: true });
    writer = await system.write('data');
  });
  after(async () => {
    await system.end();
    figures.print();
  });
  afterEach(async () => {
    const { problems, errors, mismatches } = await writer.stats();
    expect({ problems, errors, mismatches }).to.deep.equal({ problems: [], errors: 0, mismatches: 0 });
  });

  const oracle = () => peer.device('data');
  const reserve = (action: string, ...args: string[]) => system.command('reserve', action, '#0', ...args);
  const disk = (port: number) => system.array.disk('data', port);
  const registeredPorts = () =>
    readNexuses(oracle())
      .filter((nexus) => nexus.key === key)
      .map(({ targetPort }) => targetPort);
  const read = async () => {
    const { stdout } = await system.installation.spscmd('reserve', 'read', '#0', '--json');
    return (JSON.parse(stdout) as ReservationView).status;
  };
  const registered = async () => (await system.unit('data')).paths.map((path) => path.registered);

  it('registers the key on every path, and keeps others from writing', async () => {
    expect(await registered()).to.deep.equal(Array(4).fill(null));
    const registerMs = await reserve('register', '--key', 'a1');
    figures.add(`spscmd reserve register: ${ms(registerMs)}`);
    expect(readKeys(oracle())).to.deep.equal(Array(4).fill(key));
    expect(new Set(registeredPorts())).to.deep.equal(new Set(ports.map((port) => relativePort(disk(port)))));
    expect(await registered()).to.deep.equal(Array(4).fill(true));
    expect(peer.write('data')).to.equal('done');

    await reserve('reserve', '--type', type);
    expect(readReservation(oracle())).to.deep.equal({ key, type });
    expect(peer.write('data')).to.equal('conflict');
    for (const port of ports) expect(await writeThrough(disk(port))).to.equal('done');
  });

  it('shows what sg_persist shows, of this node and of the other', async () => {
    peer.register('data');
    const { status } = await system.control.post('/v1/reservations', { unit: '#0', action: 'read' });
    expect(await read()).to.deep.equal(status);
    expect(status?.keys).to.deep.equal(readKeys(oracle()));
    expect(status?.reservation).to.deep.equal(readReservation(oracle()));
    const told = status?.registrants?.map(({ key, holder, targetPort }) => ({ key: key, holder, targetPort }));
    expect(told).to.deep.equal(
      readNexuses(oracle()).map(({ key, holder, targetPort }) => ({ key, holder, targetPort })),
    );
    for (const { initiator } of readNexuses(oracle()))
      expect(status?.registrants?.some((each) => each.initiator.includes(initiator))).to.equal(true, initiator);
    expect(status?.capabilities).to.include({ persistCapable: true, allTargetPorts: true, otherInitiators: true });
  });

  it('takes the key of the other node away, and lets go of what it holds', async () => {
    await reserve('preempt', '--victim', peer.key, '--type', type);
    expect(readKeys(oracle())).to.deep.equal(Array(4).fill(key));
    expect(peer.write('data')).to.equal('conflict');
    await reserve('release');
    expect(readReservation(oracle())).to.equal(null);
    expect(peer.write('data')).to.equal('done');
    peer.register('data');
    await reserve('clear');
    expect(readKeys(oracle())).to.deep.equal([]);
    expect(await registered()).to.deep.equal(Array(4).fill(null));
  });

  it('is refused while the other node holds one, and nothing is left behind by the refusal', async () => {
    peer.register('data');
    await reserve('register', '--key', key);
    expect(peer.reserve('data', type)).to.equal('done');
    const line = await system.refused(1, 'reserve', 'reserve', '#0', '--type', type);
    expect(line).to.include(peer.key);
    expect(readReservation(oracle())).to.deep.equal({ key: peer.key, type });
    peer.release('data', type);
    await reserve('unregister');
    expect(readKeys(oracle())).to.deep.equal([peer.key, peer.key]);
    peer.unregister('data');
  });

  it('a path that was down at the registration is registered when it is back, before its first I/O', async () => {
    await pull(system.array, 2);
    await system.comesTo('data', '>>X>');
    const { status, stderr } = await system.installation.spscmd('reserve', 'register', '#0', '--key', key);
    expect(status).to.equal(0);
    expect(stderr).to.include(system.path('data', 2));
    await reserve('reserve', '--type', type);
    expect(readKeys(oracle())).to.deep.equal(Array(3).fill(key));
    expect(await registered()).to.deep.equal([true, true, false, true]);

    // From here on the array refuses what is written through a path that is not registered, and the writer would tell.
    await plug(system.array, 2);
    await system.comesTo('data', '>>>>');
    expect(registeredPorts()).to.include(relativePort(disk(2)));
    expect(readKeys(oracle())).to.deep.equal(Array(4).fill(key));
    expect(await registered()).to.deep.equal(Array(4).fill(true));
  });

  it('a path that is new is registered before its first I/O', async () => {
    await system.array.unmapLun('data', 3);
    await system.comesTo('data', '>>>-');
    await system.array.mapLun('data', 3);
    await system.comesTo('data', '>>>>');
    expect(registeredPorts()).to.include(relativePort(disk(3)));
    expect(await registered()).to.deep.equal(Array(4).fill(true));
  });

  it(`is held over ${rounds} random failures of paths, seed ${random.seed}`, async function () {
    this.timeout(60_000 + rounds * 4_000);
    await writer.reset();
    const stalls: number[] = [];
    for (let round = 0; round < rounds; round++) {
      // In cluster mode I/O fails where no path is left: the one that stays must be one that carries I/O now.
      const shown = await system.shown('data');
      const stays = random.some(
        ports.filter((port) => shown[port] === '>'),
        1,
      )[0];
      const pulled = random.some(
        ports.filter((port) => port !== stays),
        1 + random.below(3),
      );
      for (const port of pulled) await pull(system.array, port);
      await sleep(random.below(150));
      expect(readReservation(oracle())).to.deep.equal({ key, type });
      for (const port of pulled) await plug(system.array, port);
      await sleep(random.below(300));
      stalls.push((await writer.stats()).worstStallMs);
      await writer.reset();
    }
    await system.comesTo('data', '>>>>', { withinMs: 20_000 });
    expect(peer.write('data')).to.equal('conflict');
    expect(readReservation(oracle())).to.deep.equal({ key, type });
    expect(readKeys(oracle())).to.deep.equal(Array(4).fill(key));
    for (const port of ports) expect(await writeThrough(disk(port))).to.equal('done');
    stalls.sort((a, b) => a - b);
    figures.add(
      `${rounds} rounds with a reservation: stalls: median ${ms(stalls[stalls.length >> 1] ?? NaN)}, worst ${ms(stalls.at(-1) ?? NaN)}`,
    );
  });

  it('is held while the daemons are away, and known to them when they are back', async () => {
    await system.installation.watcher.kill();
    await system.installation.controller.kill();
    expect(readReservation(oracle())).to.deep.equal({ key, type });
    await system.startDaemons();
    await until('every path is known to be registered', async () => (await registered()).every(Boolean));
    await system.comesTo('data', '>>>>');
    const stats = await writer.stop();
    expect(stats).to.include({ errors: 0, mismatches: 0 });
    writer = await system.write('data');
  });
});
