import { expect } from 'chai';
import { nexuses, ours, peer, ReservationScene, theirs } from './reservation-scene.js';

describe('the order to read', () => {
  let scene: ReservationScene;
  const read = () => scene.order({ kind: 'read' });
  beforeEach(() => {
    scene = new ReservationScene().registered(ours, ['i1:t1']).registered(theirs, [peer]);
    scene.target.reservation = { holder: peer, type: 'exclusive-access' };
  });

  it('gives everything that the array knows', async () => {
    const { error, paths, status } = await read();
    expect([error, paths]).to.deep.equal([null, []]);
    const nexus = { allTargetPorts: false };
    expect(status).to.deep.equal({
      generation: 2,
      keys: [ours, theirs],
      reservation: { key: theirs, type: 'exclusive-access' },
      capabilities: {
        persistCapable: true,
        persistActive: false,
        allTargetPorts: true,
        otherInitiators: true,
        compatibleReserve: true,
        types: [
          'write-exclusive',
          'exclusive-access',
          'write-exclusive-registrants-only',
          'exclusive-access-registrants-only',
          'write-exclusive-all-registrants',
          'exclusive-access-all-registrants',
        ],
      },
      registrants: [
        { ...nexus, key: ours, holder: false, targetPort: 1, initiator: `sas 0x${hexOf('i1:t1')}` },
        { ...nexus, key: theirs, holder: true, targetPort: 2, initiator: `sas 0x${hexOf(peer)}` },
      ],
    });
  });

  it('gives what an old array knows', async () => {
    for (const nexus of nexuses) {
      scene.target.fault(nexus, 'report-capabilities', { outcome: 'rejected', done: false });
      scene.target.fault(nexus, 'read-full-status', { outcome: 'rejected', done: false });
    }
    const { error, status } = await read();
    expect(error).to.equal(null);
    expect([status?.keys.length, status?.capabilities, status?.registrants]).to.deep.equal([2, null, null]);
  });

  it('fails where the full status cannot be right', async () => {
    scene.target.answers.set('read-full-status', Buffer.from('0000000200000001ff', 'hex'));
    expect((await read()).error?.code).to.equal('RESERVATION_FAILED');
  });

  it('reads through paths that are out of service, too, when no other answers', async () => {
    for (const nexus of nexuses.slice(0, 3)) scene.target.pull(nexus);
    scene.unusable.add('i2:t2');
    expect((await read()).status?.keys).to.have.length(2);
  });

  it('asks paths in service first', async () => {
    scene.unusable.add('i1:t1');
    await read();
    expect(new Set(scene.target.arrived.map((each) => each.split(' ')[0]))).to.deep.equal(new Set(['i1:t2']));
  });

  it('has no path where there is none', async () => {
    const answer = await scene.order({ kind: 'read' }, []);
    expect(answer.error?.code).to.equal('NO_USABLE_PATH');
  });
});

function hexOf(nexus: string): string {
  return Buffer.from(nexus).toString('hex').padEnd(16, '0');
}
