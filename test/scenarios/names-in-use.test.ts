import { expect } from 'chai';
import { mapName, type MapName, type Wwid } from '../../src/base/ids.js';
import type { PathFacts } from '../../src/discovery/facts.js';
import { Machine, pathFacts, unitA, unitB } from '../support/machine.js';

const pathsA = [0, 1].map((port) => pathFacts(unitA, port));
const pathsB = [0, 1].map((port) => pathFacts(unitB, port, 1));

/** Two logical units, lu0 and lu1, which exchange their names: their maps keep them until they are made anew. */
async function exchanged(): Promise<Machine> {
  const machine = new Machine();
  await machine.add(...pathsA, ...pathsB);
  await machine.start();
  expect(names(machine)).to.deep.equal([`${unitA} lu0`, `${unitB} lu1`]);
  await rename(machine, { [unitA]: 'lu1', [unitB]: 'lu0' });
  expect(names(machine)).to.deep.equal([`${unitA} lu0`, `${unitB} lu1`]);
  return machine;
}

function rename(machine: Machine, wanted: Readonly<Record<Wwid, string>>): Promise<unknown> {
  const units = Object.entries(wanted).map(([id, name]) => [id, { name: name as MapName }] as const);
  const settings = { version: 1 as const, units: Object.fromEntries(units) };
  return machine.request({ kind: 'import', settings, skipMissing: false, force: false });
}

async function unmap(machine: Machine, paths: readonly PathFacts[]): Promise<void> {
  for (const path of paths) await machine.remove(path);
}

/** The kernel's maps, each with the logical unit that it is of. */
function names(machine: Machine): string[] {
  return machine.kernel
    .list()
    .map(({ uuid, name }) => `${uuid.slice('mpath-'.length)} ${name}`)
    .sort();
}

describe('A logical unit whose name another map still has', () => {
  it('gets the name that it had, and the other map is not touched', async () => {
    const machine = await exchanged();
    const opened = machine.kernel.open(mapName('lu1'));
    const before = machine.kernel.read(mapName('lu1'));
    await unmap(machine, pathsA);
    expect(names(machine)).to.deep.equal([`${unitB} lu1`]);
    await machine.add(...pathsA);
    expect(names(machine)).to.deep.equal([`${unitA} lu0`, `${unitB} lu1`]);
    expect(machine.states(unitA)).to.equal('>>');
    expect(machine.unit(unitA).problem).to.equal(null);
    expect(machine.ids()).to.not.include.members([1009]);
    expect(machine.kernel.read(mapName('lu1'))).to.deep.equal(before);
    opened.close();
  });

  it('gets its own when that has become free', async () => {
    const machine = await exchanged();
    await unmap(machine, pathsA);
    await unmap(machine, pathsB);
    await machine.add(...pathsA);
    await machine.add(...pathsB);
    expect(names(machine)).to.deep.equal([`${unitA} lu1`, `${unitB} lu0`]);
  });

  it('gets its own at the next start', async () => {
    const machine = await exchanged();
    await unmap(machine, pathsA);
    await machine.add(...pathsA);
    const next = new Machine('', { kernel: new Machine().kernel, store: machine.store });
    await next.add(...pathsA, ...pathsB);
    await next.start();
    expect(names(next)).to.deep.equal([`${unitA} lu1`, `${unitB} lu0`]);
  });

  it('gets one that nobody has where it is not known which it had', async () => {
    const machine = await exchanged();
    await unmap(machine, pathsA);
    machine.controller.stop(true);
    const next = new Machine('', machine);
    await next.add(...pathsB);
    await next.start();
    await next.add(...pathsA);
    expect(names(next)).to.deep.equal([`${unitA} lu1-2`, `${unitB} lu1`]);
  });

  it('gets one that nobody has where the one that it had is taken by now', async () => {
    const machine = await exchanged();
    await unmap(machine, pathsA);
    machine.kernel.createEmpty(mapName('lu0'), 'mpath-3somebody-else');
    machine.kernel.createEmpty(mapName('lu1-2'), 'mpath-3another');
    await machine.add(...pathsA);
    expect(names(machine)).to.include.members([`${unitA} lu1-3`, `${unitB} lu1`]);
  });

  it('is new, and its number was that of the other one', async () => {
    const machine = new Machine();
    await machine.add(...pathsA);
    await machine.start();
    const settings = { version: 1 as const, units: { [unitA]: { number: 7, name: mapName('database') } } };
    await machine.request({ kind: 'import', settings, skipMissing: false, force: false });
    await machine.add(...pathsB);
    expect(names(machine)).to.deep.equal([`${unitA} lu0`, `${unitB} lu0-2`]);
    expect(machine.unit(unitB)).to.deep.include({ number: 0, problem: null });
  });

  it('is left alone where a device of somebody else has the name', async () => {
    const machine = await exchanged();
    await unmap(machine, [...pathsA, ...pathsB]);
    machine.kernel.createEmpty(mapName('lu1'), 'LVM-somebody');
    await machine.add(...pathsA);
    expect(names(machine)).to.deep.equal([]);
    expect(machine.unit(unitA).problem?.code).to.equal('DM_NAME_TAKEN');
  });
});
