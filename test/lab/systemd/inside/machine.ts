// What a story sees of the machine that it runs on: systemd's units, udev's database, the kernel's disks and maps, the API.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { UnitView } from '../../../../src/model/view.js';
import { ApiClient } from '../../../../src/services/api-client/client.js';
import { showOnFailure } from '../../inside/log-tails.js';
import { array } from '../layout.js';
import { until, type UntilOptions } from '../../inside/until.js';

/** Programs start slowly in the lab, and one processor does everything. */
const patienceMs = 60_000;

/** The controller's API, as root. */
export const api = ApiClient.control('/run/pathmanager');

/** Runs a program to its end; throws with what it said where it fails. */
export function run(command: string, ...args: string[]): string {
  return execFileSync(command, args, { encoding: 'utf8', timeout: patienceMs, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** A program's exit status and all it said. */
export function attempt(command: string, ...args: string[]): { readonly status: number | null; readonly text: string } {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout: patienceMs });
  return { status, text: stdout + stderr };
}

/** Properties of a unit of systemd, as texts. */
export function properties<Name extends string>(unit: string, ...names: Name[]): Record<Name, string> {
  const lines = run('systemctl', 'show', '-p', names.join(','), unit).trim().split('\n');
  const pairs = lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]);
  return Object.fromEntries(pairs) as Record<Name, string>;
}

export const programs = ['pathmanager.service', 'ispmwatcher.service', 'ispmlogger.service'];

/** What udev has in its database of a disk or map, as `sda`; empty where it knows nothing. */
export function udev(node: string): ReadonlyMap<string, string> {
  const lines = read(`/run/udev/data/b${read(`/sys/class/block/${node}/dev`).trim()}`).split('\n');
  const pairs = lines.flatMap((line) => (line.startsWith('E:') ? [line.slice(2)] : []));
  return new Map(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
}

/** Waits until udev has nothing to do. */
export function settle(): void {
  run('udevadm', 'settle', '--timeout=50');
}

/** The logical units that are there: with a path or a map. */
export async function units(): Promise<readonly UnitView[]> {
  return (await api.get('/v1/units')).units;
}

/** One logical unit, by its name. */
export async function unit(name: string): Promise<UnitView> {
  const found = (await units()).find((each) => each.name === name);
  if (found === undefined) throw new Error(`There is no logical unit "${name}"`);
  return found;
}

/** The disks of a logical unit, as `sda`. */
export async function pathsOf(name: string): Promise<string[]> {
  return (await unit(name)).paths.map((path) => path.node);
}

/** The disks of one of the array's LUNs, as `sda`. */
export function disksOf(lun: string): string[] {
  const serial = array.luns.find((each) => each.name === lun)?.serial ?? lun;
  const disks = readdirSync('/sys/block').filter((name) => name.startsWith('sd'));
  return disks.filter((disk) => read(`/sys/block/${disk}/device/wwid`).startsWith(`naa.6001405${serial}`)).sort();
}

/** The kernel's names of all multipath maps. */
export function maps(): string[] {
  return readdirSync('/sys/block')
    .filter((name) => name.startsWith('dm-') && read(`/sys/block/${name}/dm/uuid`).startsWith('mpath-'))
    .sort();
}

/** The names under /dev/mapper of all multipath maps. */
export function mapNames(): string[] {
  return maps()
    .map((name) => read(`/sys/block/${name}/dm/name`).trim())
    .sort();
}

/** A file's text; empty where there is none. */
export function read(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/** Waits for something that several programs have to do first. */
export function comes<T>(
  what: string,
  look: () => T | Promise<T>,
  options: UntilOptions = {},
): ReturnType<typeof until<T>> {
  return until(what, look, { withinMs: patienceMs - 5_000, pollMs: 100, ...options });
}

/** Waits until all three daemons run and know each other. */
export async function allRun(): Promise<void> {
  await comes('the controller is ready and the watcher is connected', async () => {
    const health = await api.get('/v1/health').catch(() => null);
    return health?.ready === true && health.watcher;
  });
}

showOnFailure('journal', () => attempt('journalctl', '-b', '--no-pager', '-n', '40', '-o', 'short-monotonic').text);
