import { expect } from 'chai';
import { existsSync } from 'node:fs';
import { LabArray } from '../inside/array.js';
import { Udev, udevProperties } from '../inside/udev.js';

describe('lab: udevd', () => {
  let array: LabArray;
  before(async () => {
    array = await LabArray.create({ ports: 2, luns: [{ name: 'data', sizeMb: 16, serial: '0000c001' }] });
  });
  after(() => array.end());

  it('records the disks while it runs, by the rules that were asked for', async () => {
    const udev = await Udev.start({ rules: ['60-persistent-storage.rules'] });
    const properties = udevProperties(array.disk('data', 0));
    await udev.stop();
    expect(properties.get('ID_SERIAL')).to.equal(`3${array.wwid('data').slice('naa.'.length)}`);
  });

  it('leaves no trace in /run when it is stopped', () => {
    expect(existsSync('/run/udev')).to.equal(false);
  });
});
