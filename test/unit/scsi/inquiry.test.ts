import { expect } from 'chai';
import { decodeStandardInquiry, isDisk } from '../../../src/scsi/inquiry.js';
import { hexBytes } from './hex-fixture.js';

describe('standard INQUIRY data', () => {
  const lio = hexBytes('inquiry-lio');

  it('gives vendor, product and revision without their padding', () => {
    expect(decodeStandardInquiry(lio)).to.deep.equal({
      qualifier: 0,
      deviceType: 0,
      vendor: 'NEC',
      product: 'DISK ARRAY',
      revision: '1000',
      tpgs: 'both',
    });
  });

  it('is read the same from scsi_debug', () => {
    const { vendor, product, revision } = decodeStandardInquiry(hexBytes('inquiry-scsi-debug'));
    expect([vendor, product, revision]).to.deep.equal(['Linux', 'scsi_debug', '0191']);
  });

  it('needs no more than the first 36 bytes, as an allocation of 36 cuts it', () => {
    expect(decodeStandardInquiry(lio.subarray(0, 36))).to.deep.equal(decodeStandardInquiry(lio));
  });

  for (const [bits, tpgs] of [
    [0x00, 'none'],
    [0x10, 'implicit'],
    [0x20, 'explicit'],
    [0x30, 'both'],
  ] as const) {
    it(`reads the TPGS bits ${bits.toString(16)}h as "${tpgs}"`, () => {
      const bytes = Buffer.from(lio);
      bytes[5] = 0x80 | bits;
      expect(decodeStandardInquiry(bytes).tpgs).to.equal(tpgs);
    });
  }

  it('never lets a control character of a device string through', () => {
    const bytes = Buffer.from(lio);
    bytes.write('\x1b[31m\x07\xff\0', 8, 'latin1');
    expect(decodeStandardInquiry(bytes).vendor).to.equal('\\x1b[31m\\x07\\xff');
  });

  for (const [first, disk, what] of [
    [0x00, true, 'a disk'],
    [0x20, false, 'a logical unit that is not there'],
    [0x7f, false, 'one that cannot be there'],
    [0x0d, false, 'an enclosure'],
    [0x1f, false, 'an unknown device'],
  ] as const) {
    it(`says that ${what} is ${disk ? 'a path' : 'no path'}`, () => {
      const bytes = Buffer.from(lio);
      bytes[0] = first;
      expect(isDisk(decodeStandardInquiry(bytes))).to.equal(disk);
    });
  }
});
