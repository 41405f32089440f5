import { expect } from 'chai';
import type { ReservationAnswer, ReservationOrder } from '../../../../src/model/reservations/types.js';
import { wwid } from '../../../../src/base/ids.js';
import type { UnitView } from '../../../../src/model/view.js';
import { PathReservations } from '../../../../src/services/watcher/reservations/path-access.js';
import { Reservations } from '../../../../src/services/watcher/reservations/reservations.js';
import { FakeClock, settle } from '../../../support/fake-clock.js';
import { FakeTarget } from '../../../support/fake-target.js';
import { path, unit } from '../../../support/views.js';
import { older, ours, peer, theirs } from './reservation-scene.js';

const paths = ['0:0:0:0', '1:0:0:0'] as const;

class Scene {
  readonly clock = new FakeClock();
  readonly target = new FakeTarget(this.clock);
  readonly lost: string[] = [];
  readonly answers: ReservationAnswer[] = [];
  readonly troubles: string[] = [];
  readonly kept: string[][] = [];
  broken: Error | null = null;
  view: UnitView;
  readonly reservations = new Reservations({
    clock: this.clock,
    access: new PathReservations(
      {
        open: (node) => {
          if (this.broken !== null) throw this.broken;
          return node === null ? null : this.target.nexus(node);
        },
        keepOnly: (nodes) => this.kept.push([...nodes]),
      },
      this.clock,
    ),
    answer: (answer) => {
      this.answers.push(answer);
      return this.unanswerable ? Promise.reject(new Error('no controller')) : Promise.resolve();
    },
    lost: (_wwid, key) => this.lost.push(key),
    trouble: (what, error) => this.troubles.push(`${what}: ${String(error)}`),
  });
  unanswerable = false;

  constructor() {
    for (const nexus of paths) this.target.registrations.push({ nexus, key: ours, allTargetPorts: false });
    this.target.registrations.push({ nexus: peer, key: theirs, allTargetPorts: false });
    const views = paths.map((number) => path(number, { sg: number, registered: true }));
    this.view = unit(0, views, { reservation: { key: ours, lostSince: null } });
    this.watch();
  }

  watch(fields: Partial<UnitView> = {}): void {
    this.view = { ...this.view, ...fields };
    this.reservations.watch([this.view]);
  }

  order(action: ReservationOrder['action']): void {
    const orderPaths = this.view.paths.map(({ key, number, sg }) => ({ key, number, sg, usable: true }));
    const id = `order-${this.answers.length}`;
    this.reservations.order({
      id,
      wwid: wwid(this.view.wwid),
      paths: orderPaths as unknown as ReservationOrder['paths'],
      action,
    });
  }

  get asked(): readonly string[] {
    return this.target.arrived.filter((each) => each.endsWith(' read-keys'));
  }
}

describe('the check of the keys', () => {
  let scene: Scene;
  beforeEach(() => (scene = new Scene()));

  it('asks every 400 ms, each time by another path, and says nothing while the key is there', async () => {
    await scene.clock.advance(1600);
    expect(scene.asked.map((each) => each.split(' ')[0])).to.deep.equal(['1:0:0:0', '0:0:0:0', '1:0:0:0', '0:0:0:0']);
    expect(scene.lost).to.deep.equal([]);
  });

  it('tells of a key that is gone within half a second, and until that is known', async () => {
    await scene.clock.advance(390);
    scene.target.takeAway(ours);
    await scene.clock.advance(500);
    expect(scene.lost).to.include(ours);
    scene.lost.length = 0;
    await scene.clock.advance(800);
    expect(scene.lost).to.deep.equal([ours, ours]);
    scene.watch({ reservation: { key: ours, lostSince: 1 } });
    scene.lost.length = 0;
    await scene.clock.advance(2000);
    expect(scene.lost).to.deep.equal([]);
  });

  it('asks twice before it says so', async () => {
    scene.target.answers.set('read-keys', Buffer.from('0000000100000000', 'hex'));
    scene.target.onCommand = () => {
      if (scene.asked.length === 2) scene.target.answers.clear();
    };
    await scene.clock.advance(400);
    expect([scene.asked.length, scene.lost]).to.deep.equal([2, []]);
  });

  for (const [what, make] of [
    ['no answer', () => paths.forEach((each) => scene.target.pull(each))],
    [
      'an answer that cannot be right',
      () => scene.target.answers.set('read-keys', Buffer.from('00000001ffffffff', 'hex')),
    ],
    [
      'an array that does not know the question any more',
      () => paths.forEach((each) => scene.target.fault(each, 'read-keys', { outcome: 'rejected', done: false })),
    ],
    [
      'a conflict',
      () => paths.forEach((each) => scene.target.fault(each, 'all', { outcome: 'reservation-conflict', done: false })),
    ],
  ] as const) {
    it(`takes ${what} for no proof`, async () => {
      make();
      await scene.clock.advance(4000);
      expect(scene.lost).to.deep.equal([]);
    });
  }

  it('asks by another path where one fails or hangs, and is not held up', async () => {
    scene.target.pull('0:0:0:0');
    scene.target.hang('1:0:0:0');
    scene.target.takeAway(ours);
    scene.target.mend('0:0:0:0');
    await scene.clock.advance(1000);
    expect(scene.lost).to.include(ours);
  });

  it('sends nothing more to a path that hangs', async () => {
    scene.target.hang('1:0:0:0');
    await scene.clock.advance(10_000);
    expect(scene.asked.filter((each) => each.startsWith('1:0:0:0'))).to.have.length(1);
    expect(scene.asked.length).to.be.above(20);
  });

  it('goes on where every path hung', async () => {
    for (const each of paths) scene.target.hang(each);
    await scene.clock.advance(3000);
    expect(scene.asked).to.have.length(2);
    for (const each of paths) {
      scene.target.mend(each);
      scene.target.nexus(each).outstanding = 0;
    }
    await scene.clock.advance(1000);
    expect(scene.asked.length).to.be.above(2);
  });

  it('asks by paths in service alone', async () => {
    scene.watch({
      paths: scene.view.paths.map((each, index) => ({ ...each, state: index === 0 ? 'failed' : 'active' })),
    });
    await scene.clock.advance(1200);
    expect(new Set(scene.asked)).to.deep.equal(new Set(['1:0:0:0 read-keys']));
    scene.watch({ paths: scene.view.paths.map((each) => ({ ...each, state: 'failed' })) });
    scene.target.arrived.length = 0;
    scene.target.takeAway(ours);
    await scene.clock.advance(1200);
    expect([scene.asked, scene.lost]).to.deep.equal([[], []]);
  });

  it('rests for units without a key, and while the controller is away', () => {
    scene.watch({ reservation: null });
    expect(scene.clock.pending).to.deep.equal([]);
    scene.watch({ reservation: { key: ours, lostSince: null } });
    expect(scene.clock.pending).to.deep.equal(['key check']);
    scene.reservations.disconnected();
    expect(scene.clock.pending).to.deep.equal([]);
    scene.watch();
    scene.reservations.close();
    expect(scene.clock.pending).to.deep.equal([]);
    expect(scene.kept.at(-1)).to.deep.equal([]);
  });

  it('goes on after a fault of ours', async () => {
    scene.broken = new Error('no descriptors');
    await scene.clock.advance(400);
    expect(scene.troubles).to.deep.equal(['Cannot ask for the reservation keys: Error: no descriptors']);
    scene.broken = null;
    await scene.clock.advance(400);
    expect(scene.asked).to.have.length(1);
  });
});

describe('orders and checks of one unit', () => {
  let scene: Scene;
  beforeEach(() => (scene = new Scene()));

  it('do not meet: nothing is checked while an order is carried out', async () => {
    scene.target.fault('0:0:0:0', 'clear', { outcome: 'timeout', done: false });
    scene.order({ kind: 'clear', key: ours });
    await settle();
    scene.target.arrived.length = 0;
    await scene.clock.advance(2000);
    expect(scene.asked).to.deep.equal([]);
    await scene.clock.advance(6000);
    expect(scene.answers.map(({ error }) => error)).to.deep.equal([null]);
    expect(scene.lost).to.deep.equal([]);
  });

  it('go one after the other', async () => {
    scene.target.fault('0:0:0:0', 'reserve', { outcome: 'timeout', done: false });
    scene.order({ kind: 'reserve', key: ours, type: 'write-exclusive-registrants-only' });
    scene.order({ kind: 'unregister', key: ours });
    await scene.clock.advance(1000);
    expect(scene.target.registered).to.include(`0:0:0:0 ${ours}`);
    await scene.clock.advance(8000);
    expect(scene.answers.map(({ id, error }) => [id, error])).to.deep.equal([
      ['order-0', null],
      ['order-0', null],
    ]);
    expect(scene.target.registered).to.deep.equal([`${peer} ${theirs}`]);
  });

  for (const action of [
    { kind: 'unregister', key: ours },
    { kind: 'clear', key: ours },
    { kind: 'register', key: older, previous: ours, ignoreExisting: false, persist: false, allTargetPorts: false },
  ] as const) {
    it(`that ${action.kind} make no news of a key that went by them, whatever the units still say`, async () => {
      scene.order(action);
      await scene.clock.advance(2000);
      expect(scene.answers.map(({ error }) => error)).to.deep.equal([null]);
      expect(scene.lost).to.deep.equal([]);
    });
  }

  it('tell of it again when the key has been registered once more and is taken away then', async () => {
    scene.order({ kind: 'unregister', key: ours });
    await scene.clock.advance(100);
    scene.watch({ reservation: null });
    const register = { kind: 'register', key: ours, previous: null, ignoreExisting: false } as const;
    scene.order({ ...register, persist: false, allTargetPorts: false });
    await scene.clock.advance(100);
    scene.watch({ reservation: { key: ours, lostSince: null } });
    scene.target.takeAway(ours);
    await scene.clock.advance(1000);
    expect(scene.lost).to.include(ours);
  });

  it('tell of it where the order has failed', async () => {
    for (const each of paths) scene.target.fault(each, 'clear', { outcome: 'rejected', done: false });
    scene.order({ kind: 'clear', key: ours });
    await scene.clock.advance(100);
    expect(scene.answers[0]?.error?.code).to.equal('RESERVATION_FAILED');
    scene.target.takeAway(ours);
    await scene.clock.advance(1000);
    expect(scene.lost).to.include(ours);
  });

  it('tell of it to a controller that comes back and was not told of the order', async () => {
    scene.unanswerable = true;
    scene.order({ kind: 'unregister', key: ours });
    await scene.clock.advance(100);
    expect(scene.troubles).to.deep.equal(['Cannot answer the controller on a reservation: Error: no controller']);
    scene.reservations.disconnected();
    scene.watch();
    await scene.clock.advance(1000);
    expect(scene.lost).to.include(ours);
  });

  it('forget what a check has read before an order that came in between', async () => {
    // The check's second question is under way when the order begins; its answer is of before.
    scene.target.takeAway(ours);
    scene.target.onCommand = (_nexus, command) => {
      if (command !== 'read-keys' || scene.asked.length !== 2) return;
      scene.target.onCommand = () => undefined;
      scene.order({ kind: 'read' });
    };
    await scene.clock.advance(400);
    expect(scene.lost).to.deep.equal([]);
    await scene.clock.advance(400);
    expect(scene.lost).to.deep.equal([ours]);
  });

  it('keep open what leads to the units that there are', () => {
    scene.watch({ paths: [path('0:0:0:0', { sg: 'sg7' }), path('1:0:0:0', { sg: null })] });
    expect(scene.kept.at(-1)).to.deep.equal(['sg7']);
  });
});
