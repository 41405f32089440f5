// Cables, mappings, kills, and an operator who cannot decide, all at random and at the same time: at the end it is as if
// nothing had been.
import { expect } from 'chai';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasCode } from '../../../src/base/errors.js';
import { plug, pull } from '../inside/faults.js';
import { Figures, ms } from '../inside/figures.js';
import { Killer } from '../inside/killer.js';
import { Random } from '../inside/random.js';
import { LabSystem } from '../inside/system.js';

const rounds = Number(process.env['PATHMANAGER_ROUNDS'] ?? 30);
const luns = ['one', 'two'];
const ports = [0, 1, 2, 3];

describe('lab: everything at once', () => {
  const figures = new Figures();
  const random = new Random();
  let system: LabSystem;
  before(async () => {
    system = await LabSystem.start({
      array: { ports: 4, luns: luns.map((name, index) => ({ name, sizeMb: 16, serial: `0000c20${index}` })) },
    });
  });
  after(async () => {
    await system.end();
    figures.print();
  });

  it(`costs no I/O, and leaves what was asked for, seed ${random.seed}`, async function () {
    this.timeout(120_000 + rounds * 2000);
    const writers = await Promise.all(luns.map((lun) => system.write(lun)));
    const killer = new Killer(system, random, 3000, 12_000);
    const operator = new Operator(system, random);
    for (let round = 0; round < rounds; round++) await oneRound();
    await operator.stop();
    await killer.stop();
    for (const lun of luns) {
      for (const port of ports) await system.control.post('/v1/paths/enable', { path: system.path(lun, port) });
      await system.control.post('/v1/paths/balance', { path: system.path(lun, 0), mode: 'service-time' });
    }
    for (const lun of luns) await system.comesTo(lun, '>>>>', { withinMs: 20_000 });
    for (const writer of writers) {
      const { problems, errors, mismatches, worstStallMs } = await writer.stop();
      expect({ problems, errors, mismatches }).to.deep.equal({ problems: [], errors: 0, mismatches: 0 });
      figures.add(`worst stall ${ms(worstStallMs)}`);
    }
    for (const lun of luns) expect(system.kernel(lun)).to.include({ suspended: false, queueIfNoPath: true });
    figures.add(`${rounds} rounds, ${killer.kills.join(' and ')}, requests: ${operator.outcomes}`);
  });

  /** Up to three cables are pulled; now and then a port hides a LUN instead. */
  async function oneRound(): Promise<void> {
    const pulled = random.some(ports, 1 + random.below(3));
    const hidden = random.below(4) === 0 ? pulled.pop() : undefined;
    const lun = luns[random.below(luns.length)] ?? '';
    for (const port of pulled) await pull(system.array, port);
    if (hidden !== undefined) await system.array.unmapLun(lun, hidden);
    await sleep(random.below(250));
    for (const port of pulled) await plug(system.array, port);
    if (hidden !== undefined) await system.array.mapLun(lun, hidden);
    await sleep(random.below(400));
  }
});

/** Asks for one thing after another, reasonable or not. */
class Operator {
  readonly #system: LabSystem;
  readonly #random: Random;
  readonly #outcomes = new Map<string, number>();
  readonly #work: Promise<void>;
  #ending = false;

  constructor(system: LabSystem, random: Random) {
    this.#system = system;
    this.#random = random;
    this.#work = this.#run();
    this.#work.catch(() => undefined);
  }

  get outcomes(): string {
    return [...this.#outcomes].map(([outcome, count]) => `${count} ${outcome}`).join(', ');
  }

  async stop(): Promise<void> {
    this.#ending = true;
    await this.#work;
  }

  async #run(): Promise<void> {
    while (!this.#ending) {
      const outcome = await this.#ask().then(
        () => 'done',
        (error: unknown) => {
          // A fault of the program would have this code.
          if (!(error instanceof Error) || hasCode(error, 'INTERNAL') || !('code' in error)) throw error;
          return String(error.code);
        },
      );
      this.#outcomes.set(outcome, (this.#outcomes.get(outcome) ?? 0) + 1);
      await sleep(this.#random.below(300));
    }
  }

  #ask(): Promise<unknown> {
    const { control } = this.#system;
    const lun = luns[this.#random.below(luns.length)] ?? '';
    const [path, other] = [0, 1].map(() => this.#system.path(lun, this.#random.below(ports.length))) as [
      string,
      string,
    ];
    const modes = ['none', 'round-robin', 'queue-length', 'service-time'] as const;
    const requests = [
      () => control.post('/v1/paths/swap', { first: path, second: other }),
      () => control.post('/v1/paths/use', { path }),
      () => control.post('/v1/paths/priority', { path, priority: 1 + this.#random.below(254) }),
      () => control.post('/v1/paths/disable', { path, force: this.#random.below(2) === 0 }),
      () => control.post('/v1/paths/enable', { path }),
      () => control.post('/v1/paths/balance', { path, mode: modes[this.#random.below(modes.length)] ?? 'none' }),
      () => control.post('/v1/paths/failback', { path: null }),
    ];
    return requests[this.#random.below(requests.length)]?.() ?? Promise.resolve();
  }
}
