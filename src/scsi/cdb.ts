/** Command descriptor blocks of the few commands by which paths are looked at. None of them changes anything in a device. */

const TEST_UNIT_READY = 0x00;
const INQUIRY = 0x12;
const REPORT_LUNS = 0xa0;
const MAINTENANCE_IN = 0xa3;
const REPORT_TARGET_PORT_GROUPS = 0x0a;

const EVPD = 0x01;

/** TEST UNIT READY (SPC-4 6.47): is the logical unit there, and does this path lead I/O to it? */
export function testUnitReady(): Buffer {
  return Buffer.from([TEST_UNIT_READY, 0, 0, 0, 0, 0]);
}

/** INQUIRY for standard data (SPC-4 6.6). @param allocation bytes wanted at most, below 64 KiB */
export function inquiry(allocation: number): Buffer {
  return inquiryCdb(0, 0, allocation);
}

/** INQUIRY for a vital product data page. @param allocation bytes wanted at most; devices of SPC-2 know only one byte of it */
export function inquiryVpd(page: number, allocation: number): Buffer {
  return inquiryCdb(EVPD, page, allocation);
}

function inquiryCdb(flags: number, page: number, allocation: number): Buffer {
  const cdb = Buffer.from([INQUIRY, flags, page, 0, 0, 0]);
  cdb.writeUInt16BE(allocation, 3);
  return cdb;
}

/** REPORT TARGET PORT GROUPS with the length-only header (SPC-4 6.37). @param allocation bytes wanted at most */
export function reportTargetPortGroups(allocation: number): Buffer {
  const cdb = Buffer.alloc(12);
  cdb[0] = MAINTENANCE_IN;
  cdb[1] = REPORT_TARGET_PORT_GROUPS;
  cdb.writeUInt32BE(allocation, 6);
  return cdb;
}

/** REPORT LUNS for the logical units that are served, well known ones apart (SPC-4 6.33). @param allocation bytes wanted at most */
export function reportLuns(allocation: number): Buffer {
  const cdb = Buffer.alloc(12);
  cdb[0] = REPORT_LUNS;
  cdb.writeUInt32BE(allocation, 6);
  return cdb;
}
