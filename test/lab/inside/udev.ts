// A real systemd-udevd in the lab, with few rules: Debian's full set forks several helpers a disk, too slow here.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, openSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { labLibraries, labTool, udevRules } from '../host/cache.js';
import { showOnFailure } from './log-tails.js';
import { readAttribute, until } from './until.js';

/** Highest priority: here unwanted rules are masked. /run comes next, /usr/lib last. */
const masks = '/etc/udev/rules.d';
const rulesFolder = '/run/udev/rules.d';
const logFile = '/run/lab/udevd.log';

/** What makes device-mapper's nodes and answers its cookies. */
const dmRules = ['55-dm.rules', '60-persistent-storage-dm.rules', '95-dm-notify.rules'];

export interface UdevOptions {
  /** Names of further rules of Debian, as '60-persistent-storage.rules', or paths of rule files. */
  readonly rules?: readonly string[];
}

/** A running udevd; `start` returns when every block device that is there has been through the rules. */
export class Udev {
  readonly #daemon: ChildProcess;

  private constructor(daemon: ChildProcess) {
    this.#daemon = daemon;
  }

  static async start(options: UdevOptions = {}): Promise<Udev> {
    installRules([...dmRules, ...(options.rules ?? [])]);
    const log = openLog();
    const daemon = spawn(labTool('systemd-udevd'), ['--children-max=4', '--resolve-names=never'], {
      stdio: ['ignore', log, log],
      env: toolEnvironment(),
      detached: true,
    });
    showOnFailure('udevd log', () => readFileSync(logFile, 'utf8'));
    await until('udevd answers', () => udevadm('control', '--ping').status === 0);
    const udev = new Udev(daemon);
    mustSucceed('trigger', '--action=add', '--subsystem-match=block');
    udev.settle();
    return udev;
  }

  /** Waits until udevd has handled every event so far. */
  settle(): void {
    mustSucceed('settle', '--timeout=30');
  }

  /**
   * Ends it with its workers and takes away what it left in /run, as if it had never been there; nodes and links in /dev
   * stay. Asked politely it would wait for each worker, however long that one hangs.
   */
  async stop(): Promise<void> {
    const { pid } = this.#daemon;
    if (pid === undefined) throw new Error('udevd was never started');
    process.kill(-pid, 'SIGKILL');
    await until('udevd has ended', () => this.#daemon.signalCode !== null || this.#daemon.exitCode !== null, {
      found: () => readAttribute(`/proc/${pid}/status`),
    });
    rmSync('/run/udev', { recursive: true, force: true });
  }
}

/** udev's record of a block device, as `sda` or `dm-0`: its properties, empty when udev does not know it. */
export function udevProperties(disk: string): Map<string, string> {
  const { stdout } = udevadm('info', '--query=property', `--name=/dev/${disk}`);
  const lines = stdout.split('\n').filter((line) => line.includes('='));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}

function installRules(wanted: readonly string[]): void {
  const known = udevRules();
  mkdirSync(masks, { recursive: true });
  for (const name of new Set([...readdirSync(masks), ...known.keys()])) {
    rmSync(join(masks, name), { force: true });
    symlinkSync('/dev/null', join(masks, name));
  }
  mkdirSync(rulesFolder, { recursive: true });
  for (const rule of wanted) {
    const file = rule.startsWith('/') ? rule : known.get(rule);
    if (file === undefined) throw new Error(`There is no udev rule file "${rule}"`);
    const name = basename(file);
    rmSync(join(masks, name), { force: true });
    writeFileSync(join(rulesFolder, name), withPaths(readFileSync(file, 'utf8')));
  }
}

/** A rule's text with the programs it names where they are here. */
function withPaths(text: string): string {
  return text
    .replaceAll('/sbin/dmsetup', dmsetup())
    .replaceAll('{program}="scsi_id ', `{program}="${labTool('scsi_id')} `);
}

/** dmsetup as rules can start it: a script where it comes from a package of the lab and needs the lab's libraries. */
function dmsetup(): string {
  const program = labTool('dmsetup');
  if (!program.includes('/.cache/')) return program;
  const script = '/run/lab/dmsetup';
  writeFileSync(script, `#!/bin/sh\nLD_LIBRARY_PATH='${labLibraries()}' exec '${program}' "$@"\n`, { mode: 0o755 });
  return script;
}

function openLog(): number {
  mkdirSync('/run/lab', { recursive: true });
  return openSync(logFile, 'w');
}

function udevadm(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(labTool('udevadm'), args, { encoding: 'utf8', env: toolEnvironment() });
}

function mustSucceed(...args: string[]): void {
  const { status, stderr } = udevadm(...args);
  if (status !== 0) throw new Error(`udevadm ${args.join(' ')} failed: ${stderr.trim()}`);
}

function toolEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, LD_LIBRARY_PATH: labLibraries() };
}
