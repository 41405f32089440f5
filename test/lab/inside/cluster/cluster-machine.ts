// A machine that has the packages of a cluster installed, and our program: the lab's own, but with mounts and processes of
// its own, so that no other story sees any of it and all of it ends at once.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../support/paths.js';
import { clusterFolders } from '../../host/cache.js';
import type { CommandResult, Installation } from '../daemons.js';
import { until } from '../until.js';

const folder = '/run/lab/cluster-machine';
const runDir = '/run/pathmanager';
const programs = process.env['PATHMANAGER_PROGRAMS'] ?? join(projectRoot, 'dist/src/bin');

/** Pacemaker's own user and group; the number means nothing. */
export const clusterUser = { name: 'hacluster', group: 'haclient', id: 64990 };

/**
 * Lays the packages over /usr. Debian's packages still name /lib, which is a link to a folder of /usr. The first process of
 * the machine stays, to take in what others leave behind.
 */
const script = `set -e
cd "$1"
mount -t overlay none /usr -o "$2"
for lib in */lib; do cp -a "$lib/." /usr/lib/; done
cp -a ${folder}/programs/. /usr/
touch ${folder}/ready
while :; do sleep 1000 & wait; done
`;

export class ClusterMachine {
  readonly #init: ChildProcess;
  readonly #pid: number;

  private constructor(init: ChildProcess, pid: number) {
    this.#init = init;
    this.#pid = pid;
  }

  /** Starts it, with the commands of an installation where its package has them: `spscmd` talks to that controller. */
  static async start({ runDir: ours }: Installation): Promise<ClusterMachine> {
    rmSync(folder, { recursive: true, force: true });
    for (const part of ['upper', 'work', 'programs/sbin']) mkdirSync(join(folder, part), { recursive: true });
    installPrograms();
    rmSync(runDir, { recursive: true, force: true });
    symlinkSync(ours, runDir);
    // What the packages' own scripts and systemd-tmpfiles would make.
    for (const path of ['/run/resource-agents', '/var/lib/corosync', '/etc/corosync', '/var/log/corosync'])
      mkdirSync(path, { recursive: true });
    addUser();
    const packages = clusterFolders();
    const lower = packages.map((path) => join(path.slice(path.lastIndexOf('/') + 1), 'usr'));
    const options = `lowerdir=${[...lower, '/usr'].join(':')},upperdir=${folder}/upper,workdir=${folder}/work`;
    const log = openSync(join(folder, 'log'), 'w');
    const init = spawn(
      'unshare',
      [
        ...['--mount', '--pid', '--fork', '--kill-child', '--mount-proc', 'sh', '-c', script, 'sh'],
        join(packages[0] ?? '', '..'),
        options,
      ],
      { stdio: ['ignore', log, log] },
    );
    await until('the cluster machine has its programs', () => readdirSync(folder).includes('ready'), {
      withinMs: 30_000,
      found: () => readFileSync(join(folder, 'log'), 'utf8'),
    });
    return new ClusterMachine(init, childOf(init.pid ?? 0));
  }

  /** Runs a program of the machine to its end. */
  async run(command: string, ...args: string[]): Promise<CommandResult> {
    const started = performance.now();
    const child = spawn('nsenter', [...this.#entrance(), command, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const [status] = (await once(child, 'close')) as [number | null];
    return { status, stdout, stderr, ms: performance.now() - started };
  }

  /** Starts a program that stays until the machine ends; what it prints goes to a file. */
  launch(log: string, env: Readonly<Record<string, string>>, command: string, ...args: string[]): void {
    const file = openSync(log, 'w');
    spawn('nsenter', [...this.#entrance(), command, ...args], {
      stdio: ['ignore', file, file],
      env: { ...process.env, ...env },
    }).on('error', (error) => appendFileSync(log, `${error.message}\n`));
  }

  /** Ends every process of it. */
  async end(): Promise<void> {
    if (this.#init.exitCode !== null || this.#init.signalCode !== null) return;
    const ended = once(this.#init, 'exit');
    process.kill(this.#pid, 'SIGKILL');
    await ended;
  }

  #entrance(): string[] {
    return ['--target', String(this.#pid), '--mount', '--pid', '--'];
  }
}

/**
 * Fence agents take keys away by PREEMPT AND ABORT, which the lab's target does not survive (see PeerNode.preempt): these
 * stand before the programs that they call, and have it do PREEMPT instead.
 */
export const withoutAbort = {
  mpathpersist: '/usr/sbin/mpathpersist-without-abort',
  sgPersist: '/usr/sbin/sg_persist-without-abort',
};

/** The commands and the agent of our package, where it puts them. */
function installPrograms(): void {
  for (const name of ['spscmd', 'mpathpersist']) {
    const text = `#!/bin/sh\nexec '${process.execPath}' '${join(programs, `${name}.js`)}' "$@"\n`;
    writeFileSync(join(folder, 'programs/sbin', name), text, { mode: 0o755 });
  }
  for (const [path, program, abort, instead] of [
    [withoutAbort.mpathpersist, '/usr/sbin/mpathpersist', '--preempt-abort', '--preempt'],
    [withoutAbort.sgPersist, '/usr/bin/sg_persist', '-A', '-P'],
  ] as const) {
    const text = `#!/bin/sh\nfor word; do shift; [ "$word" != ${abort} ] || word=${instead}; set -- "$@" "$word"; done\nexec ${program} "$@"\n`;
    writeFileSync(join(folder, 'programs', path.replace('/usr/', '')), text, { mode: 0o755 });
  }
  const agents = join(folder, 'programs/lib/ocf/resource.d/pathmanager');
  mkdirSync(agents, { recursive: true });
  writeFileSync(join(agents, 'lu'), readFileSync(join(projectRoot, 'src/ocf/lu')), { mode: 0o755 });
}

function addUser(): void {
  const { name, group, id } = clusterUser;
  if (readFileSync('/etc/passwd', 'utf8').includes(`\n${name}:`)) return;
  appendFileSync('/etc/group', `${group}:x:${id}:\n`);
  appendFileSync('/etc/passwd', `${name}:x:${id}:${id}::/var/lib/pacemaker:/usr/sbin/nologin\n`);
}

/** The process number of the only child of a process (proc(5), /proc/PID/stat). */
function childOf(parent: number): number {
  const numbers = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const child = numbers.find((pid) => {
    try {
      return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1] === String(parent);
    } catch {
      return false;
    }
  });
  if (child === undefined) throw new Error(`Process ${parent} has no child`);
  return Number(child);
}
