import { expect } from 'chai';
import fc from 'fast-check';
import { hasCode } from '../../../src/base/errors.js';
import { decodeTargetPortGroups } from '../../../src/scsi/alua.js';
import { decodeStandardInquiry } from '../../../src/scsi/inquiry.js';
import {
  decodeCapabilities,
  decodeFullStatus,
  decodeKeys,
  decodeReservation,
} from '../../../src/scsi/reservations/decode.js';
import {
  decodeSupportedPages,
  decodeUnitSerial,
  targetPortFromVpd83,
  wwidFromSysfsText,
  wwidFromVpd83,
} from '../../../src/scsi/vpd.js';
import { hexBytes, hexFixture, hexFixtures } from './hex-fixture.js';

const decoders: Readonly<Record<string, (bytes: Uint8Array) => unknown>> = {
  inquiry: decodeStandardInquiry,
  vpd00: decodeSupportedPages,
  vpd80: decodeUnitSerial,
  vpd83: wwidFromVpd83,
  port: targetPortFromVpd83,
  rtpg: decodeTargetPortGroups,
  prKeys: decodeKeys,
  prReservation: decodeReservation,
  prCapabilities: decodeCapabilities,
  prFullStatus: decodeFullStatus,
};

/** Bytes that begin like a real answer, so that the decoders get beyond the first check. */
function answersLike(name: string): fc.Arbitrary<Buffer> {
  const real = hexBytes(name);
  const change = fc.record({ at: fc.nat(real.length - 1), to: fc.integer({ min: 0, max: 0xff }) });
  const mutation = fc.record({ changes: fc.array(change, { maxLength: 8 }), length: fc.nat(real.length + 8) });
  return mutation.map(({ changes, length }) => {
    const bytes = Buffer.alloc(length);
    real.copy(bytes);
    for (const { at, to } of changes) if (at < length) bytes[at] = to;
    return bytes;
  });
}

const anyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes)),
  ...['inquiry-lio', 'vpd00-lio', 'vpd80-lio', 'vpd83-lio', 'vpd83-every-kind', 'rtpg-lio', 'rtpg-extended'].map(
    answersLike,
  ),
  ...['pr-keys-lio', 'pr-reservation-lio', 'pr-capabilities-lio', 'pr-full-status-every-protocol'].map(answersLike),
);

const answerName =
  /^(VPD page 8?[03]+h|(Standard INQUIRY|REPORT (TARGET PORT GROUPS|CAPABILITIES)|READ (KEYS|RESERVATION|FULL STATUS)) data) /;

/** What a decoder makes of the bytes: its value, or its refusal. Any other error is thrown on. */
function result(decode: (bytes: Uint8Array) => unknown, bytes: Uint8Array): unknown {
  try {
    return decode(bytes);
  } catch (error) {
    if (!hasCode(error, 'SCSI_MALFORMED')) throw error;
    return error.message;
  }
}

/** The same bytes in the middle of a larger block. */
function surrounded(bytes: Buffer, by: number): Uint8Array {
  const block = Buffer.alloc(bytes.length + 1024, by);
  bytes.copy(block, 512);
  return block.subarray(512, 512 + bytes.length);
}

describe('a hostile answer', () => {
  for (const name of hexFixtures('hostile')) {
    const { bytes, head } = hexFixture(name);
    it(`is refused by name: ${name}, ${head.get('What') ?? ''}`, () => {
      const decode = decoders[head.get('Decoder') ?? ''];
      try {
        decode?.(bytes);
        expect.fail('it was taken');
      } catch (error) {
        if (!hasCode(error, 'SCSI_MALFORMED')) throw error;
        expect(error.message).to.contain(head.get('Refused'));
        expect(error.message).to.match(answerName);
        expect(error.facts).to.include.keys('page', 'wanted', 'found', 'bytes');
        expect(error.message).to.match(/^[\x20-\x7e]+$/);
      }
    });
  }

  for (const [name, decode] of Object.entries(decoders)) {
    it(`never makes the decoder "${name}" throw anything but SCSI_MALFORMED`, () => {
      fc.assert(
        fc.property(anyBytes, (bytes) => {
          result(decode, bytes);
        }),
        { numRuns: 1000 },
      );
    });

    it(`never makes the decoder "${name}" read a byte outside it`, () => {
      fc.assert(
        fc.property(anyBytes, (bytes) => {
          expect(result(decode, surrounded(bytes, 0x00))).to.deep.equal(result(decode, surrounded(bytes, 0xff)));
        }),
        { numRuns: 500 },
      );
    });
  }

  it('never gives a text that could steer a terminal', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        for (const decode of Object.values(decoders)) {
          expect(JSON.stringify(result(decode, bytes))).to.match(/^[\x20-\x7e]*$/);
        }
      }),
    );
  });

  it('never makes a WWID of sysfs text throw anything but SCSI_MALFORMED', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string().map((rest) => `naa.${rest}`),
    );
    fc.assert(
      fc.property(text, (line) => {
        result(() => wwidFromSysfsText(line), Buffer.alloc(0));
      }),
    );
  });
});
