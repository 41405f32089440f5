import { expect } from 'chai';
import { decodeLuns, lunsLength } from '../../../src/scsi/luns.js';

/** The answer with these eight-byte numbers. */
function answer(...luns: string[]): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32BE(luns.length * 8);
  return Buffer.concat([header, ...luns.map((lun) => Buffer.from(lun.padEnd(16, '0'), 'hex'))]);
}

describe('REPORT LUNS', () => {
  it('gives each number as the kernel writes it in a path', () => {
    // Peripheral, flat and two-level addressing; the kernel keeps the bits that tell them apart.
    expect(decodeLuns(answer('0000', '0007', '4100', 'c101', '00010002', '0001000200030004'))).to.deep.equal([
      '0',
      '7',
      '16640',
      '49409',
      '131073',
      '1125912791875585',
    ]);
  });

  it('gives nothing of an empty list', () => {
    expect(decodeLuns(answer())).to.deep.equal([]);
  });

  it('tells how long the answer is in whole, once it can', () => {
    expect([lunsLength(answer('0000', '0001')), lunsLength(Buffer.alloc(3))]).to.deep.equal([24, null]);
  });

  for (const [what, bytes] of [
    ['is cut short', answer('0000', '0001').subarray(0, 20)],
    ['has half a number', Buffer.concat([Buffer.from([0, 0, 0, 12, 0, 0, 0, 0]), Buffer.alloc(12)])],
    ['is no answer', Buffer.alloc(2)],
  ] as const)
    it(`refuses one that ${what}`, () => {
      expect(() => decodeLuns(bytes)).to.throw(/REPORT LUNS data is malformed/);
    });
});
