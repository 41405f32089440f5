// Pacemaker and corosync as a cluster of one node on the lab's cluster machine.
import { chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../until.js';
import { showOnFailure } from '../log-tails.js';
import { clusterUser, type ClusterMachine } from './cluster-machine.js';

/** The cluster's name of this machine. */
const nodeName = 'lab';
const clusterName = 'labcluster';

const logs = { corosync: '/run/lab/corosync.log', pacemaker: '/var/log/pacemaker/pacemaker.log' };
const stateFolder = '/var/lib/pacemaker';

/** With one processor shared by all, which is not even real, nobody may take it as a real-time process. */
const corosyncConf = `totem {
  version: 2
  cluster_name: ${clusterName}
  transport: udpu
  token: 5000
}
system {
  sched_rr: no
  move_to_root_cgroup: no
}
logging {
  to_stderr: yes
  to_syslog: no
}
quorum {
  provider: corosync_votequorum
}
nodelist {
  node {
    name: ${nodeName}
    nodeid: 1
    ring0_addr: 127.0.0.1
  }
}
`;

/** What the cluster thinks of a resource. */
export interface ResourceState {
  /** As "Started" or "Stopped". */
  readonly role: string;
  /** Its last operation failed and is not mended by another: one that was stopped after a failure is not failed. */
  readonly failed: boolean;
}

export class Pacemaker {
  readonly #machine: ClusterMachine;

  private constructor(machine: ClusterMachine) {
    this.#machine = machine;
  }

  /** Starts the cluster with its resources in the CIB's XML; it is complete when it has a coordinator, which is this node. */
  static async start(machine: ClusterMachine, resources: string): Promise<Pacemaker> {
    writeFileSync('/etc/corosync/corosync.conf', corosyncConf);
    makeState(resources);
    machine.launch(logs.corosync, {}, 'corosync', '-f');
    // Pacemaker asks for corosync once, and then once a second, and so on: it is sooner there when it need not.
    await until('corosync has a quorum', () => read(logs.corosync).includes('ready to provide service'), {
      withinMs: 30_000,
      found: () => read(logs.corosync),
    });
    machine.launch('/run/lab/pacemakerd.log', { PCMK_logpriority: 'notice' }, 'pacemakerd', '-f');
    showOnFailure('pacemaker log', () => read(logs.pacemaker));
    const pacemaker = new Pacemaker(machine);
    await until(
      'the cluster has a coordinator',
      async () => (await pacemaker.#status()).includes('<current_dc present="true"'),
      {
        withinMs: 90_000,
        pollMs: 500,
        found: () => read(logs.pacemaker).split('\n').slice(-20),
      },
    );
    return pacemaker;
  }

  /** Undefined where the cluster has no such resource, or does not answer. */
  async resource(id: string): Promise<ResourceState | undefined> {
    const found = new RegExp(`<resource id="${id}"[^>]* role="(\\w+)"[^>]* failed="(\\w+)"`).exec(await this.#status());
    return found === null ? undefined : { role: found[1] ?? '', failed: found[2] === 'true' };
  }

  /** Waits for a state of a resource. */
  async comesTo(id: string, state: ResourceState, withinMs = 60_000): Promise<void> {
    await until(
      `the cluster has "${id}" as ${JSON.stringify(state)}`,
      async () => JSON.stringify(await this.resource(id)) === JSON.stringify(state),
      { withinMs, pollMs: 1000, found: () => this.#status() },
    );
  }

  /** Results of operations of a resource that the cluster has recorded as failed, as "monitor: ...". */
  async failures(id: string): Promise<string[]> {
    const found = (await this.#status()).matchAll(
      new RegExp(`<failure op_key="${id}_(\\w+?)_\\d+"[^>]*?exitreason="([^"]*)" exitcode="(\\d+)"`, 'g'),
    );
    return [...found].map(([, operation = '', reason = '', code = '']) => `${operation} ${code} ${reason}`.trim());
  }

  /** Forgets failures of a resource, so that it is started again. */
  async cleanup(id: string): Promise<void> {
    const { status, stderr } = await this.#machine.run('crm_resource', '--cleanup', '--resource', id);
    if (status !== 0) throw new Error(`crm_resource --cleanup failed: ${stderr}`);
  }

  /** Has the cluster fence a node, and waits until it is done; throws where it fails. */
  async fence(node: string): Promise<void> {
    const { status, stderr } = await this.#machine.run('stonith_admin', '--fence', node, '--timeout=60');
    if (status !== 0) throw new Error(`stonith_admin --fence ${node} failed: ${stderr}`);
  }

  /** Tells the cluster what role a resource is to have. */
  async target(id: string, role: 'Started' | 'Stopped'): Promise<void> {
    const args = ['--resource', id, '--meta', '--set-parameter', 'target-role', '--parameter-value', role];
    const { status, stderr } = await this.#machine.run('crm_resource', ...args);
    if (status !== 0) throw new Error(`crm_resource failed: ${stderr}`);
  }

  async #status(): Promise<string> {
    return (await this.#machine.run('crm_mon', '--one-shot', '--output-as=xml')).stdout;
  }
}

/** The CIB of a cluster that has never run. A coordinator is not waited for: there is nobody else. */
function makeState(resources: string): void {
  const { id } = clusterUser;
  rmSync(stateFolder, { recursive: true, force: true });
  rmSync('/var/log/pacemaker', { recursive: true, force: true });
  const folders = ['', 'cib', 'pengine', 'cores', 'blackbox'].map((name) => join(stateFolder, name));
  for (const path of [...folders, '/var/log/pacemaker']) {
    mkdirSync(path, { recursive: true });
    chownSync(path, id, id);
  }
  const file = join(stateFolder, 'cib/cib.xml');
  // An old version of its language, which every later Pacemaker takes.
  writeFileSync(
    file,
    `<cib crm_feature_set="3.0.14" validate-with="pacemaker-3.0" admin_epoch="1" epoch="1" num_updates="0">
<configuration>
<crm_config><cluster_property_set id="options">
<nvpair id="option-1" name="dc-deadtime" value="1s"/>
</cluster_property_set></crm_config>
<nodes/>
<resources>${resources}</resources>
<constraints/>
</configuration>
<status/>
</cib>
`,
    { mode: 0o600 },
  );
  chownSync(file, id, id);
}

function read(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
