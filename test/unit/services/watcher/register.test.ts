import { expect } from 'chai';
import { all, nexuses, older, ours, peer, ReservationScene, results, theirs } from './reservation-scene.js';

describe('the order to register', () => {
  let scene: ReservationScene;
  beforeEach(() => (scene = new ReservationScene()));

  it('registers the key on every path', async () => {
    const answer = await scene.register();
    expect([answer.error, results(answer)]).to.deep.equal([null, all('registered')]);
    expect(scene.target.registered).to.have.members(nexuses.map((nexus) => `${nexus} ${ours}`));
  });

  it('is done where everything is registered already, and changes nothing in that', async () => {
    scene.registered();
    expect((await scene.register()).error).to.equal(null);
    expect(scene.target.registered).to.have.length(4);
  });

  it('replaces the previous key, on paths that never had it too', async () => {
    scene.registered(older, ['i1:t1', 'i1:t2', 'i2:t1']);
    const answer = await scene.register({ previous: older });
    expect([answer.error, results(answer)]).to.deep.equal([null, all('registered')]);
    expect(scene.target.registered).to.have.members(nexuses.map((nexus) => `${nexus} ${ours}`));
  });

  it('registers a key again that was taken away, when somebody asks for it', async () => {
    expect((await scene.register({ previous: ours })).error).to.equal(null);
    expect(scene.target.registered).to.have.length(4);
  });

  it('makes the array keep the keys where that is asked', async () => {
    await scene.register({ persist: true });
    expect(scene.target.persistActive).to.equal(true);
  });

  it('asks again after a unit attention on each path', async () => {
    for (const nexus of nexuses)
      scene.target.fault(nexus, 'register', { outcome: 'unit-attention', done: false, times: 2 });
    expect((await scene.register()).error).to.equal(null);
  });

  it('sends once more what a reset has ended', async () => {
    scene.target.fault('i1:t2', 'register', { outcome: 'aborted', done: true, times: 1 });
    const answer = await scene.register();
    expect([answer.error, results(answer)]).to.deep.equal([null, all('registered')]);
  });

  describe('where a path has another key', () => {
    beforeEach(() => scene.registered(theirs, ['i2:t1']));

    it('is refused, and puts back what it has registered', async () => {
      const answer = await scene.register();
      expect(answer.error?.code).to.equal('RESERVATION_CONFLICT');
      expect(answer.error?.message).to.match(/path i2:t1: it is registered with another key.*put back/);
      expect(results(answer)).to.deep.equal([
        'i1:t1 unregistered',
        'i1:t2 unregistered',
        'i2:t1 other-key',
        'i2:t2 unregistered',
      ]);
      expect(scene.target.registered).to.deep.equal([`i2:t1 ${theirs}`]);
    });

    it('gives the others their previous key back', async () => {
      scene.registered(older, ['i1:t1']);
      const answer = await scene.register({ previous: older });
      expect(answer.error?.code).to.equal('RESERVATION_CONFLICT');
      expect(scene.target.registered).to.have.members([`i2:t1 ${theirs}`, `i1:t1 ${older}`]);
    });

    it('leaves alone what had the key before', async () => {
      scene.registered(ours, ['i1:t1']);
      expect(results(await scene.register())).to.include.members(['i1:t1 registered', 'i1:t2 unregistered']);
      expect(scene.target.registered).to.have.members([`i2:t1 ${theirs}`, `i1:t1 ${ours}`]);
    });

    it('keeps the array keeping the keys of others', async () => {
      scene.target.persistActive = true;
      await scene.register();
      expect(scene.target.persistActive).to.equal(true);
    });

    it('registers over it where that is asked', async () => {
      const answer = await scene.register({ ignoreExisting: true });
      expect([answer.error, results(answer)]).to.deep.equal([null, all('registered')]);
      expect(scene.target.registered).to.have.members(nexuses.map((nexus) => `${nexus} ${ours}`));
    });

    it('only tells of it where the path is out of service', async () => {
      scene.unusable.add('i2:t1');
      const answer = await scene.register();
      expect(answer.error).to.equal(null);
      expect(results(answer)).to.include('i2:t1 other-key');
      expect(scene.target.registered).to.have.length(4);
    });
  });

  for (const [what, fail] of [
    ['has no link', (nexus: string) => scene.target.pull(nexus)],
    ['hangs', (nexus: string) => scene.target.hang(nexus)],
    ['has no device any more', (nexus: string) => void scene.gone.add(nexus)],
  ] as const) {
    it(`fails where a path in service ${what}, and puts the others back`, async () => {
      fail('i1:t2');
      const answer = await scene.register();
      expect(answer.error?.code).to.equal('RESERVATION_FAILED');
      expect(answer.error?.message).to.contain('path i1:t2');
      expect(results(answer).filter((each) => each.endsWith('unregistered'))).to.have.length(3);
      expect(scene.target.registered).to.deep.equal([]);
    });

    it(`is done where a path that is out of service ${what}`, async () => {
      fail('i1:t2');
      scene.unusable.add('i1:t2');
      const answer = await scene.register();
      expect(answer.error).to.equal(null);
      expect(results(answer)).to.deep.equal([
        'i1:t1 registered',
        'i1:t2 failed',
        'i2:t1 registered',
        'i2:t2 registered',
      ]);
    });

    it(`has no path where each ${what}`, async () => {
      for (const nexus of nexuses) fail(nexus);
      const answer = await scene.register();
      expect(answer.error?.code).to.equal('NO_USABLE_PATH');
      expect(answer.paths).to.deep.equal([]);
    });
  }

  it('has no path where questions are answered and each registration is not', async () => {
    for (const nexus of nexuses) {
      scene.unusable.add(nexus);
      scene.target.fault(nexus, 'register', { outcome: 'transport', done: false });
    }
    const answer = await scene.register();
    expect([answer.error?.code, results(answer)]).to.deep.equal(['NO_USABLE_PATH', all('failed')]);
  });

  it('unregisters also a path of which it is not known whether it has been registered', async () => {
    scene.target.fault('i1:t2', 'register', { outcome: 'transport', done: true, times: 1 });
    const answer = await scene.register();
    expect(answer.error?.code).to.equal('RESERVATION_FAILED');
    expect(scene.target.registered).to.deep.equal([]);
  });

  it('says which path could not be put back', async () => {
    scene.registered(theirs, ['i2:t1']);
    scene.target.onCommand = (nexus, command) => {
      const sent = scene.target.arrived.filter((each) => each === 'i1:t1 register').length;
      if (nexus === 'i1:t1' && command === 'register' && sent === 2) scene.target.pull('i1:t1');
    };
    const answer = await scene.register();
    const [first] = answer.paths;
    expect([first?.result, first?.detail]).to.deep.equal(['registered', 'could not be put back: it was transport']);
    expect(scene.target.registered).to.include(`i1:t1 ${ours}`);
  });

  it('registers paths of a unit of which none is in service', async () => {
    for (const nexus of nexuses) scene.unusable.add(nexus);
    expect((await scene.register()).error).to.equal(null);
  });

  describe('on an array that cannot do everything', () => {
    const capabilities = (hex: string) => scene.target.answers.set('report-capabilities', Buffer.from(hex, 'hex'));
    const refuse = (command: 'read-keys' | 'report-capabilities') => {
      for (const nexus of nexuses) scene.target.fault(nexus, command, { outcome: 'rejected', done: false });
    };

    it('refuses to keep keys where it cannot, and sends nothing', async () => {
      capabilities('00081c90ea010000');
      const { error } = await scene.register({ persist: true });
      expect(error?.code).to.equal('RESERVATION_UNSUPPORTED');
      expect(scene.target.arrived.join()).not.to.contain('register');
    });

    it('refuses to register for all target ports where it cannot or does not say, and sends nothing', async () => {
      capabilities('00081990ea010000');
      expect((await scene.register({ allTargetPorts: true })).error?.code).to.equal('RESERVATION_UNSUPPORTED');
      refuse('report-capabilities');
      expect((await scene.register({ allTargetPorts: true })).error?.code).to.equal('RESERVATION_UNSUPPORTED');
      expect(scene.target.arrived.join()).not.to.contain('register');
    });

    it('registers on one that does not tell', async () => {
      refuse('report-capabilities');
      expect((await scene.register({ persist: true })).error).to.equal(null);
      expect(scene.target.persistActive).to.equal(true);
    });

    it('says so of one without persistent reservations', async () => {
      refuse('read-keys');
      const { error } = await scene.register();
      expect([error?.code, error?.message]).to.deep.equal([
        'RESERVATION_UNSUPPORTED',
        'Logical unit 360014050000000000000000000000001: the array does not know READ KEYS',
      ]);
    });

    it('says so of one that another node holds by the old way', async () => {
      for (const nexus of nexuses) {
        scene.target.fault(nexus, 'all', { outcome: 'reservation-conflict', done: false });
      }
      expect((await scene.register()).error?.code).to.equal('RESERVATION_CONFLICT');
    });

    it('believes no list of keys that lies about its length', async () => {
      scene.target.answers.set('read-keys', Buffer.from('00000001ffffffff', 'hex'));
      const { error } = await scene.register();
      expect(error?.code).to.equal('RESERVATION_FAILED');
      expect(error?.message).to.contain('READ KEYS data is malformed at byte 4');
      expect(scene.target.registered).to.deep.equal([]);
    });
  });

  describe('for all target ports', () => {
    beforeEach(() => (scene.target.spreadsOver = [...nexuses, peer]));

    it('registers each path, whichever of an initiator came first', async () => {
      const answer = await scene.register({ allTargetPorts: true });
      expect([answer.error, results(answer)]).to.deep.equal([null, all('registered')]);
      expect(scene.target.registered).to.have.length(4);
    });

    it('puts back also what the array has registered by itself', async () => {
      scene.registered(theirs, ['i2:t1']);
      expect((await scene.register({ allTargetPorts: true })).error?.code).to.equal('RESERVATION_CONFLICT');
      expect(scene.target.registered).to.deep.equal([`i2:t1 ${theirs}`]);
    });
  });
});
