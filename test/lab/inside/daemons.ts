// The project's programs as child processes in the lab: their folders on tmpfs, their logs kept for failed tests.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { projectRoot } from '../../support/paths.js';
import { showOnFailure } from './log-tails.js';
import { until } from './until.js';

/** What `npm run build` made; the environment variable is for those who compiled elsewhere. */
const programs = process.env['PATHMANAGER_PROGRAMS'] ?? join(projectRoot, 'dist/src/bin');

/** How long a daemon may take to be ready, and to end after SIGTERM before it is killed. */
const readyMs = 60_000;
const stopMs = 10_000;

export interface DaemonOptions {
  /** The text of the configuration file; default: an empty one. */
  readonly config?: string;
}

export interface CommandResult {
  /** Null when a signal ended it. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly ms: number;
}

/** The folders of one installation, and what runs in it. Two of them know nothing of each other, but share the kernel. */
export class Installation {
  readonly runDir: string;
  readonly stateDir: string;
  readonly configFile: string;
  readonly controller: Daemon;
  readonly watcher: Daemon;

  constructor(options: DaemonOptions = {}) {
    mkdirSync('/run/lab/installations', { recursive: true });
    const folder = mkdtempSync('/run/lab/installations/');
    this.runDir = join(folder, 'run');
    this.stateDir = join(folder, 'state');
    this.configFile = join(folder, 'pathmanager.yaml');
    for (const path of [this.runDir, this.stateDir]) mkdirSync(path);
    // As /run is: anybody may come to the sockets.
    chmodSync(folder, 0o755);
    writeFileSync(this.configFile, options.config ?? '');
    const args = ['--run-dir', this.runDir, '--state-dir', this.stateDir, '--config', this.configFile];
    this.controller = new Daemon('pathmanagerd', args, folder);
    this.watcher = new Daemon('ispmwatcher', args, folder);
  }

  /** Starts the controller, waits until it answers, and then starts the watcher. */
  async start(): Promise<void> {
    await this.startController();
    this.watcher.start();
  }

  async startController(): Promise<void> {
    this.controller.start();
    await this.controllerReady();
  }

  /** Waits until the controller, which was started, answers. */
  async controllerReady(): Promise<void> {
    await until(
      'pathmanagerd is healthy',
      async () => {
        if (!this.controller.running) throw new Error(`pathmanagerd ended at its start:\n${this.controller.log()}`);
        return (await this.get('/v1/health').catch(() => undefined))?.status === 200;
      },
      { withinMs: readyMs, found: () => this.controller.log().split('\n').slice(-5) },
    );
  }

  /** Stops both, the watcher first; gives how long each took in milliseconds. */
  async stop(): Promise<{ controllerMs: number; watcherMs: number }> {
    const watcherMs = await this.watcher.stop();
    return { watcherMs, controllerMs: await this.controller.stop() };
  }

  /** A GET of the API on the control socket. */
  get(path: string): Promise<{ status: number; body: string }> {
    return new Promise((resolve, reject) => {
      const socketPath = join(this.runDir, 'control.sock');
      const call = request({ socketPath, path, timeout: 2000 }, (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (text: string) => (body += text));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
      });
      call.on('timeout', () => call.destroy(new Error(`No answer to GET ${path} within 2 s`)));
      call.on('error', reject);
      call.end();
    });
  }

  /** Runs the command-line program, as `spscmd('getlun', '-v')`. */
  spscmd(...args: string[]): Promise<CommandResult> {
    return runProgram('spscmd', [...args, '--run-dir', this.runDir]);
  }
}

/** Runs one of the project's programs to its end, as root or as another user. */
export async function runProgram(name: string, args: readonly string[], uid = 0): Promise<CommandResult> {
  const started = performance.now();
  const child = spawn(process.execPath, [join(programs, `${name}.js`), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    uid,
    gid: uid,
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, stdout, stderr, ms: performance.now() - started };
}

const started = new Set<ChildProcess>();

/** Kills every daemon that still runs, whoever started it: what a test that failed half-way left behind. */
export function killDaemons(): void {
  for (const child of started) child.kill('SIGKILL');
}

/** One daemon; may be started again after it ended, its log goes on. */
export class Daemon {
  readonly name: string;
  readonly #args: readonly string[];
  readonly #logFile: string;
  #child: ChildProcess | undefined;

  constructor(name: string, args: readonly string[], folder: string) {
    this.name = name;
    this.#args = args;
    this.#logFile = join(folder, `${name}.log`);
    showOnFailure(`${name} log`, () => this.log());
  }

  start(): void {
    if (this.running) throw new Error(`"${this.name}" is running already`);
    const log = openSync(this.#logFile, 'a');
    const child = spawn(process.execPath, [join(programs, `${this.name}.js`), ...this.#args], {
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    started.add(child);
    child.once('exit', () => started.delete(child));
    this.#child = child;
  }

  get running(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** The process number; throws when it does not run. */
  get pid(): number {
    if (!this.running || this.#child?.pid === undefined) throw new Error(`"${this.name}" does not run`);
    return this.#child.pid;
  }

  /** All it printed, over all its starts. */
  log(): string {
    return existsSync(this.#logFile) ? readFileSync(this.#logFile, 'utf8') : '';
  }

  /** Ends it with SIGTERM and gives how long that took in milliseconds; throws when it has to be killed or fails. */
  async stop(): Promise<number> {
    if (!this.running) return 0;
    const started = performance.now();
    const status = await this.#end('SIGTERM');
    if (status !== 0) throw new Error(`"${this.name}" ended with ${String(status)} after SIGTERM`);
    return performance.now() - started;
  }

  /** Ends it with SIGKILL. */
  async kill(): Promise<void> {
    if (this.running) await this.#end('SIGKILL');
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | NodeJS.Signals | null> {
    const child = this.#child;
    if (child === undefined) return 0;
    const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
    child.kill(signal);
    const late = sleep(stopMs, undefined, { ref: false }).then(() => {
      child.kill('SIGKILL');
      throw new Error(`"${this.name}" did not end within ${stopMs / 1000} s after ${signal}`);
    });
    const [status, by] = await Promise.race([ended, late]);
    return status ?? by;
  }
}
