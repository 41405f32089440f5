// The peer: Debian's multipathd, run as its unit runs it, with its own defaults but for what makes the two comparable.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { labTool } from '../../lab/host/cache.js';

const logFile = '/run/lab/multipathd.log';
const stopMs = 20_000;

/** The section "defaults" of its configuration. */
export type PeerSettings = Readonly<Record<string, string | number>>;

/** The text of its configuration file. */
export function configuration(settings: PeerSettings): string {
  const lines = Object.entries(settings).map(([name, value]) => `  ${name} ${value}\n`);
  return `defaults {\n${lines.join('')}}\n`;
}

export class Peer {
  readonly multipathd: string;
  readonly multipath: string;
  #daemon: ChildProcess | undefined;
  #mounted: boolean;

  constructor() {
    this.multipathd = labTool('multipathd');
    this.multipath = labTool('multipath');
    this.#mounted = showLibraries(this.multipathd);
  }

  version(): string {
    const { stdout, stderr } = spawnSync(this.multipath, ['-h'], { encoding: 'utf8' });
    return /multipath-tools v([\w.-]+)/.exec(stdout + stderr)?.[1] ?? 'unknown';
  }

  /** Writes its configuration, as on a machine where it has never run. */
  configure(settings: PeerSettings): void {
    for (const folder of ['/etc/multipath', '/run/multipath']) rmSync(folder, { recursive: true, force: true });
    mkdirSync('/etc/multipath', { recursive: true });
    this.set(settings);
  }

  /** Writes it anew. */
  set(settings: PeerSettings): void {
    writeFileSync('/etc/multipath.conf', configuration(settings));
  }

  /** Only starts the process. */
  start(): void {
    const log = openSync(logFile, 'w');
    this.#daemon = spawn(this.multipathd, ['-d', '-s'], { stdio: ['ignore', log, log] });
    closeSync(log);
  }

  get pid(): number {
    if (this.#daemon?.pid === undefined || this.#daemon.exitCode !== null)
      throw new Error(`multipathd does not run:\n${this.log()}`);
    return this.#daemon.pid;
  }

  log(): string {
    return existsSync(logFile) ? readFileSync(logFile, 'utf8') : '';
  }

  async stop(): Promise<void> {
    const daemon = this.#daemon;
    if (daemon === undefined || daemon.exitCode !== null || daemon.signalCode !== null) return;
    const ended = once(daemon, 'exit');
    daemon.kill('SIGTERM');
    const patience = new AbortController();
    await Promise.race([
      ended,
      sleep(stopMs, undefined, { signal: patience.signal }).then(
        () => daemon.kill('SIGKILL'),
        () => undefined,
      ),
    ]);
    patience.abort();
    await ended;
  }

  /** Takes its libraries out of the way of others; it must have been stopped. */
  release(): void {
    if (this.#mounted) spawnSync('umount', ['-l', '/usr/lib']);
    this.#mounted = false;
  }
}

/**
 * multipathd loads its checkers from a fixed folder, /lib/multipath. Where it is not installed but unpacked, its
 * libraries, and what they need, are shown in /usr/lib of the lab; tells whether that was necessary.
 */
function showLibraries(program: string): boolean {
  if (existsSync('/lib/multipath')) return false;
  const packages = dirname(dirname(dirname(program)));
  const names = readdirSync(packages).filter((name) => name === 'multipath-tools' || name.startsWith('lib'));
  const folders = names
    .flatMap((name) => [join(packages, name, 'lib'), join(packages, name, 'usr/lib')])
    .filter((folder) => existsSync(folder));
  const options = `ro,lowerdir=${[...folders, '/usr/lib'].join(':')}`;
  const { status, stderr } = spawnSync('mount', ['-t', 'overlay', 'peer', '-o', options, '/usr/lib'], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`Cannot show multipathd its libraries: ${stderr.trim()}`);
  return true;
}
