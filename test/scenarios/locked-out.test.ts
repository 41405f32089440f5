/** A node of a cluster whose reservation key was taken away, and one that starts with a key from before. */
import { expect } from 'chai';
import { Machine, refusalOf, unitA } from '../support/machine.js';
import {
  act,
  active,
  arrayFor,
  breaks,
  first,
  mended,
  own,
  registered,
  second,
  started,
  type Scene,
  wero,
} from '../support/reservation-scene.js';

describe('A node whose key was taken away', () => {
  async function lockedOut(): Promise<Scene> {
    const scene = await registered();
    await act(scene, 'reserve', { type: wero });
    scene.array.preempt(own);
    scene.machine.controller.reservations.lost([{ wwid: unitA, key: own }]);
    await scene.machine.quiet();
    return scene;
  }

  it('is out on every path at once, and its I/O fails instead of waiting', async () => {
    const scene = await lockedOut();
    const { machine } = scene;
    expect([machine.states(), active(scene)]).to.deep.equal(['XX', []]);
    expect(machine.map().queueIfNoPath).to.equal(false);
    expect(await machine.read()).to.not.equal('waits');
    expect(machine.ids().filter((id) => id === 1039)).to.have.lengthOf(1);
  });

  it('cuts the paths off in the same turn in which it hears of it', async () => {
    const scene = await registered();
    scene.array.preempt(own);
    scene.machine.controller.reservations.lost([{ wwid: unitA, key: own }]);
    expect(active(scene)).to.deep.equal([]);
  });

  it('stays out whatever its paths do, and registers nothing', async () => {
    const scene = await lockedOut();
    const { machine, array } = scene;
    const asked = array.asked.length;
    for (let round = 0; round < 2; round += 1) {
      for (const facts of [first, second]) {
        await breaks(scene, facts);
        await mended(scene, facts);
        await machine.remove(facts);
        await machine.add(facts);
        await machine.probed(facts, 'up');
      }
    }
    machine.controller.reservations.watcherCame();
    await machine.clock.advance(120_000);
    await machine.quiet();
    expect([machine.states(), active(scene), array.asked.length]).to.deep.equal(['XX', [], asked]);
    expect(array.registered.size).to.equal(0);
  });

  it('stays out over a restart of the controller, with the map or without', async () => {
    const scene = await lockedOut();
    scene.machine.controller.stop(true);
    const again = await started(scene.machine, scene.array);
    again.machine.controller.reservations.watcherCame();
    await again.machine.probed(first, 'up');
    expect([again.machine.states(), active(again)]).to.deep.equal(['XX', []]);
    const fresh = new Machine('', { kernel: new Machine().kernel, store: scene.machine.store });
    await fresh.add(first, second);
    await fresh.start();
    expect([fresh.states(), fresh.kernel.list()]).to.deep.equal(['XX', []]);
  });

  it('may not reserve, release or take away, and says why', async () => {
    const scene = await lockedOut();
    expect(await refusalOf(act(scene, 'reserve', { type: wero }))).to.equal('KEY_TAKEN_AWAY');
    expect(await refusalOf(act(scene, 'release'))).to.equal('KEY_TAKEN_AWAY');
    expect(await refusalOf(act(scene, 'preempt', { type: wero, victim: '0xb2' }))).to.equal('KEY_TAKEN_AWAY');
    expect((await act(scene, 'read')).key).to.equal(own);
  });

  it('comes back when an operator registers again', async () => {
    const scene = await lockedOut();
    const { machine } = scene;
    await act(scene, 'register', { key: '0xa1' });
    expect([machine.states(), active(scene)]).to.deep.equal(['>>', [first.devT, second.devT]]);
    expect(machine.store.saved?.units[0]?.reservation?.lostSince).to.equal(null);
    expect(machine.map().queueIfNoPath).to.equal(true);
  });

  it('comes back without a key when an operator gives it up: through a probe', async () => {
    const scene = await lockedOut();
    const { machine } = scene;
    machine.prober.asked.length = 0;
    await act(scene, 'unregister');
    expect(machine.states()).to.equal('XX');
    expect(machine.prober.asked.map(({ key }) => key)).to.deep.equal([first.key, second.key]);
    for (const facts of [first, second]) await machine.probed(facts, 'up');
    expect(machine.states()).to.equal('>>');
  });

  it('is not locked out by its own doing', async () => {
    const scene = await registered();
    const { machine, array } = scene;
    array.hangs = () => true;
    const done = machine.controller.reservations.act({ unit: 'lu0', action: 'unregister' });
    await machine.quiet();
    // The watcher looks at the keys before it knows that the controller knows.
    machine.controller.reservations.lost([{ wwid: unitA, key: own }]);
    array.goOn();
    await machine.quiet();
    await done;
    machine.controller.reservations.lost([{ wwid: unitA, key: own }]);
    expect([machine.states(), machine.ids().includes(1039)]).to.deep.equal(['>>', false]);
  });
});

describe('A start with a saved key', () => {
  it('takes over what the kernel uses, and has every path verified when the watcher comes', async () => {
    const before = await registered();
    await breaks(before, second);
    before.machine.controller.stop(true);
    const loads = before.machine.loads();
    const after = await started(before.machine, before.array);
    expect(after.machine.states()).to.equal('>X');
    const asked = after.array.asked.length;
    const answers = arrayFor(() => after.machine);
    for (const [key, value] of before.array.registered) answers.registered.set(key, value);
    after.machine.orders = answers;
    after.machine.controller.reservations.watcherCame();
    await after.machine.quiet();
    expect([after.array.asked.length, answers.asked]).to.deep.equal([asked, ['join 0:0:0:0', 'join 1:0:0:0']]);
    expect([after.machine.states(), after.machine.loads()]).to.deep.equal(['>>', loads]);
  });

  it('without a map makes none until a path is registered', async () => {
    const before = await registered();
    const machine = new Machine('', { kernel: new Machine().kernel, store: before.machine.store });
    await machine.add(first, second);
    await machine.start();
    expect([machine.states(), machine.kernel.list()]).to.deep.equal(['XX', []]);
    const array = arrayFor(() => machine);
    array.registered.set(first.key, own);
    machine.orders = array;
    machine.controller.reservations.watcherCame();
    await machine.quiet();
    expect(machine.states()).to.equal('>>');
    expect(machine.ids()).to.not.include(278);
  });

  it('finds that the key was taken away while nobody looked', async () => {
    const before = await registered();
    before.machine.controller.stop(true);
    const after = await started(before.machine);
    after.machine.controller.reservations.watcherCame();
    await after.machine.quiet();
    expect([after.machine.states(), active(after)]).to.deep.equal(['XX', []]);
  });
});
