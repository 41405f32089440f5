// Fence agents as clusters run them, on our maps: fence_mpath through our mpathpersist, fence_scsi past us by sg_persist.
import { expect } from 'chai';
import { ClusterMachine, withoutAbort } from '../inside/cluster/cluster-machine.js';
import type { PeerNode } from '../inside/cluster/peer-node.js';
import { readKeys, readReservation } from '../inside/cluster/sg-persist.js';
import { shareArray } from '../inside/cluster/shared-array.js';
import { plug, pull } from '../inside/faults.js';
import type { IoRun } from '../inside/io.js';
import { dmNode, type LabSystem } from '../inside/system.js';

/** As an agent is given them, which wants no leading zeros. */
const own = 'a4';
const other = 'beefbeef';
const key = '0x00000000000000a4';
const type = 'write-exclusive-registrants-only';

/** What `status` of an agent ends with. */
const isOn = 0;
const isOff = 2;

describe('lab: fence agents', () => {
  let system: LabSystem;
  let peer: PeerNode;
  let machine: ClusterMachine;
  before(async () => {
    ({ system, peer } = await shareArray({ ports: 2, luns: [{ name: 'data', sizeMb: 16, serial: '0000e104' }] }));
    machine = await ClusterMachine.start(system.installation);
  });
  after(async () => {
    await machine.end();
    await system.end();
  });

  const oracle = () => peer.device('data');

  /** Runs an agent, which must end with that status. */
  async function fence(agent: string, action: string, ...args: string[]): Promise<number> {
    const { status, stderr } = await machine.run(agent, `--action=${action}`, ...args);
    if (status !== isOn && status !== isOff)
      throw new Error(`${agent} ${action} ended with ${String(status)}: ${stderr}`);
    return status;
  }

  describe('fence_mpath', () => {
    const mpath = (action: string, plugged: string) =>
      fence(
        'fence_mpath',
        action,
        `--plug=${plugged}`,
        `--devices=${system.device('data')}`,
        `--mpathpersist-path=${withoutAbort.mpathpersist}`,
      );

    it('lets this node in: on', async () => {
      expect(await mpath('status', own)).to.equal(isOff);
      expect(await mpath('on', own)).to.equal(0);
      expect(readKeys(oracle())).to.deep.equal([key, key]);
      expect(readReservation(oracle())).to.deep.equal({ key, type });
      expect((await system.unit('data')).reservation?.key ?? '').to.equal(key);
      expect(await mpath('status', own)).to.equal(isOn);
      expect(await mpath('monitor', own)).to.equal(0);
    });

    it('puts the other node out: off', async () => {
      peer.register('data');
      expect(peer.write('data')).to.equal('done');
      expect(await mpath('status', other)).to.equal(isOn);
      expect(await mpath('off', other)).to.equal(0);
      expect(peer.write('data')).to.equal('conflict');
      expect(readKeys(oracle())).to.deep.equal([key, key]);
      expect(await mpath('status', other)).to.equal(isOff);
    });

    it('says that this node was put out, and lets it in again', async () => {
      peer.register('data');
      expect(peer.preempt('data', key, type)).to.equal('done');
      await system.comesTo('data', 'XX');
      expect(await mpath('status', own)).to.equal(isOff);
      expect(await mpath('on', own)).to.equal(0);
      await system.comesTo('data', '>>');
      expect(readKeys(oracle()).filter((each) => each === key)).to.have.length(2);
    });
  });

  describe('fence_scsi', () => {
    let writer: IoRun;
    before(async () => {
      await system.command('reserve', 'clear', '#0');
      writer = await system.write('data');
    });
    const scsi = (action: string, node: string) =>
      fence(
        'fence_scsi',
        action,
        `--key=${node}`,
        `--devices=/dev/${dmNode(system.kernel('data'))}`,
        `--sg_persist-path=${withoutAbort.sgPersist}`,
      );

    it('lets this node in on every path of the map: on', async () => {
      expect(await scsi('on', own)).to.equal(0);
      expect(readKeys(oracle())).to.deep.equal([key, key]);
      expect(readReservation(oracle())).to.deep.equal({ key, type });
      expect(await scsi('status', own)).to.equal(isOn);
      expect(await fence('fence_scsi', 'monitor', `--devices=/dev/${dmNode(system.kernel('data'))}`)).to.equal(0);
    });

    it('and its paths come and go as ever', async () => {
      for (const port of [0, 1]) {
        await pull(system.array, port);
        await system.comesTo('data', port === 0 ? 'X>' : '>X');
        await plug(system.array, port);
        await system.comesTo('data', '>>');
      }
      expect(readKeys(oracle())).to.deep.equal([key, key]);
    });

    it('puts the other node out: off', async () => {
      peer.register('data');
      expect(await scsi('off', other)).to.equal(0);
      expect(peer.write('data')).to.equal('conflict');
      expect(await scsi('status', other)).to.equal(isOff);
      const { problems, errors, mismatches } = await writer.stop();
      expect({ problems, errors, mismatches }).to.deep.equal({ problems: [], errors: 0, mismatches: 0 });
    });
  });
});
