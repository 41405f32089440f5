// Discovery on a real kernel: what it tells of disks that come and go, and what it does when the kernel's messages are lost.
import { writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { expect } from 'chai';
import { scanPaths } from '../../../src/discovery/scan.js';
import { Sysfs } from '../../../src/sysfs/sysfs.js';
import { LabArray } from '../inside/array.js';
import { Listener } from '../inside/listener.js';
import { deleteDisk, loadScsiDebug, scan, unloadScsiDebug } from '../inside/scsi-debug.js';
import { until } from '../inside/until.js';

const sysfs = new Sysfs();

describe('lab: discovery of an array', () => {
  let array: LabArray;
  let listener: Listener;
  before(async () => {
    array = await LabArray.create({ ports: 4, luns: [{ name: 'data', sizeMb: 32, serial: '0000a001' }] });
    listener = new Listener();
  });
  after(async () => {
    await listener.close();
    array.end();
  });

  it('tells four paths of the LUN, with one WWID and a key each', async () => {
    const { facts } = await listener.heard('rescanned');
    expect(facts.map(({ node }) => node)).to.deep.equal(array.disks('data').sort());
    expect(new Set(facts.map(({ wwid }) => wwid))).to.deep.equal(
      new Set([`3${array.wwid('data').slice('naa.'.length)}`]),
    );
    expect(new Set(facts.map(({ key }) => key))).to.have.property('size', 4);
    expect(facts.every(({ obstacle, state }) => obstacle === null && state === 'running')).to.equal(true);
  });

  it('tells that a path has gone, and the same path when it is back', async () => {
    const before = await listener.heard('rescanned');
    const known = before.facts.find(({ node }) => node === array.disk('data', 3));
    listener.forget();
    await array.unmapLun('data', 3);
    const gone = await listener.heard('path-gone');
    expect(gone.devT).to.equal(known?.devT);
    await array.mapLun('data', 3);
    const back = await listener.heard('path-present');
    expect(back.facts.key).to.equal(known?.key);
    expect(back.facts.wwid).to.equal(known?.wwid);
  });
});

describe('lab: discovery of 64 paths', () => {
  let listener: Listener;
  before(async () => {
    listener = new Listener();
    await listener.heard('rescanned');
    listener.forget();
    await loadScsiDebug({ luns: 16, sizeMb: 8 });
  });
  after(async () => {
    await listener.close();
    await unloadScsiDebug();
  });

  /** The last word on each disk. */
  const told = () =>
    new Map(listener.inputs.flatMap((each) => (each.kind === 'path-present' ? [[each.facts.node, each.facts]] : [])));

  it('tells each when it comes: 16 units, four keys each', async () => {
    await until('64 paths are told', () => told().size === 64);
    const facts = [...told().values()];
    expect(new Set(facts.map(({ wwid }) => wwid))).to.have.property('size', 16);
    expect(new Set(facts.map(({ wwid, key }) => `${wwid} ${key}`))).to.have.property('size', 64);
  });

  it('tells in the end what a scan finds, generic devices included', async () => {
    const { paths } = scanPaths(sysfs);
    expect(paths.every(({ sg }) => sg !== null)).to.equal(true);
    await until('both are equal', () => paths.every((path) => isDeepStrictEqual(told().get(path.node), path)));
  });

  it('tells a deleted disk gone, and the same path when a scan found it again', async () => {
    const [path] = scanPaths(sysfs).paths;
    listener.forget();
    await deleteDisk(path?.node ?? '');
    expect(await listener.heard('path-gone')).to.deep.include({ node: path?.node, devT: path?.devT });
    await scan(64);
    const back = await listener.heard('path-present', ({ facts }) => facts.number === path?.number);
    expect(back.facts.key).to.equal(path?.key);
  });

  it('notices that messages were lost, and knows what went and came all the same', async () => {
    // Room for a few messages only, and they are not taken while the deletions run.
    const deaf = new Listener(2048);
    await deaf.heard('rescanned');
    const paths = scanPaths(sysfs).paths.filter(({ transport }) => transport === 'other');
    deaf.forget();
    const victims = paths.slice(10, 14);
    for (const { node } of victims) writeFileSync(`/sys/block/${node}/device/delete`, '1');
    await deaf.heard('overrun');
    await deaf.heard('rescanned');
    const gone = deaf.inputs.flatMap((input) => (input.kind === 'path-gone' ? [input.node] : []));
    expect(gone).to.have.members(victims.map(({ node }) => node));
    deaf.forget();
    await scan(64);
    const numbers = new Set(victims.map(({ number }) => number));
    await until(
      'each is told again',
      () =>
        deaf.inputs.filter((each) => each.kind === 'path-present' && numbers.has(each.facts.number)).length >=
        numbers.size,
    );
    await deaf.close();
  });
});
