// The controller and its helpers are killed while they load tables: no map is left suspended or empty.
import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Figures } from '../inside/figures.js';
import { Random } from '../inside/random.js';
import { LabSystem } from '../inside/system.js';
import { until } from '../inside/until.js';

const luns = ['first', 'second'];
const rounds = 5;

describe('lab: killed in a reload', () => {
  const random = new Random();
  const figures = new Figures();
  let system: LabSystem;
  before(async () => {
    system = await LabSystem.start({
      array: { ports: 4, luns: luns.map((name, index) => ({ name, sizeMb: 16, serial: `0000150${index}` })) },
    });
  });
  after(async () => {
    await system.end();
    figures.print();
  });

  it(`leaves every map with a table, and running, seed ${random.seed}`, async function () {
    this.timeout(120_000);
    const writers = await Promise.all(luns.map((lun) => system.write(lun)));
    let helpersKilled = 0;
    for (let round = 0; round < rounds; round++) {
      const { controller } = system.installation;
      const changes = luns.map((lun) =>
        // The answer may never come.
        system.control
          .post('/v1/paths/balance', {
            path: system.path(lun, 0),
            mode: round % 2 === 0 ? 'round-robin' : 'queue-length',
          })
          .catch(() => undefined),
      );
      await sleep(random.below(60));
      const helpers = random.below(2) === 0 ? childrenOf(controller.pid) : [];
      await controller.kill();
      for (const helper of helpers) helpersKilled += kill(helper);
      await Promise.all(changes);
      for (const lun of luns) {
        // A helper that was not killed finishes what it is in.
        await until(`the map of "${lun}" runs`, () => isWhole(lun), {
          withinMs: 1000,
          found: () => system.kernel(lun),
        });
      }
      await system.installation.startController();
    }
    for (const lun of luns) await system.comesTo(lun, '>>>>');
    for (const writer of writers) expect(await writer.stop()).to.include({ errors: 0, mismatches: 0 });
    figures.add(`${rounds} kills of pathmanagerd in a reload, and of ${helpersKilled} helpers`);
  });

  it('a helper that is killed alone is replaced, and the change is made', async () => {
    for (const helper of childrenOf(system.installation.controller.pid)) kill(helper);
    await system.command('lbmode', system.path('first', 0), '3');
    expect(system.kernel('first').groups.map((group) => group.selector)).to.deep.equal(['service-time']);
  });

  function isWhole(lun: string): boolean {
    const { hasTable, suspended, groups } = system.kernel(lun);
    return hasTable && !suspended && groups.flatMap((group) => group.paths).length === 4;
  }
});

/** 1 where the process was there. */
function kill(pid: number): number {
  try {
    process.kill(pid, 'SIGKILL');
    return 1;
  } catch {
    return 0;
  }
}

function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => parentOf(name) === pid)
    .map(Number);
}

/** proc(5): the parent is the second field after the name in parentheses. */
function parentOf(pid: string): number | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}
