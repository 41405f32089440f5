import { expect } from 'chai';
import type { PathFacts } from '../../src/discovery/facts.js';
import { Machine, pathFacts, unitA } from '../support/machine.js';

const ports = [0, 1].map((port) => pathFacts(unitA, port));

async function started(): Promise<Machine> {
  const machine = new Machine('noPath: queue');
  await machine.add(...ports);
  await machine.start();
  machine.records.length = 0;
  return machine;
}

/** The array says of these paths that it does not serve the unit there, and again after half a minute. */
async function vanish(machine: Machine, paths: readonly PathFacts[]): Promise<void> {
  const answers = paths.map(({ wwid, key }) => ({ wwid, key, outcome: 'lun-gone', latencyMs: 1, listed: false }));
  const down = answers.map((answer) => ({ ...answer, verdict: 'down' as const }));
  machine.controller.report(down);
  await machine.clock.advance(30_000);
  machine.controller.report(down);
  await machine.quiet();
}

describe('A logical unit that the array serves no more', () => {
  it('through one port goes out of the table there, and only then the kernel is to forget its disk', async () => {
    const machine = await started();
    const [first, second] = ports.map(({ devT }) => devT);
    await vanish(machine, ports.slice(0, 1));
    expect(machine.map().groups.flatMap(({ paths }) => paths.map(({ devT }) => devT))).to.deep.equal([second]);
    expect(machine.removals).to.deep.equal([first]);
    expect(machine.ids()).to.include.members([1025, 1026]).and.not.include(1027);
    expect(machine.states()).to.equal('X>');
  });

  it('through all ports goes with its map, where nobody has that open', async () => {
    const machine = await started();
    await vanish(machine, ports);
    expect(machine.kernel.list()).to.deep.equal([]);
    expect(machine.removals).to.have.members(ports.map(({ devT }) => devT));
  });

  it('keeps map and disks while somebody has the map open', async () => {
    const machine = await started();
    machine.kernel.open(machine.map().name);
    await machine.clock.advance(30_000);
    await vanish(machine, ports);
    expect(machine.map().groups).to.have.length.greaterThan(0);
    expect(machine.removals).to.deep.equal([]);
    expect(machine.ids()).to.include(1025).and.not.include(1026);
  });

  it('has its path back in the table where the disk is not deleted, and is told of', async () => {
    const machine = await started();
    machine.keptBecause = '"sda" is held: "md0"';
    await vanish(machine, ports.slice(0, 1));
    expect(machine.ids()).to.include(1027);
    expect(machine.map().groups.flatMap(({ paths }) => paths)).to.have.length(2);
  });
});
