// What the steps of the demo play with: array, daemons, I/O, and the screen.
import { release } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { UnitView } from '../../../src/model/view.js';
import { ApiClient } from '../../../src/services/api-client/client.js';
import { LabArray } from '../inside/array.js';
import { Installation } from '../inside/daemons.js';
import { count, time } from './quantities.js';
import type { Show } from './show.js';
import { UnitWatch } from './unit-watch.js';
import { Writers } from './writers.js';

/** No I/O may take longer than this, whatever happens to paths or daemons. */
const worstStallLimitMs = 1000;

/** Far more than a start takes on a machine that is busy with other things. */
const startLimitMs = 60_000;

export class Stage {
  readonly show: Show;
  readonly array: LabArray;
  readonly installation: Installation;
  readonly client: ApiClient;
  readonly watch: UnitWatch;
  #writers: Writers | undefined;

  private constructor(show: Show, array: LabArray, installation: Installation, client: ApiClient, watch: UnitWatch) {
    this.show = show;
    this.array = array;
    this.installation = installation;
    this.client = client;
    this.watch = watch;
  }

  /** Builds the array, starts the daemons and says how far it is. */
  static async setUp(show: Show): Promise<Stage> {
    show.note(`Linux ${release()} in user mode is up`);
    const began = performance.now();
    const array = await LabArray.create({
      ports: 4,
      fabrics: 2,
      vendor: 'NEC',
      product: 'DISK ARRAY',
      luns: [
        { name: 'data', sizeMb: 64, serial: '00c0ffee0001' },
        { name: 'log', sizeMb: 64, serial: '00c0ffee0002' },
        { name: 'archive', sizeMb: 64, serial: '00c0ffee0003' },
      ],
    });
    const arrayMs = performance.now() - began;
    show.note(`an array of 2 ports x 2 fabrics with 3 LUNs is attached, in ${time(arrayMs)}`);
    const installation = new Installation();
    await startController(installation);
    installation.watcher.start();
    show.note(`pathmanagerd and ispmwatcher run, in ${time(performance.now() - began - arrayMs)}`);
    const client = ApiClient.status(installation.runDir);
    return new Stage(show, array, installation, client, await UnitWatch.open(client));
  }

  /** Starts the controller and waits until it is ready; gives how long that took in milliseconds. */
  startController(): Promise<number> {
    return startController(this.installation);
  }

  async units(): Promise<readonly UnitView[]> {
    return (await this.client.get('/v1/units')).units;
  }

  /** The logical unit that a step works on: #0. */
  async unit(): Promise<UnitView> {
    const [first] = await this.units();
    if (first === undefined) throw new Error('There is no logical unit');
    return first;
  }

  /**
   * Types a command of spscmd and shows what it prints, or with `head` so many lines of it; gives its whole output.
   * Throws when it fails.
   */
  async spscmd(words: string, head?: (lines: readonly string[]) => number): Promise<string> {
    if (head === undefined) this.show.command(`spscmd ${words}`);
    const { status, stdout, stderr } = await this.installation.spscmd(...words.split(' '));
    const lines = stdout.split('\n');
    if (head !== undefined) {
      const shown = head(lines);
      this.show.command(`spscmd ${words} | head -n ${String(shown)}`);
      this.show.output(lines.slice(0, shown).join('\n'));
    } else this.show.output(stdout);
    if (status !== 0) throw new Error(`"spscmd ${words}" ended with status ${String(status)}: ${stderr.trim()}`);
    return stdout;
  }

  /** Starts the writers on every logical unit, or gives those that run. */
  async writers(): Promise<Writers> {
    this.#writers ??= await Writers.start((await this.units()).map(({ name }) => `/dev/mapper/${name}`));
    return this.#writers;
  }

  /** The verdict that every step under I/O ends with: on the span since the last mark. */
  async judgeIo(): Promise<void> {
    const span = await (await this.writers()).span();
    const wrong = span.errors + span.mismatches;
    this.show.ioVerdict({
      stallGood: span.worstStallMs < worstStallLimitMs,
      worstStall: time(span.worstStallMs),
      errorsGood: wrong === 0,
      errors: `${count(wrong)} of ${count(span.ios)}`,
    });
    for (const problem of span.problems) this.show.output(problem);
  }

  pause(ms: number): Promise<void> {
    return sleep(ms);
  }

  /** Ends everything that runs. */
  async end(): Promise<void> {
    this.#writers?.kill();
    await this.installation.watcher.kill();
    await this.installation.controller.kill();
  }
}

/** Asks seldom, unlike a test: each question takes time from the daemon that is starting, on the one CPU. */
async function startController(installation: Installation): Promise<number> {
  const { controller } = installation;
  const began = performance.now();
  controller.start();
  while ((await installation.get('/v1/health').catch(() => undefined))?.status !== 200) {
    if (!controller.running) throw new Error(`pathmanagerd ended at its start:\n${controller.log()}`);
    if (performance.now() - began > startLimitMs)
      throw new Error(`pathmanagerd was not ready in ${time(startLimitMs)}`);
    await sleep(100);
  }
  return performance.now() - began;
}
