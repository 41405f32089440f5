// Our daemons, run as their units run them: one after the other, with the units' share of the CPU.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Daemon, runProgram } from '../../lab/inside/daemons.js';
import { http } from '../../lab/inside/http.js';
import { projectRoot } from '../../support/paths.js';
import { withDescendants } from './processes.js';

const runDir = '/run/pathmanager';
const stateDir = '/run/lab/state';
const healthPollMs = 200;
const groups = '/run/lab/cgroup';

/** The folder of the programs: what `npm run build` made, or what was compiled elsewhere. */
export const programs = process.env['PATHMANAGER_PROGRAMS'] ?? join(projectRoot, 'dist/src/bin');

export class Ours {
  readonly #controller: Daemon;
  readonly #watcher: Daemon;
  readonly #logger: Daemon;
  #others: Promise<void> = Promise.resolve();
  #ends = false;

  /** As on a machine where it has never run. */
  constructor() {
    for (const folder of [runDir, stateDir]) {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder, { recursive: true });
    }
    const args = ['--run-dir', runDir, '--state-dir', stateDir, '--config', '/dev/null'];
    this.#controller = new Daemon('pathmanagerd', args, '/run/lab');
    this.#watcher = new Daemon('ispmwatcher', args, '/run/lab');
    const logArgs = [
      '--run-dir',
      runDir,
      '--state-dir',
      stateDir,
      '--log-dir',
      '/run/lab/log',
      '--config',
      '/dev/null',
    ];
    this.#logger = new Daemon('ispmlogger', logArgs, '/run/lab');
  }

  /** Only starts the controller; the others follow when that is ready, as the units order it. */
  start(): void {
    this.#controller.start();
    giveShare('pathmanager.service', this.#controller.pid);
    this.#others = this.#startOthers();
  }

  /** Waits until both run and have found each other. */
  async connected(): Promise<void> {
    for (;;) {
      if (!this.#controller.running) throw new Error(`pathmanagerd ended:\n${this.#controller.log()}`);
      const health = await this.#health();
      if (health?.['watcher'] === true) return;
      await sleep(healthPollMs);
    }
  }

  async spscmd(...words: string[]): Promise<void> {
    const { status, stderr } = await runProgram('spscmd', words);
    if (status !== 0) throw new Error(`spscmd ${words.join(' ')} ended with ${String(status)}: ${stderr}`);
  }

  /** The daemons and their helpers. */
  get processes(): number[] {
    const daemons = [this.#controller, this.#watcher, this.#logger].filter((daemon) => daemon.running);
    return withDescendants(daemons.map((daemon) => daemon.pid));
  }

  async stop(): Promise<void> {
    this.#ends = true;
    await this.#others;
    // They may not have come so far as to take a signal.
    await this.#logger.kill();
    await this.#watcher.kill();
    await this.#controller.stop();
  }

  async #startOthers(): Promise<void> {
    while (this.#controller.running && !this.#ends) {
      if ((await this.#health()) !== undefined) {
        this.#watcher.start();
        giveShare('ispmwatcher.service', this.#watcher.pid);
        this.#logger.start();
        giveShare('ispmlogger.service', this.#logger.pid);
        return;
      }
      await sleep(healthPollMs);
    }
  }

  /** What the controller says of itself; undefined until it is ready. */
  async #health(): Promise<Record<string, unknown> | undefined> {
    const answer = await http(join(runDir, 'control.sock'), 'GET', '/v1/health').catch(() => undefined);
    return answer?.status === 200 ? (JSON.parse(answer.body) as Record<string, unknown>) : undefined;
  }
}

/** multipathd gives itself real-time priority; ours have what CPUWeight= of their units says, by a cgroup as systemd's. */
function giveShare(unit: string, pid: number): void {
  const weight = /^CPUWeight=(\d+)$/m.exec(readFileSync(join(projectRoot, 'systemd', unit), 'utf8'))?.[1];
  if (weight === undefined) return;
  const group = join(groups, unit);
  if (!existsSync(groups)) {
    mkdirSync(groups);
    spawnSync('mount', ['-t', 'cgroup2', 'none', groups]);
    writeFileSync(join(groups, 'cgroup.subtree_control'), '+cpu');
  }
  mkdirSync(group, { recursive: true });
  writeFileSync(join(group, 'cpu.weight'), weight);
  writeFileSync(join(group, 'cgroup.procs'), String(pid));
}
