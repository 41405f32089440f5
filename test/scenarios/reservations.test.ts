/** Persistent reservations over all paths of a logical unit. */
import { expect } from 'chai';
import { refusalOf, selector } from '../support/machine.js';
import {
  act,
  active,
  breaks,
  first,
  mended,
  other,
  own,
  registered,
  second,
  started,
  third,
  wero,
} from '../support/reservation-scene.js';

describe('A reservation', () => {
  it('is made over all paths: register, reserve, read, release, give up', async () => {
    const scene = await started();
    const { machine, array } = scene;
    const loads = machine.loads();
    const view = await act(scene, 'register', { key: 'A1', persist: true });
    expect(view).to.deep.include({ number: 0, name: 'lu0', key: own });
    expect(view.paths).to.deep.equal([
      { number: '0:0:0:0', result: 'registered', detail: '' },
      { number: '1:0:0:0', result: 'registered', detail: '' },
    ]);
    expect(machine.store.saved?.units[0]?.reservation).to.include({ key: own, persist: true });
    await act(scene, 'reserve', { type: wero });
    expect(array.reservation).to.deep.equal({ key: own, type: wero });
    expect((await act(scene, 'read')).status).to.include({ generation: 1 });
    await act(scene, 'release');
    expect(array.reservation).to.equal(null);
    expect((await act(scene, 'unregister')).key).to.equal(null);
    expect(machine.store.saved?.units[0]?.reservation).to.equal(null);
    // The map has worked all the time, untouched.
    expect([machine.states(), machine.loads()]).to.deep.equal(['>>', loads]);
    expect(machine.ids()).to.include.members([1037, 1042, 1038]);
  });

  it('can be released without naming its type, also where nothing is reserved', async () => {
    const scene = await registered();
    await act(scene, 'release');
    expect(scene.array.asked.at(-1)).to.match(/^read/);
    scene.array.reservation = { key: other, type: wero };
    expect(await refusalOf(act(scene, 'release'))).to.equal('RESERVATION_CONFLICT');
    expect(scene.array.reservation.key).to.equal(other);
  });

  it('leaves everything as it is where a path in service cannot be registered', async () => {
    const scene = await started();
    scene.array.dead.add(second.key);
    expect(await refusalOf(act(scene, 'register', { key: '0xa1' }))).to.equal('RESERVATION_FAILED');
    expect([scene.machine.unit().reservation, scene.machine.states()]).to.deep.equal([null, '>>']);
  });

  it('is refused without a watcher, and nothing is kept for one that comes', async () => {
    const scene = await started();
    scene.array.present = false;
    expect(await refusalOf(act(scene, 'register', { key: '0xa1' }))).to.equal('WATCHER_ABSENT');
    scene.array.present = true;
    scene.machine.controller.reservations.watcherCame();
    await scene.machine.quiet();
    expect(scene.array.asked).to.deep.equal([]);
  });
});

describe('A path that was down while the key was registered', () => {
  it('is registered before it carries I/O again, and is in no table until then', async () => {
    const scene = await started();
    const { machine, array } = scene;
    await breaks(scene, second);
    array.dead.add(second.key);
    await act(scene, 'register', { key: '0xa1' });
    expect(machine.map().groups.flatMap(({ paths }) => paths.map(({ devT }) => devT))).to.deep.equal([first.devT]);
    // It answers probes, but the array does not register it yet.
    await mended(scene, second);
    expect(machine.states()).to.equal('>X');
    expect(machine.path('1:0:0:0').failure?.detail).to.equal('not registered: no answer');
    array.dead.clear();
    array.before = ({ action }) => {
      if (action.kind === 'join') expect(active(scene)).to.deep.equal([first.devT]);
    };
    await mended(scene, second);
    expect(array.registered.get(second.key)).to.equal(own);
    expect([machine.states(), active(scene)]).to.deep.equal(['>>', [first.devT, second.devT]]);
    expect(machine.ids().filter((id) => id === 1041)).to.have.lengthOf(1);
  });
});

describe('A path that fails and comes back', () => {
  it('is verified before it is reinstated, and the reservation has stayed', async () => {
    const scene = await registered();
    const { machine, array } = scene;
    await act(scene, 'reserve', { type: wero });
    const loads = machine.loads();
    for (const facts of [first, second, first]) {
      await breaks(scene, facts);
      expect(active(scene)).to.not.include(facts.devT);
      array.before = () => expect(active(scene)).to.not.include(facts.devT);
      await mended(scene, facts);
      expect(machine.states()).to.equal('>>');
    }
    expect(array.asked.slice(-3)).to.deep.equal(['join 0:0:0:0', 'join 1:0:0:0', 'join 0:0:0:0']);
    expect([array.reservation?.key, machine.loads()]).to.deep.equal([own, loads]);
  });

  it('is asked for once, however often it is probed meanwhile', async () => {
    const scene = await registered();
    await breaks(scene, second);
    scene.array.hangs = () => true;
    for (let round = 0; round < 3; round += 1) await mended(scene, second);
    expect(scene.array.asked.filter((each) => each.startsWith('join'))).to.deep.equal(['join 1:0:0:0']);
    scene.array.goOn();
    await scene.machine.quiet();
    expect(scene.machine.states()).to.equal('>>');
  });

  it('comes back by failback, which waits for its registration', async () => {
    const scene = await registered();
    const { machine } = scene;
    await breaks(scene, second);
    machine.kernel.setDisk(second.devT, 'works');
    const asked = machine.controller.request({ kind: 'failback', path: selector('1:0:0:0') });
    await machine.probed(second, 'up');
    await asked;
    expect([machine.states(), machine.ids().includes(263)]).to.deep.equal(['>>', true]);
  });

  it('stays out after failback where it cannot be registered, and the operator is told', async () => {
    const scene = await registered();
    const { machine } = scene;
    await breaks(scene, second);
    scene.array.dead.add(second.key);
    const asked = machine.controller.request({ kind: 'failback', path: selector('1:0:0:0') });
    const refusal = asked.catch((error: unknown) => String(error));
    await machine.probed(second, 'up');
    expect(await refusal).to.include(`key ${own} could not be registered on it`);
    expect(machine.ids()).to.include(262);
  });

  it('is taken out again where somebody reinstates it by hand, until it is verified', async () => {
    const scene = await registered();
    const { machine } = scene;
    await breaks(scene, second);
    machine.kernel.message(machine.map().name, { kind: 'reinstate-path', devT: second.devT });
    await machine.quiet();
    expect([machine.states(), active(scene)]).to.deep.equal(['>X', [first.devT]]);
  });
});

describe('A new path', () => {
  it('is registered before it is in the table', async () => {
    const scene = await registered();
    const { machine, array } = scene;
    array.hangs = (kind) => kind === 'join';
    await machine.add(third);
    expect([machine.states(), active(scene).length]).to.deep.equal(['>>X', 2]);
    expect(machine.map().groups.flatMap(({ paths }) => paths)).to.have.lengthOf(2);
    array.goOn();
    await machine.quiet();
    expect([machine.states(), active(scene).length]).to.deep.equal(['>>>', 3]);
    expect(array.registered.get(third.key)).to.equal(own);
  });

  it('finds out that the key was taken away, before anything else does', async () => {
    const scene = await registered();
    scene.array.preempt(own);
    await scene.machine.add(third);
    expect([scene.machine.states(), active(scene)]).to.deep.equal(['XXX', []]);
    expect(scene.array.registered.size).to.equal(0);
    const asked = scene.machine.controller.request({ kind: 'failback', path: selector('1:0:0:0') });
    const refusal = refusalOf(asked);
    await scene.machine.probed(second, 'up');
    expect(await refusal).to.equal('KEY_TAKEN_AWAY');
  });
});

describe('An action of which nobody knows the end', () => {
  it('ends after half a minute, and its late answer changes nothing', async () => {
    const scene = await started();
    const { machine, array } = scene;
    array.hangs = () => true;
    const refusal = refusalOf(machine.controller.reservations.act({ unit: '#0', action: 'register', key: '0xa1' }));
    await machine.clock.advance(30_000);
    expect(await refusal).to.equal('RESERVATION_FAILED');
    array.goOn();
    await machine.quiet();
    expect(machine.unit().reservation).to.equal(null);
  });

  it('ends when the watcher goes, or the controller', async () => {
    for (const end of ['watcherGone', 'close'] as const) {
      const { machine, array } = await started();
      array.hangs = () => true;
      const refusal = refusalOf(machine.controller.reservations.act({ unit: '#0', action: 'read' }));
      await machine.quiet();
      machine.controller.reservations[end]();
      expect(await refusal).to.equal('RESERVATION_FAILED');
    }
  });

  it('lets the next one of the unit wait for ten seconds, and then never begin', async () => {
    const { machine, array } = await registered();
    array.hangs = () => true;
    const slow = machine.controller.reservations.act({ unit: '#0', action: 'read' });
    await machine.quiet();
    const asked = array.asked.length;
    const late = refusalOf(machine.controller.reservations.act({ unit: '#0', action: 'clear' }));
    await machine.clock.advance(10_000);
    expect(await late).to.equal('RESERVATION_FAILED');
    array.goOn();
    await slow;
    await machine.quiet();
    expect(array.asked.length).to.equal(asked);
    expect(machine.unit().reservation?.key).to.equal(own);
  });

  it('holds up the next one of the unit, and none of another', async () => {
    const scene = await registered();
    const { machine, array } = scene;
    array.hangs = () => true;
    const [slow, next] = ['reserve', 'read'].map((action) =>
      machine.controller.reservations.act({ unit: '#0', action: action as 'read', type: wero }),
    );
    await machine.quiet();
    expect(array.asked.at(-1)).to.match(/^reserve/);
    array.goOn();
    await Promise.all([slow, next]);
    expect(array.asked.at(-1)).to.match(/^read/);
  });
});
