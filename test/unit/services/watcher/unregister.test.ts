import { expect } from 'chai';
import { all, nexuses, ours, peer, ReservationScene, results, theirs } from './reservation-scene.js';

describe('the order to unregister', () => {
  let scene: ReservationScene;
  const unregister = () => scene.order({ kind: 'unregister', key: ours });
  const sent = (command: string) => scene.target.arrived.filter((each) => each.endsWith(` ${command}`));
  beforeEach(() => {
    scene = new ReservationScene().registered().registered(theirs, [peer]);
    scene.target.persistActive = true;
  });

  it('takes the key off every path, and nobody else off', async () => {
    const answer = await unregister();
    expect([answer.error, results(answer)]).to.deep.equal([null, all('unregistered')]);
    expect(scene.target.registered).to.deep.equal([`${peer} ${theirs}`]);
    expect(sent('preempt')).to.deep.equal([]);
  });

  it('leaves the array keeping the keys of others', async () => {
    await unregister();
    expect(scene.target.persistActive).to.equal(true);
  });

  it('is done where the key is not there any more', async () => {
    scene.target.takeAway(ours);
    const answer = await unregister();
    expect([answer.error, results(answer)]).to.deep.equal([null, all('unregistered')]);
  });

  for (const [what, fail] of [
    ['has no link', (nexus: string) => scene.target.pull(nexus)],
    ['hangs', (nexus: string) => scene.target.hang(nexus)],
    ['has no device any more', (nexus: string) => void scene.gone.add(nexus)],
  ] as const) {
    for (const down of [['i1:t1'], ['i1:t1', 'i2:t2'], ['i1:t1', 'i1:t2', 'i2:t1']]) {
      it(`removes also the registration of a path that ${what}: ${down.join(', ')}`, async () => {
        for (const nexus of down) fail(nexus);
        const answer = await unregister();
        expect([answer.error, results(answer)]).to.deep.equal([null, all('unregistered')]);
        expect(scene.target.registered).to.deep.equal([`${peer} ${theirs}`]);
        expect(answer.paths.filter(({ detail }) => detail !== '')).to.have.length(down.length);
      });
    }
  }

  it('removes it also where such a path holds the reservation', async () => {
    scene.target.reservation = { holder: 'i1:t1', type: 'write-exclusive-registrants-only' };
    scene.target.pull('i1:t1');
    expect((await unregister()).error).to.equal(null);
    expect(scene.target.registered).to.deep.equal([`${peer} ${theirs}`]);
    expect(scene.target.reservation).to.equal(null);
  });

  it('removes it also where no living path is registered', async () => {
    scene.target.registrations = scene.target.registrations.filter(({ nexus }) => nexus === 'i1:t1');
    scene.target.pull('i1:t1');
    expect((await unregister()).error).to.equal(null);
    expect(scene.target.registered).to.deep.equal([]);
    expect(scene.target.persistActive).to.equal(true);
  });

  it('keeps the last registration that can remove others where that fails', async () => {
    scene.target.pull('i1:t1');
    scene.target.fault('i1:t2', 'preempt', { outcome: 'aborted', done: false });
    const answer = await unregister();
    expect(answer.error?.code).to.equal('RESERVATION_FAILED');
    expect(answer.error?.message).to.contain('still registered 2 times: it was aborted');
    expect(scene.target.registered).to.deep.equal([`i1:t1 ${ours}`, `i1:t2 ${ours}`, `${peer} ${theirs}`]);
    scene.target.mend('i1:t2');
    expect((await unregister()).error).to.equal(null);
  });

  it('takes off what is registered for all target ports', async () => {
    for (const each of scene.target.registrations) each.allTargetPorts = true;
    expect((await unregister()).error).to.equal(null);
    expect(scene.target.registered).to.deep.equal([`${peer} ${theirs}`]);
  });

  it('tells that somebody else uses the key', async () => {
    scene.registered(ours, ['i9:t2']);
    const answer = await unregister();
    expect(answer.error?.message).to.contain('still registered once: another node may use the same key');
    expect(results(answer)).to.deep.equal(all('unregistered'));
  });

  it('has no path where none answers', async () => {
    for (const nexus of nexuses) scene.target.pull(nexus);
    expect((await unregister()).error?.code).to.equal('NO_USABLE_PATH');
  });
});
