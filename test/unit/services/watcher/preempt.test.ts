import { expect } from 'chai';
import { reservationKey, type ReservationKey } from '../../../../src/base/reservation.js';
import { nexuses, ours, peer, ReservationScene, theirs } from './reservation-scene.js';

const shared = 'write-exclusive-registrants-only';
const byAll = 'exclusive-access-all-registrants';

describe('the order to preempt', () => {
  let scene: ReservationScene;
  const preempt = (victim: ReservationKey | null = theirs, abort = false) =>
    scene.order({ kind: 'preempt', key: ours, victim, type: shared, abort });
  const sent = (command = 'preempt') => scene.target.arrived.filter((each) => each.endsWith(` ${command}`));
  beforeEach(() => {
    scene = new ReservationScene().registered().registered(theirs, [peer, 'i9:t2']);
    scene.target.reservation = { holder: peer, type: shared };
  });

  for (const [abort, command] of [
    [false, 'preempt'],
    [true, 'preempt-and-abort'],
  ] as const) {
    it(`takes a key away, and the reservation with it, by ${command}`, async () => {
      expect((await preempt(theirs, abort)).error).to.equal(null);
      expect(scene.target.registered).to.deep.equal(nexuses.map((nexus) => `${nexus} ${ours}`));
      expect(scene.target.reservation).to.deep.equal({ holder: 'i1:t1', type: shared });
      expect(sent(command)).to.have.length(1);
    });
  }

  it('takes away a key that holds nothing', async () => {
    scene.target.reservation = { holder: 'i1:t1', type: shared };
    expect((await preempt()).error).to.equal(null);
    expect(scene.target.registered).to.have.length(4);
  });

  it('takes all others away where every registrant holds the reservation', async () => {
    scene.registered(reservationKey('cc'), ['i8:t1']);
    scene.target.reservation = { holder: peer, type: byAll };
    expect((await preempt(null)).error).to.equal(null);
    expect(scene.target.registered).to.deep.equal([`i1:t1 ${ours}`]);
  });

  for (const [held, found] of [
    [{ holder: peer, type: shared } as const, `it is reserved by key ${theirs} with type ${shared}`],
    [null, 'it is not reserved'],
  ] as const) {
    it(`takes all others away in no other case: ${found}`, async () => {
      scene.target.reservation = held;
      const { error } = await preempt(null);
      expect(error?.code).to.equal('RESERVATION_CONFLICT');
      expect(error?.message).to.contain(found);
      expect(sent()).to.deep.equal([]);
    });
  }

  it('is refused where nobody has the key', async () => {
    const { error } = await preempt(reservationKey('dd'));
    expect(error?.code).to.equal('RESERVATION_CONFLICT');
    expect(error?.message).to.contain('no path is registered with key 0x00000000000000dd');
    expect(sent()).to.deep.equal([]);
  });

  it('says that its own key was taken away, before and in the last moment', async () => {
    scene.target.onCommand = (_nexus, command) => {
      if (command === 'preempt') scene.target.takeAway(ours);
    };
    expect((await preempt()).error?.code).to.equal('KEY_TAKEN_AWAY');
    scene.target.arrived.length = 0;
    expect((await preempt()).error?.code).to.equal('KEY_TAKEN_AWAY');
    expect(sent()).to.deep.equal([]);
  });

  it('goes on to the next path where one is not registered', async () => {
    scene.target.registrations = scene.target.registrations.filter(({ nexus }) => nexus !== 'i1:t1');
    expect((await preempt()).error).to.equal(null);
    expect(scene.target.reservation?.holder).to.equal('i1:t2');
  });

  it('sees that a command of unknown end has taken effect, and sends no second one', async () => {
    scene.target.fault('i1:t1', 'preempt', { outcome: 'timeout', done: true });
    expect((await preempt()).error).to.equal(null);
    expect(sent()).to.have.length(1);
  });

  it('sees that it has taken effect with all registrants, too', async () => {
    scene.target.reservation = { holder: peer, type: byAll };
    scene.target.fault('i1:t1', 'preempt', { outcome: 'transport', done: true });
    expect((await preempt(null)).error).to.equal(null);
    expect(sent()).to.have.length(1);
  });

  it('takes a conflict after that for what it is: the first one came late', async () => {
    scene.target.fault('i1:t1', 'preempt', { outcome: 'timeout', done: false });
    scene.target.onCommand = (nexus, command) => {
      if (nexus === 'i1:t2' && command === 'preempt') scene.target.takeAway(theirs);
    };
    expect((await preempt()).error).to.equal(null);
  });

  it('refuses a type that the array does not support', async () => {
    scene.target.answers.set('report-capabilities', Buffer.from('00081d9002000000', 'hex'));
    expect((await preempt()).error?.code).to.equal('RESERVATION_UNSUPPORTED');
  });
});

describe('the order to clear', () => {
  let scene: ReservationScene;
  const clear = () => scene.order({ kind: 'clear', key: ours });
  const sent = () => scene.target.arrived.filter((each) => each.endsWith(' clear'));
  beforeEach(() => {
    scene = new ReservationScene().registered().registered(theirs, [peer]);
    scene.target.reservation = { holder: peer, type: shared };
  });

  it('takes all keys away, and the reservation', async () => {
    expect((await clear()).error).to.equal(null);
    expect([scene.target.registered, scene.target.reservation]).to.deep.equal([[], null]);
  });

  it('sees that a command of unknown end has taken effect, and sends no second one', async () => {
    scene.target.fault('i1:t1', 'clear', { outcome: 'transport', done: true });
    expect((await clear()).error).to.equal(null);
    expect(sent()).to.have.length(1);
  });

  it('goes on where a path takes none, or is not registered', async () => {
    scene.target.registrations = scene.target.registrations.filter(({ nexus }) => nexus !== 'i1:t1');
    scene.target.pull('i1:t2');
    expect((await clear()).error).to.equal(null);
    expect(sent()).to.deep.equal(['i1:t1 clear', 'i1:t2 clear', 'i2:t1 clear']);
  });

  it('says that the key was taken away, before and in the last moment', async () => {
    scene.target.onCommand = (_nexus, command) => {
      if (command === 'clear') scene.target.takeAway(ours);
    };
    expect((await clear()).error?.code).to.equal('KEY_TAKEN_AWAY');
    scene.target.arrived.length = 0;
    expect((await clear()).error?.code).to.equal('KEY_TAKEN_AWAY');
    expect(sent()).to.deep.equal([]);
    expect(scene.target.registered).to.deep.equal([`${peer} ${theirs}`]);
  });
});
