import { expect } from 'chai';
import type { ReservationType } from '../../../../src/base/reservation.js';
import { nexuses, ours, peer, ReservationScene, theirs } from './reservation-scene.js';

const shared = 'write-exclusive-registrants-only';
const byAll = 'exclusive-access-all-registrants';

describe('the order to reserve', () => {
  let scene: ReservationScene;
  const reserve = (type: ReservationType = shared) => scene.order({ kind: 'reserve', key: ours, type });
  const sent = () => scene.target.arrived.filter((each) => each.endsWith(' reserve'));
  beforeEach(() => (scene = new ReservationScene().registered().registered(theirs, [peer])));

  it('reserves through one path', async () => {
    expect((await reserve()).error).to.equal(null);
    expect(scene.target.reservation).to.deep.equal({ holder: 'i1:t1', type: shared });
    expect(sent()).to.have.length(1);
  });

  for (const type of [shared, byAll] as const) {
    it(`is done where another path of the node holds ${type} already`, async () => {
      scene.target.reservation = { holder: 'i2:t2', type };
      expect((await reserve(type)).error).to.equal(null);
      expect(scene.target.reservation.holder).to.equal('i2:t2');
    });
  }

  it('is refused where another node holds it, and is not tried on another path', async () => {
    scene.target.reservation = { holder: peer, type: shared };
    const { error } = await reserve();
    expect(error?.code).to.equal('RESERVATION_CONFLICT');
    expect(error?.message).to.contain(`it is reserved by key ${theirs} with type ${shared}`);
    expect(sent()).to.have.length(1);
  });

  it('is refused where it is held with another type', async () => {
    scene.target.reservation = { holder: 'i1:t1', type: byAll };
    expect((await reserve()).error?.message).to.contain(`it is reserved with type ${byAll}`);
  });

  it('says that the key is not there any more', async () => {
    scene.target.takeAway(ours);
    const { error } = await reserve();
    expect(error?.code).to.equal('KEY_TAKEN_AWAY');
    expect(error?.message).to.contain('register first');
  });

  it('says so also of an array that has no conflict for whoever is not registered', async () => {
    scene.target.takeAway(ours);
    for (const nexus of nexuses) scene.target.fault(nexus, 'reserve', { outcome: 'not-ready', done: false });
    expect((await reserve()).error?.code).to.equal('KEY_TAKEN_AWAY');
    expect(sent()).to.have.length(1);
  });

  it('goes on to the next path where one is not registered', async () => {
    scene.target.registrations = scene.target.registrations.filter(({ nexus }) => nexus !== 'i1:t1');
    expect((await reserve()).error).to.equal(null);
    expect(scene.target.reservation?.holder).to.equal('i1:t2');
  });

  it('says so where no path is registered but one that is out of service', async () => {
    scene.target.registrations = scene.target.registrations.filter(({ nexus }) => nexus === 'i2:t2');
    scene.unusable.add('i2:t2');
    const { error } = await reserve();
    expect(error?.code).to.equal('NO_USABLE_PATH');
    expect(error?.message).to.contain('path i1:t1 is not registered; path i1:t2 is not registered');
  });

  it('goes on where a path takes no command', async () => {
    scene.target.pull('i1:t1');
    expect((await reserve()).error).to.equal(null);
    expect(scene.target.reservation?.holder).to.equal('i1:t2');
  });

  for (const outcome of ['transport', 'timeout', 'aborted', 'not-ready'] as const) {
    it(`sees that a command that ended as "${outcome}" has taken effect`, async () => {
      scene.target.fault('i1:t1', 'reserve', { outcome, done: true });
      expect((await reserve()).error).to.equal(null);
      expect(scene.target.reservation?.holder).to.equal('i1:t1');
      expect(sent()).to.have.length(1);
    });

    it(`sees that a command that ended as "${outcome}" has not`, async () => {
      scene.target.fault('i1:t1', 'reserve', { outcome, done: false });
      expect((await reserve()).error).to.equal(null);
      expect(scene.target.reservation?.holder).to.equal('i1:t2');
    });
  }

  it('does not know what came of it where no path answers any more', async () => {
    for (const nexus of nexuses) scene.target.fault(nexus, 'reserve', { outcome: 'transport', done: false });
    expect((await reserve()).error?.code).to.equal('RESERVATION_FAILED');
    scene.target.onCommand = (_nexus, command) => {
      if (command === 'reserve') for (const each of nexuses) scene.target.pull(each);
    };
    const { error } = await reserve();
    expect(error?.code).to.equal('RESERVATION_FAILED');
    expect(error?.message).to.contain('not known to have been done');
  });

  it('has no path where none is in service', async () => {
    for (const nexus of nexuses) scene.unusable.add(nexus);
    expect((await reserve()).error?.code).to.equal('NO_USABLE_PATH');
    expect(sent()).to.deep.equal([]);
  });

  it('refuses a type that the array does not support, naming those it does, and sends nothing', async () => {
    scene.target.answers.set('report-capabilities', Buffer.from('00081d9022000000', 'hex'));
    const { error } = await reserve(byAll);
    expect(error?.code).to.equal('RESERVATION_UNSUPPORTED');
    expect(error?.message).to.contain(`type ${byAll}; it supports write-exclusive, write-exclusive-registrants-only`);
    expect(sent()).to.deep.equal([]);
  });

  it('says where the array supports no type at all', async () => {
    scene.target.answers.set('report-capabilities', Buffer.from('00081d9000000000', 'hex'));
    expect((await reserve()).error?.message).to.contain('it supports no type at all');
  });

  it('lets an array decide that does not tell its types', async () => {
    scene.target.answers.set('report-capabilities', Buffer.from('00081d1000000000', 'hex'));
    expect((await reserve()).error).to.equal(null);
  });

  it('passes on that the array refuses', async () => {
    for (const nexus of nexuses) scene.target.fault(nexus, 'reserve', { outcome: 'rejected', done: false });
    const { error } = await reserve();
    expect(error?.code).to.equal('RESERVATION_FAILED');
    expect(error?.message).to.contain('the reservation is refused by the array: it was rejected');
    expect(sent()).to.have.length(1);
  });

  it('ends within the patience of whoever ordered it, however many paths hang', async () => {
    const names = Array.from({ length: 9 }, (_, index) => `i1:t${index}`);
    for (const name of names) scene.target.fault(name, 'reserve', { outcome: 'timeout', done: false });
    const start = scene.clock.monotonic();
    expect((await scene.order({ kind: 'reserve', key: ours, type: shared }, names)).error?.code).to.equal(
      'RESERVATION_FAILED',
    );
    expect(scene.clock.monotonic() - start).to.be.below(30_000);
  });
});

describe('the order to release', () => {
  let scene: ReservationScene;
  const release = (type: ReservationType = shared) => scene.order({ kind: 'release', key: ours, type });
  beforeEach(() => {
    scene = new ReservationScene().registered().registered(theirs, [peer]);
    scene.target.reservation = { holder: 'i2:t1', type: shared };
  });

  for (const type of [shared, byAll] as const) {
    it(`releases ${type}, whichever path holds it, and keeps all registrations`, async () => {
      scene.target.reservation = { holder: 'i2:t1', type };
      expect((await release(type)).error).to.equal(null);
      expect(scene.target.reservation).to.equal(null);
      expect(scene.target.registered).to.have.length(5);
    });
  }

  it('has nothing to do where nothing is held', async () => {
    scene.target.reservation = null;
    expect((await release()).error).to.equal(null);
    expect(scene.target.arrived.join()).not.to.contain('release');
  });

  for (const type of [shared, byAll] as const) {
    it(`leaves ${type} to the node that holds it`, async () => {
      scene.target.takeAway(ours);
      scene.target.reservation = { holder: peer, type };
      expect((await release(type)).error).to.equal(null);
      expect(scene.target.reservation.holder).to.equal(peer);
    });
  }

  it('is refused where another type is held', async () => {
    const { error } = await release('write-exclusive');
    expect(error?.code).to.equal('RESERVATION_CONFLICT');
    expect(error?.message).to.contain(`reserved with type ${shared}, not write-exclusive`);
    expect(scene.target.reservation).not.to.equal(null);
  });

  it('releases also where the path that holds it is down, and registers the others again', async () => {
    scene.unusable.add('i2:t1');
    scene.target.pull('i2:t1');
    scene.target.persistActive = true;
    expect((await release()).error).to.equal(null);
    expect(scene.target.reservation).to.equal(null);
    expect(scene.target.persistActive).to.equal(true);
    expect(scene.target.registered).to.have.members([
      `i1:t1 ${ours}`,
      `i1:t2 ${ours}`,
      `i2:t2 ${ours}`,
      `${peer} ${theirs}`,
    ]);
  });

  it('tells of a path in service that has lost its registration in that', async () => {
    scene.unusable.add('i2:t1');
    scene.target.pull('i2:t1');
    scene.target.fault('i2:t2', 'register', { outcome: 'transport', done: false });
    const { error } = await release();
    expect(error?.code).to.equal('RESERVATION_FAILED');
    expect(error?.message).to.contain('path i2:t2 has lost its registration');
  });

  it('fails where no living path can take it over', async () => {
    scene.unusable.add('i2:t1');
    scene.target.pull('i2:t1');
    for (const nexus of nexuses) {
      if (nexus !== 'i2:t1') scene.target.fault(nexus, 'preempt', { outcome: 'rejected', done: false });
    }
    expect((await release()).error?.message).to.contain('still held');
  });

  it('registers nothing where the key is taken away meanwhile', async () => {
    scene.unusable.add('i2:t1');
    scene.target.pull('i2:t1');
    scene.target.onCommand = (_nexus, command) => {
      if (command === 'preempt') scene.target.takeAway(ours);
    };
    expect((await release()).error?.code).to.equal('KEY_TAKEN_AWAY');
    expect(scene.target.registered).to.deep.equal([`${peer} ${theirs}`]);
  });

  it('has no path where none is in service', async () => {
    for (const nexus of nexuses) scene.unusable.add(nexus);
    expect((await release()).error?.code).to.equal('NO_USABLE_PATH');
  });
});
