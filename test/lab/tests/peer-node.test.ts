// Stories of the lab itself: another node on the same array, what it can do to this one, and an array that is switched off.
import { expect } from 'chai';
import { existsSync, readdirSync } from 'node:fs';
import { LabArray } from '../inside/array.js';
import { writeThrough } from '../inside/cluster/direct-io.js';
import { PeerNode } from '../inside/cluster/peer-node.js';
import { persistOut, readKeys, readNexuses, readReservation, relativePort } from '../inside/cluster/sg-persist.js';
import { keepRegistrations, keptKeys, switchOff, switchOn } from '../inside/cluster/target-restart.js';

const lun = { name: 'data', sizeMb: 16, serial: '0000e001' };
const ownKey = '0x00000000000000aa';
const type = 'write-exclusive-registrants-only';

describe('lab: another node on the array', () => {
  let array: LabArray;
  let peer: PeerNode;
  before(async () => {
    keepRegistrations();
    array = await LabArray.create({ ports: 4, luns: [lun] });
    peer = await PeerNode.connect(array);
  });
  after(() => array.end());

  const disks = () => array.disks('data');
  const writes = () => Promise.all(disks().map((disk) => writeThrough(disk)));
  const register = (disk: string, ...more: string[]) =>
    persistOut(`/dev/${disk}`, '--register-ignore', `--param-sark=${ownKey}`, ...more);

  it('has paths of its own, and none of them is a disk here', () => {
    expect(disks()).to.have.length(4);
    expect(readdirSync('/sys/block').filter((name) => name.startsWith('sd'))).to.have.length(4);
    for (const port of [0, 1]) expect(existsSync(peer.device('data', port))).to.equal(true);
    expect(peer.write('data')).to.equal('done');
  });

  it('registers through all of its ports, which everybody can read', () => {
    peer.register('data');
    for (const device of [peer.device('data', 1), `/dev/${disks()[2] ?? ''}`])
      expect(readKeys(device)).to.deep.equal([peer.key, peer.key]);
    expect(readReservation(peer.device('data'))).to.equal(null);
    expect(new Set(readNexuses(peer.device('data')).map(({ initiator }) => initiator))).to.deep.equal(
      new Set([PeerNode.initiator]),
    );
  });

  it('locks every path out by a reservation, but for one that is registered', async () => {
    expect(await writes()).to.deep.equal(Array(4).fill('done'));
    expect(peer.reserve('data', type)).to.equal('done');
    expect(readReservation(peer.device('data'))).to.deep.equal({ key: peer.key, type });
    expect(await writes()).to.deep.equal(Array(4).fill('conflict'));
    expect(peer.write('data')).to.equal('done');

    const [, disk = ''] = disks();
    expect(register(disk)).to.equal('done');
    expect(await writes()).to.deep.equal(['conflict', 'done', 'conflict', 'conflict']);
    const own = readNexuses(peer.device('data')).filter(({ key }) => key === ownKey);
    expect(own.map(({ targetPort, holder }) => ({ targetPort, holder }))).to.deep.equal([
      { targetPort: relativePort(disk), holder: false },
    ]);
  });

  it('takes the key away, and with it the path', async () => {
    expect(peer.preempt('data', ownKey, type)).to.equal('done');
    expect(readKeys(peer.device('data'))).to.deep.equal([peer.key, peer.key]);
    expect(await writes()).to.deep.equal(Array(4).fill('conflict'));
    expect(peer.release('data', type)).to.equal('done');
    expect(await writes()).to.deep.equal(Array(4).fill('done'));
  });

  it('is refused where it holds nothing', () => {
    for (const disk of disks()) register(disk);
    expect(persistOut(`/dev/${disks()[0] ?? ''}`, '--reserve', `--param-rk=${ownKey}`, '--prout-type=6')).to.equal(
      'done',
    );
    expect(peer.reserve('data', type)).to.equal('conflict');
    expect(peer.write('data')).to.equal('done');
    peer.unregister('data');
    expect(peer.write('data')).to.equal('conflict');
    expect(readKeys(`/dev/${disks()[0] ?? ''}`)).to.deep.equal(Array(4).fill(ownKey));
  });

  it('the array forgets all of it when it is switched off', async () => {
    await switchOff(array, peer);
    expect(disks()).to.deep.equal([]);
    await switchOn(array, peer);
    expect(disks()).to.have.length(4);
    expect(readKeys(peer.device('data'))).to.deep.equal([]);
    expect(await writes()).to.deep.equal(Array(4).fill('done'));
  });

  it('but keeps what was registered to persist, the reservation too', async () => {
    const paths = disks().map((disk) => `/dev/${disk}`);
    for (const disk of disks()) expect(register(disk, '--param-aptpl')).to.equal('done');
    persistOut(paths[2] ?? '', '--reserve', `--param-rk=${ownKey}`, '--prout-type=5');
    const before = readNexuses(peer.device('data'));
    expect(before).to.have.length(4);
    expect(keptKeys(lun)).to.deep.equal(Array(4).fill(ownKey));

    await switchOff(array, peer);
    await switchOn(array, peer);
    expect(readReservation(peer.device('data'))).to.deep.equal({ key: ownKey, type });
    expect(readNexuses(peer.device('data'))).to.have.deep.members(before);
    expect(await writes()).to.deep.equal(Array(4).fill('done'));
    expect(peer.write('data')).to.equal('conflict');
  });
});
