// The whole product in front of an array: what a story sees of it, by the command, by the API and by the kernel.
import { expect } from 'chai';
import { readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { wwid, type Wwid } from '../../../src/base/ids.js';
import type { MapFacts } from '../../../src/base/map-facts.js';
import { ensureRunning, listMaps, readMap, removeMap } from '../../../src/dm/maps.js';
import { sendMessage } from '../../../src/dm/messages.js';
import { ApiClient } from '../../../src/services/api-client/client.js';
import type { PathView, SettingsView, UnitView } from '../../../src/model/view.js';
import { LabArray, type ArraySpec } from './array.js';
import { Installation, killDaemons, type CommandResult } from './daemons.js';
import type { StorageArray } from './storage-array.js';
import { type IoOptions, type IoRun, killRuns, startVerifyingWriter } from './io.js';
import { unhang, unloadScsiDebug } from './scsi-debug.js';
import { readAttribute, until, type UntilOptions } from './until.js';

/** A record of the catalogue in the daemon's log. */
export interface LoggedRecord {
  readonly event: number;
  readonly unit: number | null;
  readonly path: string | null;
  readonly msg: string;
  /** bunyan's level: 30 info, 40 warning, 50 error. */
  readonly level: number;
}

export interface SystemSpec {
  readonly array: ArraySpec;
  /** The text of the configuration file. */
  readonly config?: string;
}

/**
 * An array, the daemons, and words for what is to be seen. The state of a logical unit is a text of one character a port
 * of the array, in order: what `getlun` prints (">", " ", "@", "X"), "-" where there is no such path.
 */
export class LabSystem<A extends StorageArray = LabArray> {
  readonly array: A;
  readonly installation: Installation;
  readonly #writers: IoRun[] = [];

  private constructor(array: A, installation: Installation) {
    this.array = array;
    this.installation = installation;
  }

  /** Starts everything; resolves when each LUN has its map with every path, and the watcher is connected. */
  static async start(spec: SystemSpec): Promise<LabSystem> {
    await clearAway();
    return LabSystem.on(await LabArray.create(spec.array), spec.config);
  }

  /** The same on an array that is there. */
  static async on<A extends StorageArray>(array: A, config?: string): Promise<LabSystem<A>> {
    const system = new LabSystem(array, new Installation(config === undefined ? {} : { config }));
    await system.startDaemons();
    await system.patrol({});
    for (const lun of array.lunNames) await system.complete(lun);
    return system;
  }

  /** The same with another array, or with daemons of other folders, which know nothing of the first. */
  with(change: { readonly array?: A; readonly installation?: Installation }): LabSystem<A> {
    return new LabSystem(change.array ?? this.array, change.installation ?? this.installation);
  }

  /** Starts both daemons and waits until they know each other. */
  async startDaemons(): Promise<void> {
    await this.installation.start();
    await this.watcherConnected();
  }

  /** Stops the controller with SIGTERM and starts it with another configuration; the watcher stays. */
  async reconfigure(config: string): Promise<void> {
    await this.installation.controller.stop();
    writeFileSync(this.installation.configFile, config);
    await this.installation.startController();
    await this.watcherConnected();
  }

  /** Sets the patrol: both checks every second, of every path that is idle, with 5 s of patience, but for what is named. */
  async patrol(watcher: Partial<SettingsView['watcher']>): Promise<void> {
    const quick = { healthCheck: true, recoveryCheck: true, intervalSec: 1, thresholdSec: 0, timeoutSec: 5 };
    await this.control.patch('/v1/settings', { watcher: { ...quick, ...watcher } });
  }

  async watcherConnected(): Promise<void> {
    await until('the watcher is connected', async () => (await this.#api.get('/v1/health')).watcher, {
      withinMs: 30_000,
    });
  }

  /** Waits until a LUN has its map, with a path for each port, and of each path is known how the array serves it. */
  async complete(lun: string): Promise<UnitView> {
    return until(
      `"${lun}" has its map and all its paths`,
      async () => {
        const unit = await this.findUnit(lun);
        // A LUN is in its group a moment after it is there: the disk says so at its next command.
        const known = unit?.paths.filter((path) => path.access !== null && path.portGroup !== 0);
        return unit?.map !== null && known?.length === this.array.portCount ? unit : undefined;
      },
      { found: () => this.findUnit(lun) },
    );
  }

  /** Ends I/O and daemons, and takes away maps and array. */
  async end(): Promise<void> {
    for (const writer of this.#writers) writer.kill();
    await this.installation.watcher.kill();
    await this.installation.controller.kill();
    await clearAway();
    await this.array.end();
  }

  /** Starts a verifying writer on a LUN's map, by its device, whatever names lead there. */
  async write(lun: string, options: IoOptions = {}): Promise<IoRun> {
    const writer = await startVerifyingWriter(`/dev/${dmNode(this.kernel(lun))}`, options);
    this.#writers.push(writer);
    return writer;
  }

  wwid(lun: string): Wwid {
    return wwid(this.array.wwid(lun).replace('naa.', '3'));
  }

  /** The number of a path, as operators type it. */
  path(lun: string, port: number): string {
    return this.array.hctl(lun, port);
  }

  /** The map of a LUN, as /dev/mapper/<name>. */
  device(lun: string): string {
    return `/dev/mapper/${this.kernel(lun).name}`;
  }

  /** Everything the API says of a LUN. */
  async unit(lun: string): Promise<UnitView> {
    const unit = await this.findUnit(lun);
    if (unit === undefined) throw new Error(`There is no logical unit for "${lun}"`);
    return unit;
  }

  async findUnit(lun: string): Promise<UnitView | undefined> {
    const { units } = await this.#api.get('/v1/units');
    return units.find((unit) => unit.wwid === this.wwid(lun));
  }

  async pathView(lun: string, port: number): Promise<PathView> {
    const number = this.path(lun, port);
    const view = (await this.unit(lun)).paths.find((path) => path.number === number);
    if (view === undefined) throw new Error(`"${lun}" has no path ${number}`);
    return view;
  }

  /** The map of a LUN, as the kernel has it. */
  kernel(lun: string): MapFacts {
    const map = this.findKernel(lun);
    if (map === null) throw new Error(`The kernel has no map for "${lun}"`);
    return map;
  }

  findKernel(lun: string): MapFacts | null {
    return listMaps().find((map) => map.uuid === `mpath-${this.wwid(lun)}`) ?? null;
  }

  /** The state by the API. */
  async shown(lun: string): Promise<string> {
    const symbols = { 'in-use': '>', active: ' ', standby: '@', failed: 'X' } as const;
    const paths = (await this.findUnit(lun))?.paths ?? [];
    return this.#perPort(lun, (number) => {
      const path = paths.find((each) => each.number === number);
      return path === undefined ? '-' : symbols[path.state];
    });
  }

  /** The state by `spscmd getlun`. */
  async getlun(lun: string): Promise<string> {
    const { status, stdout, stderr } = await this.installation.spscmd('getlun');
    expect([status, stderr]).to.deep.equal([0, '']);
    const lines = [...stdout.matchAll(/^(.) +\d+: Priority=\d+, PathNumber=(\S+)$/gm)];
    return this.#perPort(lun, (number) => lines.find((line) => line[2] === number)?.[1] ?? '-');
  }

  /** The state by the kernel: "X" failed, ">" usable in the group in use, "@" in another group that is bypassed. */
  kernelState(lun: string): string {
    const { groups, activeGroup } = this.findKernel(lun) ?? { groups: [], activeGroup: 0 };
    return this.#perPort(lun, (_number, devT) => {
      const index = groups.findIndex((group) => group.paths.some((path) => path.devT === devT));
      const group = groups[index];
      if (group === undefined) return '-';
      if (group.paths.some((path) => path.devT === devT && path.failed)) return 'X';
      return index + 1 === activeGroup ? '>' : group.state === 'bypassed' ? '@' : ' ';
    });
  }

  /** Waits for a state by the API, then holds the kernel to it. Gives how long it took to be shown. */
  async comesTo(lun: string, state: string, options: UntilOptions = {}): Promise<number> {
    const started = performance.now();
    await until(`"${lun}" is shown as "${state}"`, async () => (await this.shown(lun)) === state, {
      found: async () => ({
        shown: await this.shown(lun),
        kernel: this.kernelState(lun),
        balance: (await this.findUnit(lun))?.balance,
        paths: (await this.findUnit(lun))?.paths.map(({ number, state, access, failure }) => ({
          number,
          state,
          access,
          failure,
        })),
      }),
      ...options,
    });
    const shownMs = performance.now() - started;
    await until(`the kernel has "${lun}" as "${state}"`, () => this.kernelState(lun) === state, {
      withinMs: 2000,
      found: () => this.kernelState(lun),
    });
    return shownMs;
  }

  /** The priorities, one a port. */
  async priorities(lun: string): Promise<number[]> {
    const { paths } = await this.unit(lun);
    return Array.from(
      { length: this.array.portCount },
      (_, port) => paths.find((path) => path.number === this.path(lun, port))?.priority ?? 0,
    );
  }

  /** Runs a setting of the command, which prints nothing when it succeeds. Gives how long it took. */
  async command(...args: string[]): Promise<number> {
    const { status, stdout, stderr, ms } = await this.installation.spscmd(...args);
    expect({ args, status, stdout, stderr }).to.deep.equal({ args, status: 0, stdout: '', stderr: '' });
    return ms;
  }

  /** Runs a command that must be refused, in one line and without a word on standard output. Gives that line. */
  async refused(status: number, ...args: string[]): Promise<string> {
    const result: CommandResult = await this.installation.spscmd(...args);
    expect({ args, status: result.status, stdout: result.stdout }).to.deep.equal({ args, status, stdout: '' });
    expect(result.stderr).to.match(/^spscmd: [^\n]+\n$/);
    return result.stderr.slice('spscmd: '.length, -1);
  }

  /** Records of the catalogue in the controller's log, over all its starts. */
  records(): LoggedRecord[] {
    return this.installation.controller
      .log()
      .split('\n')
      .filter((line) => line.startsWith('{') && line.includes('"event":'))
      .map((line) => JSON.parse(line) as LoggedRecord);
  }

  /** The events recorded since `from` records, of one LUN's unit. */
  async events(lun: string, from = 0): Promise<number[]> {
    const { number } = await this.unit(lun);
    return this.records()
      .slice(from)
      .filter((record) => record.unit === number)
      .map((record) => record.event);
  }

  /** The API on root's socket. */
  get control(): ApiClient {
    return ApiClient.control(this.installation.runDir);
  }

  get #api(): ApiClient {
    return ApiClient.status(this.installation.runDir);
  }

  #perPort(lun: string, symbol: (number: string, devT: string) => string): string {
    return Array.from({ length: this.array.portCount }, (_, port) => {
      const disk = this.array.findDisk(lun, port);
      return disk === undefined ? '-' : symbol(this.path(lun, port), deviceNumber(disk));
    }).join('');
  }
}

/**
 * Ends every daemon and every I/O process, also those of a test that failed half-way, and removes all multipath maps and
 * what is no LUN of an array.
 */
export async function clearAway(): Promise<void> {
  await unhang();
  killDaemons();
  killRuns();
  for (const { name } of listMaps()) {
    ensureRunning(name);
    // I/O that waits for a path would hold its process.
    if (readMap(name)?.hasTable === true) sendMessage(name, { kind: 'fail-if-no-path' });
    await until(`nobody has map "${name}" open`, () => readMap(name)?.openCount === 0, { withinMs: 30_000 });
    removeMap(name);
  }
  for (const entry of readdirSync('/dev/mapper', { withFileTypes: true })) {
    const path = join('/dev/mapper', entry.name);
    if (entry.isSymbolicLink() && readlinkSync(path).startsWith('../dm-')) rmSync(path);
  }
  await unloadScsiDebug();
}

/** The kernel's name of a map's device, as "dm-0" (drivers/md/dm.c, alloc_dev). */
export function dmNode({ devT }: Pick<MapFacts, 'devT'>): string {
  return devT.replace(/^\d+:/, 'dm-');
}

/** A disk's device number, as "8:16". */
export function deviceNumber(disk: string): string {
  const number = readAttribute(`/sys/block/${disk}/dev`);
  if (number === undefined) throw new Error(`There is no disk "${disk}"`);
  return number;
}
