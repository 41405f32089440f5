import { expect } from 'chai';
import { inquiry, inquiryVpd, reportTargetPortGroups, testUnitReady } from '../../../src/scsi/cdb.js';

describe('command descriptor blocks', () => {
  for (const [name, cdb, hex] of [
    ['TEST UNIT READY', testUnitReady(), '000000000000'],
    ['INQUIRY', inquiry(36), '120000002400'],
    ['INQUIRY with an allocation above one byte', inquiry(0x1234), '120000123400'],
    ['INQUIRY for a page', inquiryVpd(0x83, 252), '12018300fc00'],
    ['REPORT TARGET PORT GROUPS', reportTargetPortGroups(0x01020304), 'a30a00000000010203040000'],
  ] as const) {
    it(`are right for ${name}`, () => {
      expect(cdb.toString('hex')).to.equal(hex);
    });
  }
});
