import { expect } from 'chai';
import { probePath, readTargetPortGroups, readWwid } from '../../../src/scsi/probe.js';
import { replyWithout } from '../../../src/scsi/sg-command.js';
import type { Outcome } from '../../../src/scsi/outcome.js';
import type { ScsiReply } from '../../../src/scsi/sg-channel.js';
import { FakeClock } from '../../support/fake-clock.js';
import { hexBytes, page83 } from './hex-fixture.js';
import { Script, settled } from './script.js';

const ended = (outcome: Outcome): ScsiReply => replyWithout(outcome, `it was ${outcome}`, 3);
const brought = (data: Buffer): ScsiReply => ({ ...ended('good'), data });

describe('the probe of a path', () => {
  let clock: FakeClock;
  beforeEach(() => (clock = new FakeClock()));
  const probe = (script: Script, timeoutMs = 1000) => settled(clock, probePath(script, clock, { timeoutMs }));

  it('asks once where the answer is clear', async () => {
    const script = new Script(clock, [ended('good')]);
    expect(await probe(script)).to.deep.equal({ outcome: 'good', latencyMs: 3, attempts: 1, reason: 'it was good' });
    expect(script.asked).to.deep.equal([{ cdb: '000000000000', options: { timeoutMs: 1000 } }]);
  });

  for (const outcome of ['standby', 'transport', 'timeout', 'lun-gone', 'transitioning', 'not-sent'] as const) {
    it(`does not repeat what ended as "${outcome}"`, async () => {
      expect((await probe(new Script(clock, [ended(outcome)]))).outcome).to.equal(outcome);
    });
  }

  it('asks again after a unit attention, at once', async () => {
    const script = new Script(clock, [ended('unit-attention'), ended('unit-attention'), ended('standby')]);
    const start = clock.monotonic();
    const { outcome, attempts } = await probe(script);
    expect([outcome, attempts, clock.monotonic() - start]).to.deep.equal(['standby', 3, 3]);
    expect(script.asked.map(({ options }) => options.timeoutMs)).to.deep.equal([1000, 999, 998]);
  });

  it('asks five times at most', async () => {
    const script = new Script(
      clock,
      Array.from({ length: 9 }, () => ended('unit-attention')),
    );
    const { outcome, attempts } = await probe(script);
    expect([outcome, attempts, script.asked.length]).to.deep.equal(['unit-attention', 5, 5]);
  });

  for (const outcome of ['busy', 'aborted'] as const) {
    it(`pauses before it asks again after "${outcome}"`, async () => {
      const start = clock.monotonic();
      const result = await probe(new Script(clock, [ended(outcome), ended('good')]));
      expect([result.outcome, result.attempts, clock.monotonic() - start]).to.deep.equal(['good', 2, 52]);
    });
  }

  it('does not ask again when the time is over', async () => {
    const script = new Script(clock, [ended('unit-attention'), ended('unit-attention')], 600);
    expect((await probe(script)).attempts).to.equal(2);
    expect((await probe(new Script(clock, [ended('busy')]), 40)).attempts).to.equal(1);
  });
});

describe('reading target port groups', () => {
  let clock: FakeClock;
  beforeEach(() => (clock = new FakeClock()));
  const read = (replies: readonly ScsiReply[]) => {
    const script = new Script(clock, replies);
    return settled(clock, readTargetPortGroups(script, clock, { timeoutMs: 1000 })).then((found) => ({
      found,
      script,
    }));
  };

  it('gives the groups', async () => {
    const { found, script } = await read([ended('unit-attention'), brought(hexBytes('rtpg-lio-standby'))]);
    expect(found.outcome).to.equal('good');
    expect(found.value?.map(({ id, state }) => [id, state])).to.deep.equal([[0, 'standby']]);
    expect(script.asked.map(({ cdb }) => cdb)).to.deep.equal(Array(2).fill('a30a00000000000004000000'));
  });

  it('cuts off what a driver that does not count leaves behind the answer', async () => {
    const data = Buffer.concat([hexBytes('rtpg-lio'), Buffer.alloc(1004)]);
    expect((await read([brought(data)])).found.value).to.have.length(1);
  });

  it('asks for all of an answer that is longer than the first room', async () => {
    // 200 groups of one port.
    const groups = Array.from({ length: 200 }, (_, id) => Buffer.from([0, 0xff, 0, id, 0, 0, 0, 1, 0, 0, 0, id]));
    const whole = Buffer.concat([Buffer.from([0, 0, 0x09, 0x60]), ...groups]);
    const { found, script } = await read([brought(whole.subarray(0, 1024)), brought(whole)]);
    expect(found.value).to.have.length(200);
    expect(script.asked.map(({ options }) => options.dataIn)).to.deep.equal([1024, 2404]);
    expect(script.asked[1]?.cdb).to.equal('a30a00000000000009640000');
  });

  it('says that an answer of absurd length is malformed, and asks no more', async () => {
    const { found } = await read([brought(Buffer.from('ffffffff00cf0000', 'hex'))]);
    expect(found.outcome).to.equal('malformed');
    expect(found.reason).to.match(/^REPORT TARGET PORT GROUPS data is malformed at byte 0/);
  });

  it('asks no third time where the answer grows again', async () => {
    const first = Buffer.from('00000800', 'hex');
    const { found } = await read([brought(first), brought(Buffer.from('00000900', 'hex'))]);
    expect(found.outcome).to.equal('malformed');
  });

  it('tells a device that does not know the command from one that does not answer', async () => {
    expect((await read([ended('rejected')])).found).to.deep.equal({
      outcome: 'rejected',
      value: null,
      reason: 'it was rejected',
    });
    expect((await read([ended('timeout')])).found.outcome).to.equal('timeout');
    expect((await read([brought(Buffer.alloc(0))])).found.outcome).to.equal('malformed');
  });
});

describe('reading the WWID of a path', () => {
  it('gives whom the path leads to now', async () => {
    const clock = new FakeClock();
    const script = new Script(clock, [brought(hexBytes('vpd83-lio'))]);
    const found = await settled(clock, readWwid(script, clock, { timeoutMs: 1000 }));
    expect(found).to.deep.equal({ outcome: 'good', value: '360014050123456789abcdef000000000', reason: 'GOOD' });
    expect(script.asked).to.deep.equal([{ cdb: '12018300fc00', options: { timeoutMs: 1000, dataIn: 252 } }]);
  });

  it('reads a page of more than 252 bytes in a second command', async () => {
    const clock = new FakeClock();
    const naa = Buffer.from('600a098038304437415d4b2f74476b41', 'hex');
    const page = page83([2, 1, `VENDOR  ${'x'.repeat(240)}`], [1, 3, naa]);
    const script = new Script(clock, [brought(page.subarray(0, 252)), brought(page)]);
    const { value } = await settled(clock, readWwid(script, clock, { timeoutMs: 1000 }));
    expect(value).to.equal(`3${naa.toString('hex')}`);
    expect(script.asked[1]?.options.dataIn).to.equal(page.length);
  });
});
