import { expect } from 'chai';
import { accessRank, accessStateFromSysfs, accessStateOf, carriesIo } from '../../../src/base/access-state.js';

describe('asymmetric access states', () => {
  for (const [nibble, word, state, io] of [
    [0x0, 'active/optimized', 'optimized', true],
    [0x1, 'active/non-optimized', 'non-optimized', true],
    [0x2, 'standby', 'standby', false],
    [0x3, 'unavailable', 'unavailable', false],
    [0x4, 'lba-dependent', 'lba-dependent', true],
    [0xe, 'offline', 'offline', false],
    [0xf, 'transitioning', 'transitioning', true],
  ] as const) {
    it(`have "${state}" as ${nibble.toString(16)}h and as "${word}", which ${io ? 'carries' : 'refuses'} I/O`, () => {
      expect(accessStateOf(nibble)).to.equal(state);
      expect(accessStateFromSysfs(`${word}\n`)).to.equal(state);
      expect(carriesIo(state)).to.equal(io);
    });
  }

  it('are null for numbers and words without a meaning', () => {
    expect([0x5, 0xd, 0x10].map(accessStateOf)).to.deep.equal([null, null, null]);
    expect(['', '(null)', 'optimized'].map(accessStateFromSysfs)).to.deep.equal([null, null, null]);
  });

  it('rank from optimized to offline, no ALUA like optimized', () => {
    const order = [
      'optimized',
      'non-optimized',
      'lba-dependent',
      'transitioning',
      'standby',
      'unavailable',
      'offline',
    ] as const;
    expect(order.map(accessRank)).to.deep.equal([0, 1, 2, 3, 4, 5, 6]);
    expect(accessRank(null)).to.equal(0);
  });
});
