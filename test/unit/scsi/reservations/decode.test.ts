import { expect } from 'chai';
import { reservationTypes } from '../../../../src/base/reservation.js';
import {
  capabilitiesLength,
  decodeCapabilities,
  decodeFullStatus,
  decodeKeys,
  decodeReservation,
  listLength,
} from '../../../../src/scsi/reservations/decode.js';
import { hexBytes } from '../hex-fixture.js';

const ours = '0x0123456789abcdef';
const theirs = '0x00000000000000ff';

describe('READ KEYS', () => {
  it('gives one key for each registered nexus', () => {
    expect(decodeKeys(hexBytes('pr-keys-lio'))).to.deep.equal({ generation: 4, keys: [ours, ours, ours, theirs] });
  });

  it('gives none where nobody is registered', () => {
    expect(decodeKeys(hexBytes('pr-keys-none-lio'))).to.deep.equal({ generation: 0, keys: [] });
  });

  it('tells its length as soon as the header is there', () => {
    expect(listLength(hexBytes('pr-keys-lio').subarray(0, 8))).to.equal(40);
    expect(listLength(hexBytes('pr-keys-lio').subarray(0, 7))).to.equal(null);
  });
});

describe('READ RESERVATION', () => {
  it('gives the holder and the type', () => {
    expect(decodeReservation(hexBytes('pr-reservation-lio'))).to.deep.equal({
      generation: 4,
      reservation: { key: ours, type: 'write-exclusive-registrants-only' },
    });
  });

  it('gives none while nobody holds one', () => {
    expect(decodeReservation(hexBytes('pr-reservation-none-lio'))).to.deep.equal({ generation: 0, reservation: null });
  });

  it('gives no key for one that all registrants hold', () => {
    expect(decodeReservation(hexBytes('pr-reservation-all-registrants-lio'))).to.deep.equal({
      generation: 5,
      reservation: { key: null, type: 'exclusive-access-all-registrants' },
    });
  });

  for (const [type, code] of Object.entries(reservationTypes)) {
    it(`knows type ${code}, ${type}`, () => {
      const answer = hexBytes('pr-reservation-lio');
      answer[21] = code;
      expect(decodeReservation(answer).reservation?.type).to.equal(type);
    });
  }
});

describe('REPORT CAPABILITIES', () => {
  const everything = {
    persistCapable: true,
    persistActive: false,
    allTargetPorts: true,
    otherInitiators: true,
    compatibleReserve: true,
    types: Object.keys(reservationTypes),
  };

  it('gives what the array supports', () => {
    expect(decodeCapabilities(hexBytes('pr-capabilities-lio'))).to.deep.equal(everything);
  });

  it('tells that registrations are kept over a loss of power', () => {
    const expected = { ...everything, persistActive: true };
    expect(decodeCapabilities(hexBytes('pr-capabilities-persist-lio'))).to.deep.equal(expected);
  });

  it('gives no types where the array does not tell', () => {
    expect(decodeCapabilities(hexBytes('pr-capabilities-no-types'))).to.deep.equal({
      persistCapable: false,
      persistActive: false,
      allTargetPorts: false,
      otherInitiators: false,
      compatibleReserve: false,
      types: null,
    });
  });

  it('takes a longer answer of a later standard', () => {
    const { persistCapable, persistActive, types } = decodeCapabilities(hexBytes('pr-capabilities-longer'));
    expect([persistCapable, persistActive, types]).to.deep.equal([true, true, ['write-exclusive']]);
  });

  for (const [at, bit, type] of [
    [4, 0x02, 'write-exclusive'],
    [4, 0x08, 'exclusive-access'],
    [4, 0x20, 'write-exclusive-registrants-only'],
    [4, 0x40, 'exclusive-access-registrants-only'],
    [4, 0x80, 'write-exclusive-all-registrants'],
    [5, 0x01, 'exclusive-access-all-registrants'],
  ] as const) {
    it(`knows the bit of ${type}`, () => {
      const answer = Buffer.from('0008008000000000', 'hex');
      answer[at] = bit;
      expect(decodeCapabilities(answer).types).to.deep.equal([type]);
    });
  }

  for (const [byte, bit, field] of [
    [2, 0x01, 'persistCapable'],
    [2, 0x04, 'allTargetPorts'],
    [2, 0x08, 'otherInitiators'],
    [2, 0x10, 'compatibleReserve'],
    [3, 0x01, 'persistActive'],
  ] as const) {
    it(`knows the bit of ${field}`, () => {
      const answer = Buffer.from('0008000000000000', 'hex');
      answer[byte] = bit;
      const set = Object.entries(decodeCapabilities(answer)).filter(([, value]) => value === true);
      expect(set.map(([name]) => name)).to.deep.equal([field]);
    });
  }

  it('tells its length as soon as it is there', () => {
    expect(capabilitiesLength(Buffer.from('0008', 'hex'))).to.equal(8);
    expect(capabilitiesLength(Buffer.from('00', 'hex'))).to.equal(null);
  });
});

describe('READ FULL STATUS', () => {
  it('gives each nexus with its initiator port, through three transports', () => {
    const one = { key: ours, holder: false, allTargetPorts: false };
    expect(decodeFullStatus(hexBytes('pr-full-status-lio'))).to.deep.equal([
      { ...one, targetPort: 1, initiator: 'sas 0x60000000000a0000' },
      { ...one, targetPort: 2, initiator: 'sas 0x60000000000a0001' },
      { ...one, holder: true, targetPort: 3, initiator: 'fc 0x21000024ff3dd10f' },
      { ...one, key: theirs, targetPort: 4, initiator: 'iscsi iqn.1992-08.com.example:host-1' },
    ]);
  });

  it('tells that all of them hold it, and who is registered with all target ports', () => {
    const found = decodeFullStatus(hexBytes('pr-full-status-all-lio'));
    expect(found.map(({ holder }) => holder)).to.deep.equal([true, true, true, true]);
    expect(found.map(({ allTargetPorts }) => allTargetPorts)).to.deep.equal([false, false, false, true]);
    expect(found.map(({ targetPort }) => targetPort)).to.deep.equal([1, 2, 4, null]);
  });

  it('gives nobody where nobody is registered', () => {
    expect(decodeFullStatus(hexBytes('pr-full-status-none-lio'))).to.deep.equal([]);
  });

  it('names the initiator port of every protocol, and what it does not know in hex', () => {
    const found = decodeFullStatus(hexBytes('pr-full-status-every-protocol'));
    expect(found.map(({ initiator }) => initiator)).to.deep.equal([
      'fc 0x21000024ff3dd10f',
      'spi address 7 port 1',
      'sbp 0x0025385b71b00001',
      'srp 0xfe80000000000000f452140300100001',
      'iscsi iqn.1992-08.com.example:host-1',
      'iscsi iqn.1992-08.com.example:host-1,i,0x00023d000001',
      'sas 0x5000c50012345678',
      'sop 0x0102',
      'unknown 0x0f0102030405060708090a0b',
      'unknown 0x800000000000000021000024ff3dd10f0000000000000000',
      'unknown 0x8500000441000000',
      'unknown',
    ]);
  });

  it('looks at scope and type of a holder alone: the others have none', () => {
    const found = decodeFullStatus(hexBytes('pr-full-status-every-protocol'));
    expect(found.filter(({ holder }) => holder).map(({ targetPort }) => targetPort)).to.deep.equal([6]);
    expect(hexBytes('pr-full-status-every-protocol').includes(0xff)).to.equal(true);
  });
});
