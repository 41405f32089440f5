import { expect } from 'chai';
import { PathManagerError } from '../../src/base/errors.js';
import { Machine, pathFacts, unitA, unitB } from '../support/machine.js';

const [a0, a1] = [pathFacts(unitA, 0), pathFacts(unitA, 1)];
const b0 = pathFacts(unitB, 0, 1);

describe('What udev is told', () => {
  it('every path of a unit is claimed, and a disk with one path is left to others', async () => {
    const machine = new Machine();
    await machine.add(a0, a1, b0);
    await machine.start();
    expect(machine.marks).to.deep.equal(['known 0', `+${a0.devT}`, `+${a1.devT}`, `-${b0.devT}`, 'ready lu0']);
  });

  it('a second path makes the first one ours as well', async () => {
    const machine = new Machine();
    await machine.add(a0);
    await machine.start();
    expect(machine.marks).to.deep.equal(['known 0', `-${a0.devT}`]);
    await machine.add(a1);
    expect(machine.marks).to.include.members([`+${a0.devT}`, `+${a1.devT}`]);
  });

  it('the claims of known units hold at the next start, before a path is there', async () => {
    const machine = new Machine();
    await machine.add(a0, a1);
    await machine.start();
    machine.controller.stop(true);
    const next = new Machine('', { kernel: machine.kernel, store: machine.store });
    await next.start();
    expect(next.marks[0]).to.equal('known 1');
    await next.add(a0);
    expect(next.marks).to.include(`+${a0.devT}`);
  });

  it('a known unit that the configuration now excludes is given back', async () => {
    const machine = new Machine();
    await machine.add(a0, a1);
    await machine.start();
    machine.controller.stop(true);
    for (const facts of [a0, a1]) await machine.remove(facts);
    await machine.kernel.change({ kind: 'remove', name: machine.map().name });
    const next = new Machine(`claim: { exclude: [{ wwid: "${unitA}" }] }`, machine);
    await next.add(a0);
    await next.start();
    expect(next.marks).to.deep.equal(['known 1', `-${a0.devT}`]);
  });

  describe('where no map can be made', () => {
    const taken = new PathManagerError('DM_NAME_TAKEN', 'Cannot create map "lu0": the name is taken');

    /** Two paths of one unit, and a kernel that refuses its map so many times. */
    async function refused(times: number): Promise<Machine> {
      const machine = new Machine();
      for (let n = 0; n < times; n += 1) machine.kernel.refuseNext('create', taken);
      await machine.add(a0, a1);
      await machine.start();
      return machine;
    }

    it('the disks are given back after a while, and taken again when there is one', async () => {
      const machine = await refused(6);
      await machine.clock.advance(9_000);
      expect(machine.marks).to.not.include(`-${a0.devT}`);
      await machine.clock.advance(7_000);
      expect(machine.marks.slice(-2)).to.deep.equal([`-${a0.devT}`, `-${a1.devT}`]);
      expect(machine.records.filter(({ id }) => id === 1028).map(({ detail }) => detail)).to.deep.equal([
        taken.message,
      ]);
      // Looked at meanwhile, they are not claimed again.
      machine.devices.tell({ kind: 'present', facts: a0 });
      await machine.quiet();
      expect(machine.marks.at(-1)).to.equal(`-${a1.devT}`);
      await machine.clock.advance(16_000);
      expect(machine.map().name).to.equal('lu0');
      expect(machine.marks.slice(-3)).to.have.members([`+${a0.devT}`, `+${a1.devT}`, 'ready lu0']);
      expect(machine.ids().filter((id) => id === 1028)).to.have.length(1);
    });

    it('for a moment only, the disks stay claimed', async () => {
      const machine = await refused(2);
      await machine.clock.advance(60_000);
      expect(machine.map().name).to.equal('lu0');
      expect(machine.marks).to.not.include(`-${a0.devT}`);
      expect(machine.ids()).to.not.include(1028);
    });
  });

  it('a map without a usable path is not to be read, until one is back', async () => {
    const machine = new Machine();
    await machine.add(a0, a1);
    await machine.start();
    for (const facts of [a0, a1]) machine.kernel.setDisk(facts.devT, 'breaks');
    await machine.read();
    expect(machine.marks.at(-1)).to.equal('unready lu0');
    machine.kernel.setDisk(a1.devT, 'works');
    await machine.probed(a1, 'up');
    expect(machine.marks.at(-1)).to.equal('ready lu0');
  });
});
