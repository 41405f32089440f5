import { constants } from 'node:os';
import { expect } from 'chai';
import { errno, errnoName } from '../../../src/ffi/errno.js';

describe('errno', () => {
  it('numbers are those of this platform', () => {
    const platform = new Map<string, number>(Object.entries(constants.errno));
    const compared = Object.entries(errno).filter(([name]) => platform.has(name));
    for (const [name, number] of compared) expect(number, name).to.equal(platform.get(name));
    expect(compared.length).to.be.greaterThan(50);
  });

  it('names a number of either sign', () => {
    expect(errnoName(16)).to.equal('EBUSY');
    expect(errnoName(-30)).to.equal('EROFS');
  });

  it('gives the number itself where it has no name', () => {
    expect(errnoName(-9999)).to.equal('errno 9999');
  });
});
