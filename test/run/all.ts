// `npm test`: everything that must hold, first without, then with a kernel of our own.
import { availableParallelism } from 'node:os';
import { runHostTests } from './host-tests.js';
import { runLabTests } from './lab-tests.js';
import { report } from './report.js';
import { runSystemdTests } from './systemd-tests.js';

const print = (text: string): void => void process.stdout.write(text);
const say = (line: string): void => print(`\n== ${line}\n`);

/** Holds back what is printed until it may be, so that two runs side by side can be read one after the other. */
class Held {
  #texts: string[] | null = [];

  readonly print = (text: string): void => {
    if (this.#texts === null) print(text);
    else this.#texts.push(text);
  };

  release(): void {
    for (const text of this.#texts ?? []) print(text);
    this.#texts = null;
  }
}

// The machine with systemd waits for itself much of the time: with a second processor it costs little beside the tests that
// need no kernel. The tests on the lab's kernel look at times, and have the computer for themselves.
const held = new Held();
const underSystemd = (): ReturnType<typeof runSystemdTests> => runSystemdTests({ short: true, print: held.print });
const early = availableParallelism() > 1 ? underSystemd() : null;
say('unit, command, scenario and contract tests, on the fake kernel');
const host = await runHostTests([]);
say('the package on a machine of its own, with systemd and udev (user-mode Linux)');
held.release();
const machine = await (early ?? underSystemd());
say('lab and contract tests, on a real kernel (user-mode Linux)');
const lab = await runLabTests('uml', []);
say('tests on a kernel with Fibre Channel (QEMU)');
const fabric = await runLabTests('fc', []);
report([host, ...machine, lab, fabric]);
