import { expect } from 'chai';
import { hasCode } from '../../../src/base/errors.js';
import {
  decodeDesignators,
  decodeSupportedPages,
  decodeUnitSerial,
  targetPortFromVpd83,
  wwidFromSysfsText,
  wwidFromVpd83,
} from '../../../src/scsi/vpd.js';
import { vpdPageLength } from '../../../src/scsi/vpd-page.js';
import { hexBytes, page83 } from './hex-fixture.js';

const [T10, EUI, NAA, RELATIVE_PORT, PORT_GROUP, NAME] = [0x01, 0x02, 0x03, 0x04, 0x05, 0x08];
const PORT = 0x10;
const TARGET = 0x20;
const [BINARY, ASCII, UTF8] = [1, 2, 3];

const naa6 = Buffer.from('600a098038304437415d4b2f74476b41', 'hex');
const naa5 = Buffer.from('5000c500a1b2c3d4', 'hex');
const naa2 = Buffer.from('2001000d12345678', 'hex');
const naa3 = Buffer.from('3001000d12345678', 'hex');
const eui8 = Buffer.from('0025385b71b00001', 'hex');

/** Every kind of identifier, best first, and the WWID that it gives. */
const byRank = [
  [[BINARY, NAA, naa6], '3600a098038304437415d4b2f74476b41'],
  [[BINARY, NAA, naa5], '35000c500a1b2c3d4'],
  [[BINARY, NAA, naa2], '32001000d12345678'],
  [[BINARY, EUI, eui8], '20025385b71b00001'],
  [[UTF8, NAME, 'naa.6001405ABCDEF'], '36001405abcdef'],
  [[BINARY, NAA, naa3], '33001000d12345678'],
  [[ASCII, T10, 'VENDOR  PRODUCT   42  '], '1VENDOR_PRODUCT_42'],
] as const;

describe('the WWID of VPD page 83h', () => {
  it('is that of a real array', () => {
    expect(wwidFromVpd83(hexBytes('vpd83-lio'))).to.equal('360014050123456789abcdef000000000');
    expect(wwidFromVpd83(hexBytes('vpd83-scsi-debug'))).to.equal('333333330000007d0');
  });

  it('comes from the best of many designators, wherever it stands', () => {
    expect(wwidFromVpd83(hexBytes('vpd83-every-kind'))).to.equal('3600a098038304437415d4b2f74476b41');
  });

  byRank.forEach(([designator, wwid], rank) => {
    it(`prefers "${wwid}" to everything that ranks lower, in any order`, () => {
      const lower = byRank.slice(rank + 1).map(([other]) => other);
      expect(wwidFromVpd83(page83(designator, ...lower))).to.equal(wwid);
      expect(wwidFromVpd83(page83(...lower, designator))).to.equal(wwid);
    });
  });

  it('takes the first of two that rank alike', () => {
    const second = Buffer.from('600a098038304437415d4b2f00000002', 'hex');
    expect(wwidFromVpd83(page83([BINARY, NAA, naa6], [BINARY, NAA, second]))).to.equal(byRank[0][1]);
  });

  for (const association of [PORT, TARGET, 0x30]) {
    it(`never takes a designator of association ${association >> 4}`, () => {
      const page = page83([BINARY, association | NAA, naa6], [ASCII, T10, 'VENDOR  1']);
      expect(wwidFromVpd83(page)).to.equal('1VENDOR_1');
    });
  }

  for (const [what, designator] of [
    ['NAA 6 of 8 bytes', [BINARY, NAA, naa6.subarray(0, 8)]],
    ['NAA 5 of 16 bytes', [BINARY, NAA, Buffer.concat([naa5, naa5])]],
    ['NAA 2 of 7 bytes', [BINARY, NAA, naa2.subarray(0, 7)]],
    ['NAA 3 of 9 bytes', [BINARY, NAA, Buffer.concat([naa3, naa3]).subarray(0, 9)]],
    ['NAA of a reserved kind', [BINARY, NAA, Buffer.from('a001000d12345678', 'hex')]],
    ['EUI-64 of 9 bytes', [BINARY, EUI, Buffer.alloc(9, 1)]],
    ['a SCSI name without a known beginning', [UTF8, NAME, 'wwn.600140500000']],
    ['a T10 identifier without its vendor', [ASCII, T10, 'VENDOR ']],
    ['a logical unit group', [BINARY, 0x06, Buffer.alloc(4)]],
  ] as const) {
    it(`passes over ${what}`, () => {
      expect(wwidFromVpd83(page83(designator, [BINARY, NAA, naa3]))).to.equal(`3${naa3.toString('hex')}`);
    });
  }

  for (const length of [8, 12, 16]) {
    it(`takes an EUI-64 of ${length} bytes`, () => {
      const value = Buffer.alloc(length, 0xab);
      expect(wwidFromVpd83(page83([BINARY, EUI, value]))).to.equal(`2${value.toString('hex')}`);
    });
  }

  it('forms a SCSI name as multipathd does: prefix by kind, zero bytes at the end dropped', () => {
    expect(wwidFromVpd83(page83([UTF8, NAME, 'eui.0025385B71B00001']))).to.equal('20025385b71b00001');
    expect(wwidFromVpd83(page83([UTF8, NAME, 'iqn.1992-08.com.Example:LU7\0\0\0']))).to.equal(
      '81992-08.com.Example:LU7',
    );
  });
});

describe('the WWID of sysfs', () => {
  for (const [text, wwid] of [
    ['naa.60014050123456789abcdef000000000\n', '360014050123456789abcdef000000000'],
    ['eui.0025385b71b00001\n', '20025385b71b00001'],
    ['t10.Linux   scsi_debug      2000    \n', '1Linux_scsi_debug_2000'],
    ['iqn.1992-08.com.example:lu', '81992-08.com.example:lu'],
  ] as const) {
    it(`of ${JSON.stringify(text)} is "${wwid}"`, () => {
      expect(wwidFromSysfsText(text)).to.equal(wwid);
    });
  }

  for (const text of ['', '\n', 'naa.', 'uuid.1234', 'naa.60 01', 'naa.6001/..', `naa.${'0'.repeat(200)}`, 't10. ']) {
    it(`refuses ${JSON.stringify(text.slice(0, 20))}`, () => {
      expect(() => wwidFromSysfsText(text)).to.throw(
        /^Sysfs "wwid" cannot name the logical unit: wanted an identifier/,
      );
    });
  }

  it('names the text it refused in its facts', () => {
    try {
      wwidFromSysfsText('uuid.1');
      expect.fail('it was taken');
    } catch (error) {
      expect(hasCode(error, 'SCSI_MALFORMED') && error.facts['bytes']).to.equal(Buffer.from('uuid.1').toString('hex'));
    }
  });
});

describe('the target port of VPD page 83h', () => {
  it('is that of a real array', () => {
    expect(targetPortFromVpd83(hexBytes('vpd83-lio'))).to.deep.equal({
      name: 'naa.5001405000000001,t,0x0001',
      group: 0,
      relative: 1,
    });
    expect(targetPortFromVpd83(hexBytes('vpd83-scsi-debug'))).to.deep.equal({
      name: 'naa.32222220000007ce',
      group: 0x100,
      relative: 1,
    });
    expect(targetPortFromVpd83(hexBytes('vpd83-every-kind'))).to.deep.equal({
      name: 'iqn.1992-08.com.example:sn.1,t,0x3',
      group: 2,
      relative: 3,
    });
  });

  it('is unknown where the page names only the logical unit', () => {
    const nothing = { name: null, group: null, relative: null };
    expect(targetPortFromVpd83(page83([BINARY, NAA, naa6]))).to.deep.equal(nothing);
  });

  it('is named by an EUI-64 where there is nothing better', () => {
    expect(targetPortFromVpd83(page83([BINARY, PORT | EUI, eui8])).name).to.equal('eui.0025385b71b00001');
  });

  it('has no control characters in its name', () => {
    expect(targetPortFromVpd83(page83([UTF8, PORT | NAME, 'iqn.\x1b]0;x\x07'])).name).to.equal('iqn.\\x1b]0;x\\x07');
  });

  it('has no number from a designator that is not 4 bytes long', () => {
    const page = page83(
      [BINARY, PORT | RELATIVE_PORT, Buffer.from([0, 0, 0, 1, 0])],
      [BINARY, PORT | PORT_GROUP, Buffer.from([0, 2])],
    );
    expect(targetPortFromVpd83(page)).to.deep.equal({ name: null, group: null, relative: null });
  });
});

describe('VPD pages', () => {
  it('give the pages that the device has', () => {
    expect(decodeSupportedPages(hexBytes('vpd00-lio'))).to.deep.equal([0, 0x80, 0x83, 0x86, 0xb0, 0xb1, 0xb2, 0xb3]);
  });

  it('give the unit serial number, trimmed at both ends', () => {
    expect(decodeUnitSerial(hexBytes('vpd80-lio'))).to.equal('0123456789abcdef');
    expect(decodeUnitSerial(hexBytes('vpd80-scsi-debug'))).to.equal('2000');
    expect(decodeUnitSerial(Buffer.from('\0\x80\0\x06 A\x07B \0', 'latin1'))).to.equal('A\\x07B');
    expect(decodeUnitSerial(Buffer.from([0, 0x80, 0, 0]))).to.equal('');
  });

  it('tell their length as soon as the header is there', () => {
    expect(vpdPageLength(hexBytes('vpd83-lio').subarray(0, 4))).to.equal(152);
    expect(vpdPageLength(Buffer.from([0, 0x83, 1]))).to.equal(null);
  });

  it('leave out designators without a value', () => {
    const page = page83([BINARY, NAA, ''], [BINARY, NAA, naa5]);
    expect(decodeDesignators(page)).to.deep.equal([{ association: 'logical-unit', type: NAA, value: naa5 }]);
  });
});
