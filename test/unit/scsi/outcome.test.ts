import { expect } from 'chai';
import fc from 'fast-check';
import { outcomeOf, outcomes, statusText, verdict } from '../../../src/scsi/outcome.js';
import type { CommandStatus, Outcome, Verdict } from '../../../src/scsi/outcome.js';
import { decodeSense } from '../../../src/scsi/sense.js';
import { hexBytes } from './hex-fixture.js';

const CHECK_CONDITION = 0x02;
const good: CommandStatus = { status: 0, hostStatus: 0, driverStatus: 0, sense: null };

function end(change: Partial<CommandStatus>): CommandStatus {
  return { ...good, ...change };
}

function check(key: number, asc: number, ascq: number, deferred = false): CommandStatus {
  return end({ status: CHECK_CONDITION, driverStatus: 8, sense: { key, asc, ascq, deferred } });
}

describe('the outcome of a command', () => {
  const rows: readonly (readonly [string, CommandStatus, Outcome, Verdict])[] = [
    ['GOOD', good, 'good', 'up'],
    ['CONDITION MET', end({ status: 0x04 }), 'good', 'up'],
    ['RESERVATION CONFLICT', end({ status: 0x18 }), 'reservation-conflict', 'up'],
    ['the same with an old kernel', end({ status: 0x18, hostStatus: 0x11 }), 'reservation-conflict', 'up'],
    ['BUSY', end({ status: 0x08 }), 'busy', 'retry'],
    ['TASK SET FULL', end({ status: 0x28 }), 'busy', 'retry'],
    ['ACA ACTIVE', end({ status: 0x30 }), 'busy', 'retry'],
    ['TASK ABORTED', end({ status: 0x40 }), 'aborted', 'retry'],
    ['a status that does not exist', end({ status: 0x24 }), 'malformed', 'down'],
    ['CHECK CONDITION without sense data', end({ status: CHECK_CONDITION }), 'malformed', 'down'],
    ['the driver telling of sense data beside GOOD', { ...check(2, 4, 0x0b), status: 0 }, 'standby', 'standby'],
    ['the same without any', end({ driverStatus: 8 }), 'good', 'up'],
    ['NO SENSE', check(0, 0, 0), 'good', 'up'],
    ['RECOVERED ERROR', check(1, 0x0b, 0x01), 'good', 'up'],
    ['standby', check(2, 4, 0x0b), 'standby', 'standby'],
    ['unavailable', check(2, 4, 0x0c), 'unavailable', 'down'],
    ['a transition', check(2, 4, 0x0a), 'transitioning', 'ignore'],
    ['becoming ready', check(2, 4, 0x01), 'not-ready', 'down'],
    ['MEDIUM ERROR', check(3, 0x11, 0), 'failed', 'down'],
    ['HARDWARE ERROR', check(4, 0x44, 0), 'failed', 'down'],
    ['a logical unit that is gone', check(5, 0x25, 0), 'lun-gone', 'down'],
    ['an unknown command', check(5, 0x20, 0), 'rejected', 'down'],
    ['the same with an old kernel', { ...check(5, 0x20, 0), hostStatus: 0x10 }, 'rejected', 'down'],
    ['UNIT ATTENTION', check(6, 0x29, 0x07), 'unit-attention', 'retry'],
    ['ABORTED COMMAND', check(0xb, 0x4b, 0), 'aborted', 'retry'],
    ['a deferred error', check(4, 0x44, 0, true), 'aborted', 'retry'],
    ['DID_NO_CONNECT', end({ hostStatus: 0x01 }), 'transport', 'down'],
    ['DID_BUS_BUSY', end({ hostStatus: 0x02 }), 'busy', 'retry'],
    ['DID_TIME_OUT', end({ hostStatus: 0x03 }), 'timeout', 'down'],
    ['DID_BAD_TARGET', end({ hostStatus: 0x04 }), 'transport', 'down'],
    ['DID_ABORT', end({ hostStatus: 0x05 }), 'aborted', 'retry'],
    ['DID_ERROR', end({ hostStatus: 0x07 }), 'failed', 'down'],
    ['DID_RESET', end({ hostStatus: 0x08 }), 'aborted', 'retry'],
    ['DID_IMM_RETRY', end({ hostStatus: 0x0c }), 'busy', 'retry'],
    ['DID_TRANSPORT_DISRUPTED', end({ hostStatus: 0x0e }), 'transport', 'down'],
    ['DID_TRANSPORT_FAILFAST', end({ hostStatus: 0x0f }), 'transport', 'down'],
    ['DID_TARGET_FAILURE alone', end({ hostStatus: 0x10 }), 'failed', 'down'],
    ['DID_TRANSPORT_MARGINAL', end({ hostStatus: 0x14 }), 'transport', 'down'],
    ['a host byte over good sense data', { ...check(6, 0x29, 0), hostStatus: 0x01 }, 'transport', 'down'],
    ['a host byte that does not exist', end({ hostStatus: 0xff }), 'malformed', 'down'],
    ['DRIVER_TIMEOUT', end({ driverStatus: 0x06 }), 'timeout', 'down'],
    ['DRIVER_ERROR', end({ driverStatus: 0x04 }), 'failed', 'down'],
  ];
  for (const [what, status, outcome, wanted] of rows) {
    it(`of ${what} is "${outcome}": ${wanted}`, () => {
      expect(outcomeOf(status)).to.equal(outcome);
      expect(verdict(outcome)).to.equal(wanted);
    });
  }

  for (const [name, outcome] of [
    ['sense-power-on', 'unit-attention'],
    ['sense-standby', 'standby'],
    ['sense-unavailable', 'unavailable'],
    ['sense-transitioning', 'transitioning'],
    ['sense-alua-offline', 'rejected'],
    ['sense-lun-gone', 'lun-gone'],
  ] as const) {
    it(`of the captured ${name} is "${outcome}"`, () => {
      expect(outcomeOf(end({ status: CHECK_CONDITION, sense: decodeSense(hexBytes(name)) }))).to.equal(outcome);
    });
  }

  it('that says "up" needs the device to have answered', () => {
    const byte = fc.integer({ min: 0, max: 0xff });
    const sense = fc.option(fc.record({ key: fc.nat(15), asc: byte, ascq: byte, deferred: fc.boolean() }));
    const status = fc.record({ status: byte, hostStatus: byte, driverStatus: byte, sense });
    fc.assert(
      fc.property(status, (any) => {
        const up = verdict(outcomeOf(any)) === 'up';
        const reserved = (any.status & 0x7e) === 0x18;
        // Beside a reservation conflict, only digests of the sense data may stand in the host byte.
        return !up || reserved || any.hostStatus === 0 || (any.hostStatus >= 0x10 && any.hostStatus <= 0x13);
      }),
    );
  });

  it('is one of a closed set, each with a verdict', () => {
    expect(Object.keys(outcomes)).to.have.length(17);
  });
});

describe('the end of a command in words', () => {
  for (const [status, text] of [
    [good, 'GOOD'],
    [end({ hostStatus: 0x0e }), 'DID_TRANSPORT_DISRUPTED'],
    [end({ hostStatus: 0x44 }), 'host byte 44h'],
    [end({ status: 0x24 }), 'status 24h'],
    [check(2, 4, 0x0b), 'CHECK CONDITION, NOT READY 04h/0bh (target port in standby state)'],
    [end({ driverStatus: 0x06 }), 'GOOD, driver byte 06h'],
    [end({ status: 0x18, hostStatus: 0x11 }), 'DID_NEXUS_FAILURE, RESERVATION CONFLICT'],
  ] as const) {
    it(`is "${text}"`, () => {
      expect(statusText(status)).to.equal(text);
    });
  }
});
