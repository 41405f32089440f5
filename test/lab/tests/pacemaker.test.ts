// A real Pacemaker, with corosync, as a cluster of one node; the peer of the lab plays the other one's part at the array.
import { expect } from 'chai';
import { ClusterMachine, withoutAbort } from '../inside/cluster/cluster-machine.js';
import { Pacemaker } from '../inside/cluster/pacemaker.js';
import type { PeerNode } from '../inside/cluster/peer-node.js';
import { readKeys, readReservation, wholeKey } from '../inside/cluster/sg-persist.js';
import { shareArray } from '../inside/cluster/shared-array.js';
import { plug, pull } from '../inside/faults.js';
import { Figures, ms } from '../inside/figures.js';
import type { IoRun } from '../inside/io.js';
import type { LabSystem } from '../inside/system.js';

const agent = '/usr/lib/ocf/resource.d/pathmanager/lu';
const key = '0x00000000000000a5';
const type = 'write-exclusive-registrants-only';
const luns = ['data', 'logs'];
/** As the cluster's configuration has the peer's. */
const otherKey = 'beefbeef';

/** A LUN as a resource; what becomes of it when its monitor fails is Pacemaker's default or what is said. */
function resource(lun: string, map: string, onFail: string): string {
  const [id, lunId] = [`lu-${lun}`, `${lun}-lu`];
  return `<primitive id="${id}" class="ocf" provider="pathmanager" type="lu">
<instance_attributes id="${id}-parameters">
<nvpair id="${lunId}" name="lu" value="${map}"/><nvpair id="${id}-key" name="key" value="a5"/>
</instance_attributes>
<operations>
<op id="${id}-monitor" name="monitor" interval="5s" timeout="60s" on-fail="${onFail}"/>
<op id="${id}-start" name="start" interval="0" timeout="90s"/><op id="${id}-stop" name="stop" interval="0" timeout="90s"/>
</operations>
</primitive>`;
}

/** A LUN of which each node is let in when it joins, and fenced from by taking its key away: fence_mpath. */
function fencedResource(map: string, device: string): string {
  const parameters = {
    devices: device,
    pcmk_host_map: `lab:1;other:${otherKey}`,
    pcmk_reboot_action: 'off',
    pcmk_monitor_action: 'metadata',
    mpathpersist_path: withoutAbort.mpathpersist,
  };
  const pairs = Object.entries(parameters).map(
    ([name, value]) => `<nvpair id="f-${name}" name="${name}" value="${value}"/>`,
  );
  return `<primitive id="fence" class="stonith" type="fence_mpath">
<instance_attributes id="fence-parameters">${pairs.join('')}</instance_attributes>
<meta_attributes id="fence-meta"><nvpair id="fence-provides" name="provides" value="unfencing"/></meta_attributes>
</primitive>
<primitive id="lu-shared" class="ocf" provider="pathmanager" type="lu">
<instance_attributes id="lu-shared-parameters">
<nvpair id="s-lu" name="lu" value="${map}"/><nvpair id="s-others" name="others" value="allow"/>
<nvpair id="s-keep" name="keep_key" value="true"/>
</instance_attributes>
</primitive>`;
}

describe('lab: Pacemaker', () => {
  const figures = new Figures();
  let system: LabSystem;
  let peer: PeerNode;
  let machine: ClusterMachine;
  let pacemaker: Pacemaker;
  let writer: IoRun;

  before(async () => {
    ({ system, peer } = await shareArray({
      ports: 2,
      luns: [...luns, 'shared'].map((name, index) => ({ name, sizeMb: 16, serial: `0000e11${index}` })),
    }));
    machine = await ClusterMachine.start(system.installation);
  });
  after(async () => {
    await machine.end();
    await system.end();
    figures.print();
  });

  it('ocf-tester finds nothing amiss with the agent', async function () {
    this.timeout(180_000);
    const {
      status,
      stdout,
      stderr,
      ms: tookMs,
    } = await machine.run(
      'ocf-tester',
      ...['-n', 'test', '-o', `lu=${system.kernel('data').name}`, '-o', 'key=a5', agent],
    );
    expect({ status, stderr }, stdout).to.deep.equal({ status: 0, stderr: '' });
    expect(stdout).to.include('passed all tests');
    expect(readKeys(peer.device('data'))).to.deep.equal([]);
    figures.add(`ocf-tester: ${ms(tookMs)}`);
  });

  it("starts the resource: the logical unit is this node's", async function () {
    this.timeout(180_000);
    const started = performance.now();
    const [data = '', logs = ''] = luns.map((lun) => system.kernel(lun).name);
    pacemaker = await Pacemaker.start(
      machine,
      [
        resource('data', data, 'restart'),
        resource('logs', logs, 'block'),
        fencedResource(system.kernel('shared').name, system.device('shared')),
      ].join(''),
    );
    figures.add(`a cluster of one node: up after ${ms(performance.now() - started)}`);
    for (const lun of luns) {
      await pacemaker.comesTo(`lu-${lun}`, { role: 'Started', failed: false });
      expect(readReservation(peer.device(lun))).to.deep.equal({ key, type });
      expect(peer.write(lun)).to.equal('conflict');
    }
    writer = await system.write('data');
  });

  it('lets this node in by its fence agent before the resource starts, and fences the other', async function () {
    this.timeout(120_000);
    await pacemaker.comesTo('lu-shared', { role: 'Started', failed: false });
    const first = wholeKey('1');
    expect(readKeys(peer.device('shared'))).to.deep.equal([first, first]);
    expect(readReservation(peer.device('shared'))).to.deep.equal({ key: first, type });
    peer.register('shared');
    expect(peer.write('shared')).to.equal('done');
    await pacemaker.fence('other');
    expect(peer.write('shared')).to.equal('conflict');
    expect(readKeys(peer.device('shared'))).to.deep.equal([first, first]);
  });

  it('feels nothing of a path that goes and comes back', async () => {
    for (const port of [0, 1]) {
      await pull(system.array, port);
      await system.comesTo('data', port === 0 ? 'X>' : '>X');
      // Whoever looks now sees the same as ever.
      const { status } = await machine.run('crm_resource', '--resource', 'lu-data', '--force-check');
      expect(status).to.equal(0);
      await plug(system.array, port);
      await system.comesTo('data', '>>');
    }
    expect(await pacemaker.failures('lu-data')).to.deep.equal([]);
    const { problems, errors, mismatches } = await writer.stop();
    expect({ problems, errors, mismatches }).to.deep.equal({ problems: [], errors: 0, mismatches: 0 });
  });

  it('sees that another node has taken the key away: stopped, or failed where it is told to wait', async function () {
    this.timeout(120_000);
    for (const lun of luns) {
      peer.register(lun);
      expect(peer.preempt(lun, key, type)).to.equal('done');
    }
    await pacemaker.comesTo('lu-data', { role: 'Stopped', failed: false });
    await pacemaker.comesTo('lu-logs', { role: 'Started', failed: true });
    expect((await pacemaker.failures('lu-logs')).join('\n')).to.match(/^monitor 1 .*taken it away/);
    // It was to be started again, and refused that for good.
    expect((await pacemaker.failures('lu-data')).join('\n')).to.match(/^start 4 Another node has taken/);
    for (const lun of luns) {
      expect(readKeys(peer.device(lun))).to.deep.equal([peer.key, peer.key]);
      await system.comesTo(lun, 'XX');
    }
  });

  it('starts it again once the other node is gone and this one was let in', async function () {
    this.timeout(120_000);
    expect(peer.clear('data')).to.equal('done');
    await system.command('reserve', 'register', system.kernel('data').name, '--key', 'a5');
    await pacemaker.cleanup('lu-data');
    await pacemaker.comesTo('lu-data', { role: 'Started', failed: false });
    await system.comesTo('data', '>>');
    expect(readReservation(peer.device('data'))).to.deep.equal({ key, type });
  });

  it("stops it: the logical unit is everybody's", async function () {
    this.timeout(120_000);
    await pacemaker.target('lu-data', 'Stopped');
    await pacemaker.comesTo('lu-data', { role: 'Stopped', failed: false });
    expect(readKeys(peer.device('data'))).to.deep.equal([]);
    expect(peer.write('data')).to.equal('done');
  });
});
