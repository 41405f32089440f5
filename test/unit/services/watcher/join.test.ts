import { expect } from 'chai';
import { nexuses, ours, peer, ReservationScene, results, theirs } from './reservation-scene.js';

describe('the order to join', () => {
  let scene: ReservationScene;
  beforeEach(() => {
    scene = new ReservationScene().registered(ours, ['i1:t1', 'i1:t2', 'i2:t1']).registered(theirs, [peer]);
    scene.unusable.add('i2:t2');
  });

  it('registers a path that is new', async () => {
    const answer = await scene.join('i2:t2');
    expect([answer.error, results(answer)]).to.deep.equal([null, ['i2:t2 registered']]);
    expect(scene.target.registered).to.include(`i2:t2 ${ours}`);
    expect(scene.target.registered).to.have.length(5);
  });

  it('is content with a path that is still registered', async () => {
    expect(results(await scene.join('i2:t1'))).to.deep.equal(['i2:t1 registered']);
    expect(scene.target.registered).to.have.length(4);
  });

  it('is content with the only path that is left', async () => {
    for (const nexus of ['i1:t1', 'i1:t2', 'i2:t2'] as const) scene.target.pull(nexus);
    expect(results(await scene.join('i2:t1'))).to.deep.equal(['i2:t1 registered']);
  });

  it('registers in the way in which the others were registered', async () => {
    await scene.join('i2:t2', { persist: true, allTargetPorts: true });
    expect(scene.target.persistActive).to.equal(true);
    expect(scene.target.registrations.at(-1)).to.deep.equal({ nexus: 'i2:t2', key: ours, allTargetPorts: true });
  });

  describe('after another node has taken the key away', () => {
    it('registers nothing', async () => {
      scene.target.takeAway(ours);
      const answer = await scene.join('i2:t2');
      expect([answer.error, results(answer)]).to.deep.equal([null, ['i2:t2 taken-away']]);
      expect(scene.target.arrived.join()).not.to.contain('register');
    });

    it('registers nothing also where the path itself is the only one to ask', async () => {
      scene.target.takeAway(ours);
      for (const nexus of nexuses.slice(0, 3)) scene.target.pull(nexus);
      expect(results(await scene.join('i2:t2'))).to.deep.equal(['i2:t2 taken-away']);
      expect(scene.target.registered).to.deep.equal([`${peer} ${theirs}`]);
    });

    for (const [when, command, count] of [
      ['between the question and the registration', 'register', 1],
      ['between the registration and the last question', 'read-keys', 2],
    ] as const) {
      it(`takes its registration back where that was ${when}`, async () => {
        let seen = 0;
        scene.target.onCommand = (_nexus, arrived) => {
          if (arrived === command && (seen += 1) === count) scene.target.takeAway(ours);
        };
        const answer = await scene.join('i2:t2');
        expect(results(answer)).to.deep.equal(['i2:t2 taken-away']);
        expect(answer.paths[0]?.detail).to.match(/^the key was taken away while/);
        expect(scene.target.registered).to.deep.equal([`${peer} ${theirs}`]);
      });
    }

    it('takes it back also where it is not known whether the path has been registered', async () => {
      scene.target.fault('i2:t2', 'register', { outcome: 'transport', done: true, times: 1 });
      let armed = false;
      scene.target.onCommand = (nexus, arrived) => {
        if (nexus !== 'i2:t2' || arrived !== 'register' || armed) return;
        armed = true;
        scene.target.takeAway(ours);
      };
      expect(results(await scene.join('i2:t2'))).to.deep.equal(['i2:t2 taken-away']);
      expect(scene.target.registered).to.deep.equal([`${peer} ${theirs}`]);
    });

    it('tells that it could not be taken back', async () => {
      let seen = 0;
      scene.target.onCommand = (nexus, arrived) => {
        if (nexus !== 'i2:t2' || arrived !== 'register') return;
        seen += 1;
        if (seen === 1) scene.target.takeAway(ours);
        if (seen === 2) scene.target.pull('i2:t2');
      };
      const answer = await scene.join('i2:t2');
      expect(answer.paths[0]?.detail).to.match(/could not be unregistered: it was transport$/);
    });

    it('takes it back where nobody can say afterwards', async () => {
      let seen = 0;
      scene.target.onCommand = (_nexus, arrived) => {
        if (arrived !== 'read-keys' || (seen += 1) !== 2) return;
        for (const nexus of nexuses) scene.target.fault(nexus, 'read-keys', { outcome: 'transport', done: false });
      };
      const answer = await scene.join('i2:t2');
      expect(answer.error?.code).to.equal('NO_USABLE_PATH');
      expect(scene.target.registered).not.to.include(`i2:t2 ${ours}`);
    });
  });

  it('leaves a path alone that somebody has registered with another key', async () => {
    scene.registered(theirs, ['i2:t2']);
    expect(results(await scene.join('i2:t2'))).to.deep.equal(['i2:t2 other-key']);
    expect(scene.target.registered).to.include(`i2:t2 ${theirs}`);
  });

  it('fails where the path takes no command, and tells why', async () => {
    scene.target.pull('i2:t2');
    const answer = await scene.join('i2:t2');
    expect(answer.paths.map(({ result, detail }) => [result, detail])).to.deep.equal([['failed', 'it was transport']]);
  });

  it('fails where the array refuses', async () => {
    scene.target.fault('i2:t2', 'register', { outcome: 'rejected', done: false });
    expect(results(await scene.join('i2:t2'))).to.deep.equal(['i2:t2 failed']);
  });

  it('knows nothing where nobody answers', async () => {
    for (const nexus of nexuses) scene.target.pull(nexus);
    const answer = await scene.join('i2:t2');
    expect([answer.error?.code, answer.paths]).to.deep.equal(['NO_USABLE_PATH', []]);
  });

  it('believes no list of keys that cannot be right', async () => {
    scene.target.answers.set('read-keys', Buffer.from('0000000100000008', 'hex'));
    expect((await scene.join('i2:t2')).error?.code).to.equal('RESERVATION_FAILED');
    expect(scene.target.arrived.join()).not.to.contain('register');
  });

  it('is not held up by a witness that hangs', async () => {
    scene.target.hang('i1:t1');
    const start = scene.clock.monotonic();
    expect(results(await scene.join('i2:t2'))).to.deep.equal(['i2:t2 registered']);
    expect(scene.clock.monotonic() - start).to.be.below(500);
  });
});
