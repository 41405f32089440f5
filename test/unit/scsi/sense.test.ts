import { expect } from 'chai';
import fc from 'fast-check';
import { decodeSense, senseText } from '../../../src/scsi/sense.js';
import { hexBytes } from './hex-fixture.js';

function textOf(bytes: Uint8Array): string | null {
  const sense = decodeSense(bytes);
  return sense === null ? null : senseText(sense);
}

describe('sense data', () => {
  for (const [name, text] of [
    ['sense-power-on', 'UNIT ATTENTION 29h/01h (power on occurred)'],
    ['sense-nexus-loss', 'UNIT ATTENTION 29h/07h (I_T nexus loss occurred)'],
    ['sense-alua-changed', 'UNIT ATTENTION 2ah/06h (asymmetric access state changed)'],
    ['sense-standby', 'NOT READY 04h/0bh (target port in standby state)'],
    ['sense-unavailable', 'NOT READY 04h/0ch (target port in unavailable state)'],
    ['sense-transitioning', 'NOT READY 04h/0ah (asymmetric access state transition)'],
    ['sense-opcode-fixed', 'ILLEGAL REQUEST 20h/00h (invalid command operation code)'],
    ['sense-opcode-descriptor', 'ILLEGAL REQUEST 20h/00h (invalid command operation code)'],
    ['sense-lun-gone', 'ILLEGAL REQUEST 25h/00h (logical unit not supported)'],
  ] as const) {
    it(`of ${name} reads "${text}"`, () => {
      expect(textOf(hexBytes(name))).to.equal(text);
    });
  }

  for (const [key, asc, ascq, text] of [
    [6, 0x2a, 0x03, 'UNIT ATTENTION 2ah/03h (reservations preempted)'],
    [6, 0x2a, 0x04, 'UNIT ATTENTION 2ah/04h (reservations released)'],
    [6, 0x2a, 0x05, 'UNIT ATTENTION 2ah/05h (registrations preempted)'],
    [5, 0x26, 0x04, 'ILLEGAL REQUEST 26h/04h (invalid release of persistent reservation)'],
    [5, 0x55, 0x04, 'ILLEGAL REQUEST 55h/04h (insufficient registration resources)'],
  ] as const) {
    it(`of reservations reads "${text}"`, () => {
      expect(senseText({ key, asc, ascq, deferred: false })).to.equal(text);
    });
  }

  it('reads the same in fixed and in descriptor format', () => {
    expect(decodeSense(hexBytes('sense-opcode-fixed'))).to.deep.equal(decodeSense(hexBytes('sense-opcode-descriptor')));
  });

  for (const [what, bytes] of [
    ['fixed', [0x71, 0, 0x04, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x44, 0]],
    ['descriptor', [0x73, 0x04, 0x44, 0]],
  ] as const) {
    it(`tells a deferred error in ${what} format`, () => {
      expect(textOf(Buffer.from(bytes))).to.equal('deferred HARDWARE ERROR 44h/00h');
    });
  }

  it('keeps the flags beside the key out of it', () => {
    expect(decodeSense(Buffer.from([0xf0, 0, 0xe6]))).to.deep.equal({ key: 6, asc: 0, ascq: 0, deferred: false });
  });

  it('has codes of 0 where a truncated answer does not reach them', () => {
    expect(textOf(hexBytes('sense-standby').subarray(0, 12))).to.equal('NOT READY 00h/00h');
    expect(textOf(hexBytes('sense-standby').subarray(0, 13))).to.equal('NOT READY 04h/00h');
    expect(textOf(Buffer.from([0x72, 0x02]))).to.equal('NOT READY 00h/00h');
  });

  for (const [what, bytes] of [
    ['nothing', []],
    ['zero bytes', [0, 0, 0, 0, 0, 0, 0, 0]],
    ['a vendor specific format', [0x7f, 6, 0x29, 0]],
    ['fixed format without its key', [0x70, 0]],
    ['descriptor format without its key', [0x72]],
  ] as const) {
    it(`is not to be had from ${what}`, () => {
      expect(decodeSense(Buffer.from(bytes))).to.equal(null);
    });
  }

  it('gives a key without a name by its number', () => {
    expect(senseText({ key: 0xd, asc: 0, ascq: 0, deferred: false })).to.equal('sense key 0dh 00h/00h');
  });

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const sense = decodeSense(bytes);
        return sense === null || (sense.key <= 0xf && sense.asc <= 0xff && sense.ascq <= 0xff);
      }),
    );
  });
});
