import { expect } from 'chai';
import { reservationKey } from '../../../../src/base/reservation.js';
import {
  parameterList,
  persistentReserveIn,
  persistentReserveOut,
  type ReservationCommand,
} from '../../../../src/scsi/reservations/cdb.js';

const key = reservationKey('0123456789abcdef');
const other = reservationKey('fedcba9876543210');

describe('PERSISTENT RESERVE IN', () => {
  for (const [question, hex] of [
    ['read-keys', '5e000000000000100000'],
    ['read-reservation', '5e010000000000100000'],
    ['report-capabilities', '5e020000000000100000'],
    ['read-full-status', '5e030000000000100000'],
  ] as const) {
    it(`has the right bytes for ${question}`, () => {
      expect(persistentReserveIn(question, 0x1000).toString('hex')).to.equal(hex);
    });
  }
});

describe('PERSISTENT RESERVE OUT', () => {
  for (const [command, hex] of [
    [{ action: 'register', key, other }, '5f000000000000001800'],
    [{ action: 'reserve', key, type: 'write-exclusive' }, '5f010100000000001800'],
    [{ action: 'release', key, type: 'exclusive-access' }, '5f020300000000001800'],
    [{ action: 'clear', key }, '5f030000000000001800'],
    [{ action: 'preempt', key, other, type: 'write-exclusive-registrants-only' }, '5f040500000000001800'],
    [{ action: 'preempt-and-abort', key, other, type: 'exclusive-access-registrants-only' }, '5f050600000000001800'],
    [{ action: 'preempt', key, other, type: 'write-exclusive-all-registrants' }, '5f040700000000001800'],
    [{ action: 'preempt', key, other, type: 'exclusive-access-all-registrants' }, '5f040800000000001800'],
    [{ action: 'register-and-ignore', key, other }, '5f060000000000001800'],
  ] as const satisfies readonly (readonly [ReservationCommand, string])[]) {
    it(`has the right bytes for ${command.action} ${'type' in command ? command.type : ''}`, () => {
      expect(persistentReserveOut(command).toString('hex')).to.equal(hex);
    });
  }
});

describe('the parameter list of PERSISTENT RESERVE OUT', () => {
  for (const [what, command, hex] of [
    ['both keys', { key, other }, '0123456789abcdef' + 'fedcba9876543210' + '0000000000000000'],
    ['no key', { key: null, other: null }, '0'.repeat(48)],
    ['one key', { key }, '0123456789abcdef' + '0'.repeat(32)],
    ['APTPL', { key: null, other, persist: true }, '0'.repeat(16) + 'fedcba9876543210' + '0000000001000000'],
    ['ALL_TG_PT', { key: null, allTargetPorts: true }, '0'.repeat(32) + '0000000004000000'],
    ['both flags', { key: null, persist: true, allTargetPorts: true }, '0'.repeat(32) + '0000000005000000'],
    ['neither flag', { key: null, persist: false, allTargetPorts: false }, '0'.repeat(48)],
  ] as const) {
    it(`is right with ${what}`, () => {
      expect(parameterList({ action: 'register', ...command }).toString('hex')).to.equal(hex);
    });
  }
});
