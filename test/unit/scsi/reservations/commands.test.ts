import { expect } from 'chai';
import { reservationKey } from '../../../../src/base/reservation.js';
import type { Outcome } from '../../../../src/scsi/outcome.js';
import type { ReservationQuestion } from '../../../../src/scsi/reservations/cdb.js';
import type { Finding } from '../../../../src/scsi/question.js';
import { askReservation, sendReservation } from '../../../../src/scsi/reservations/commands.js';
import type { ScsiReply } from '../../../../src/scsi/sg-channel.js';
import { replyWithout } from '../../../../src/scsi/sg-command.js';
import { FakeClock } from '../../../support/fake-clock.js';
import { hexBytes } from '../hex-fixture.js';
import { Script, settled } from '../script.js';

const key = reservationKey('0123456789abcdef');
const ended = (outcome: Outcome): ScsiReply => replyWithout(outcome, `it was ${outcome}`, 3);
const brought = (data: Buffer): ScsiReply => ({ ...ended('good'), data });

describe('asking for reservations', () => {
  const clock = new FakeClock();
  const options = { timeoutMs: 1000 };
  const ask = (question: ReservationQuestion, ...replies: readonly ScsiReply[]) => {
    const script = new Script(clock, replies);
    return settled<Finding<unknown>>(clock, askReservation(script, clock, question, options)).then((found) => ({
      found,
      script,
    }));
  };

  for (const [name, question, fixture, cdb, room] of [
    ['READ KEYS', 'read-keys', 'pr-keys-lio', '5e000000000000100000', 4096],
    ['READ RESERVATION', 'read-reservation', 'pr-reservation-lio', '5e010000000000010000', 256],
    ['REPORT CAPABILITIES', 'report-capabilities', 'pr-capabilities-lio', '5e020000000000002000', 32],
    ['READ FULL STATUS', 'read-full-status', 'pr-full-status-lio', '5e030000000000fff800', 0xfff8],
  ] as const) {
    it(`sends ${name} with room enough, again after a unit attention, and decodes the answer`, async () => {
      const { found, script } = await ask(question, ended('unit-attention'), brought(hexBytes(fixture)));
      expect(found.outcome).to.equal('good');
      expect(found.value).not.to.equal(null);
      expect(script.asked.map((each) => [each.cdb, each.options.dataIn])).to.deep.equal(Array(2).fill([cdb, room]));
    });

    it(`tells a device that does not know ${name}, and one whose answer cannot be right`, async () => {
      const { found: unknown } = await ask(question, ended('rejected'));
      expect([unknown.outcome, unknown.value]).to.deep.equal(['rejected', null]);
      const cut = brought(hexBytes(fixture).subarray(0, 6));
      const { found: broken } = await ask(question, cut);
      expect([broken.outcome, broken.value]).to.deep.equal(['malformed', null]);
    });
  }

  it('reads more keys than there was room for in a second command', async () => {
    const header = Buffer.from('0000000100001400', 'hex');
    const whole = Buffer.concat([header, Buffer.alloc(0x1400, 0x11)]);
    const script = new Script(clock, [brought(whole.subarray(0, 4096)), brought(whole)]);
    const { value } = await settled(clock, askReservation(script, clock, 'read-keys', options));
    expect(value?.keys).to.have.length(640);
    expect(script.asked.map(({ cdb }) => cdb)).to.deep.equal(['5e000000000000100000', '5e000000000000140800']);
  });

  it('asks no more where the length is beyond all reason', async () => {
    const script = new Script(clock, [brought(Buffer.from('00000001ffffffff0123456789abcdef', 'hex'))]);
    expect((await settled(clock, askReservation(script, clock, 'read-keys', options))).outcome).to.equal('malformed');
    expect(script.asked).to.have.length(1);
  });

  it('passes on that it may go beside other commands', async () => {
    const script = new Script(clock, [brought(hexBytes('pr-keys-lio'))]);
    await settled(clock, askReservation(script, clock, 'read-keys', { ...options, besideOthers: true }));
    expect(script.asked[0]?.options).to.deep.equal({ timeoutMs: 1000, besideOthers: true, dataIn: 4096 });
  });
});

describe('PERSISTENT RESERVE OUT on a path', () => {
  const clock = new FakeClock();
  const send = (...replies: ScsiReply[]) => {
    const script = new Script(clock, replies);
    const sent = sendReservation(script, clock, { action: 'clear', key }, { timeoutMs: 1000 });
    return settled(clock, sent).then((result) => ({ result, asked: script.asked }));
  };

  it('sends CDB and parameters', async () => {
    const { result, asked } = await send(ended('good'));
    expect(result).to.deep.equal({ end: 'done', outcome: 'good', reason: 'it was good' });
    expect(asked.map(({ cdb }) => cdb)).to.deep.equal(['5f030000000000001800']);
    expect(Buffer.from(asked[0]?.options.dataOut ?? []).toString('hex')).to.equal('0123456789abcdef' + '0'.repeat(32));
  });

  for (const [outcome, end] of [
    ['reservation-conflict', 'conflict'],
    ['rejected', 'rejected'],
    ['standby', 'not-done'],
    ['unavailable', 'not-done'],
    ['transitioning', 'not-done'],
    ['lun-gone', 'not-done'],
    ['not-sent', 'unknown'],
    ['not-ready', 'unknown'],
    ['aborted', 'unknown'],
    ['transport', 'unknown'],
    ['timeout', 'unknown'],
    ['device-gone', 'unknown'],
    ['malformed', 'unknown'],
    ['failed', 'unknown'],
  ] as const) {
    it(`is ${end} where it ended as "${outcome}", and is sent once`, async () => {
      const { result, asked } = await send(ended(outcome));
      expect([result.end, asked.length]).to.deep.equal([end, 1]);
    });
  }

  it('goes again after a unit attention: the device has not looked at it', async () => {
    const { result, asked } = await send(ended('unit-attention'), ended('unit-attention'), ended('good'));
    expect([result.end, asked.length]).to.deep.equal(['done', 3]);
    expect((await send(...Array<ScsiReply>(5).fill(ended('unit-attention')))).result.end).to.equal('not-done');
  });

  it('goes again where the device is busy by its own word, and not by that of the host', async () => {
    expect((await send(ended('busy'), ended('good'))).result.end).to.equal('done');
    const { result, asked } = await send({ ...ended('busy'), hostStatus: 2 });
    expect([result.end, asked.length]).to.deep.equal(['unknown', 1]);
  });
});
