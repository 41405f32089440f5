// A reservation over Fibre Channel: what the other lab's target cannot do (PREEMPT AND ABORT), and cables pulled under it.
import { expect } from 'chai';
import { ClusterMachine } from '../../inside/cluster/cluster-machine.js';
import { PeerNode } from '../../inside/cluster/peer-node.js';
import { readKeys, readReservation } from '../../inside/cluster/sg-persist.js';
import { keepRegistrations } from '../../inside/cluster/target-restart.js';
import type { IoRun } from '../../inside/io.js';
import { LabSystem } from '../../inside/system.js';
import type { FcArray } from '../inside/fc-array.js';
import { plug, pull } from '../inside/fc-faults.js';
import { theArray } from '../inside/the-array.js';

const key = '0x00000000000000f1';
const type = 'write-exclusive-registrants-only';

describe('fc lab: a reservation', () => {
  let system: LabSystem<FcArray>;
  let peer: PeerNode;
  let machine: ClusterMachine;
  let writer: IoRun;
  before(async function () {
    this.timeout(180_000);
    keepRegistrations();
    system = await LabSystem.on(await theArray());
    peer = await PeerNode.connect(system.array, { ports: 1 });
    machine = await ClusterMachine.start(system.installation);
  });
  after(async () => {
    await machine.end();
    await peer.disconnect();
    await system.end();
  });

  const reserve = (action: string, ...args: string[]) => system.command('reserve', action, system.wwid('one'), ...args);

  it('is made over both fabrics', async () => {
    await reserve('register', '--key', key);
    await reserve('reserve', '--type', type);
    expect(readKeys(peer.device('one'))).to.deep.equal([key, key]);
    expect(readReservation(peer.device('one'))).to.deep.equal({ key, type });
    writer = await system.write('one', { pauseMs: 10, blocks: 256 });
  });

  it('takes the key of the other node away and aborts its commands', async () => {
    peer.register('one');
    expect(peer.write('one')).to.equal('done');
    await reserve('preempt-abort', '--victim', peer.key, '--type', type);
    expect(peer.write('one')).to.equal('conflict');
    expect(readKeys(peer.device('one'))).to.deep.equal([key, key]);
  });

  it('and so does a fence agent', async () => {
    peer.register('one');
    // Whom it is to fence stands in the list of devices that "on" makes.
    for (const [action, plugged] of [
      ['on', 'f1'],
      ['off', 'beefbeef'],
    ] as const) {
      const { status, stderr } = await machine.run(
        'fence_mpath',
        ...[`--action=${action}`, `--plug=${plugged}`, `--devices=${system.device('one')}`],
      );
      expect({ action, status }, stderr).to.deep.equal({ action, status: 0 });
    }
    expect(peer.write('one')).to.equal('conflict');
    expect(readKeys(peer.device('one'))).to.deep.equal([key, key]);
  });

  it('stays while one cable after the other is pulled and plugged in', async () => {
    for (const port of [0, 1]) {
      await pull(system.array, port, [writer]);
      await system.comesTo('one', port === 0 ? 'X>' : '>X', { withinMs: 30_000 });
      expect(readReservation(peer.device('one'))).to.deep.equal({ key, type });
      await plug(system.array, port);
      await system.comesTo('one', '>>', { withinMs: 30_000 });
    }
    expect(readKeys(peer.device('one'))).to.deep.equal([key, key]);
    const { errors, problems, mismatches } = await writer.stop();
    expect({ errors, problems, mismatches }).to.deep.equal({ errors: 0, problems: [], mismatches: 0 });
    await reserve('clear');
    expect(readKeys(peer.device('one'))).to.deep.equal([]);
  });
});
