import { expect } from 'chai';
import { errno } from '../../../src/ffi/errno.js';
import { testUnitReady, inquiry } from '../../../src/scsi/cdb.js';
import type { Obstacle } from '../../../src/scsi/queue-guard.js';
import { KERNEL_TIMEOUT_MS, SgChannel } from '../../../src/scsi/sg-channel.js';
import { FakeClock } from '../../support/fake-clock.js';
import { FakeSg } from './fake-sg.js';
import { hexBytes } from './hex-fixture.js';

describe('an sg channel', () => {
  let sg: FakeSg;
  let clock: FakeClock;
  let obstacle: Obstacle | null;
  let channel: SgChannel;
  const open = (): SgChannel =>
    SgChannel.open('/dev/sg0', {
      poller: sg,
      clock,
      driver: sg,
      guard: { obstacle: () => obstacle, close: () => undefined },
    });
  beforeEach(() => {
    sg = new FakeSg();
    clock = new FakeClock();
    obstacle = null;
    channel = open();
  });

  it('hands over the CDB and resolves with the answer', async () => {
    const reply = channel.submit(testUnitReady(), { timeoutMs: 1000 });
    expect(channel.outstanding).to.equal(1);
    expect(sg.taken.map(({ cdb }) => cdb)).to.deep.equal(['000000000000']);
    await clock.advance(7);
    sg.answer();
    expect(await reply).to.deep.equal({
      outcome: 'good',
      status: 0,
      hostStatus: 0,
      driverStatus: 0,
      sense: null,
      data: Buffer.alloc(0),
      residual: 0,
      durationMs: 7,
      reason: 'GOOD',
    });
    expect(channel.outstanding).to.equal(0);
    expect(clock.pending).to.deep.equal([]);
  });

  it('gives the data that came, no byte more', async () => {
    const reply = channel.submit(inquiry(252), { timeoutMs: 1000, dataIn: 252 });
    sg.answer({ data: hexBytes('inquiry-lio') });
    const { data, residual } = await reply;
    expect(data).to.deep.equal(hexBytes('inquiry-lio'));
    expect(residual).to.equal(156);
  });

  for (const [residual, length] of [
    [-1, 96],
    [97, 0],
    [0x7fff_ffff, 0],
    [-0x8000_0000, 96],
  ] as const) {
    it(`stays within its memory for a residual of ${residual}`, async () => {
      const reply = channel.submit(inquiry(96), { timeoutMs: 1000, dataIn: 96 });
      sg.answer({ data: hexBytes('inquiry-lio'), residual });
      const { data, residual: counted } = await reply;
      expect([data.length, counted]).to.deep.equal([length, 96 - length]);
    });
  }

  it('hands over data for the device, and takes none from it', async () => {
    const dataOut = Buffer.from('0123456789abcdef', 'hex');
    const reply = channel.submit(Buffer.alloc(10, 0x5f), { timeoutMs: 1000, dataOut });
    dataOut.fill(0);
    expect(sg.taken.map((taken) => [taken.dataLength, taken.dataOut])).to.deep.equal([[8, '0123456789abcdef']]);
    sg.answer({ residual: 3 });
    const { outcome, data, residual } = await reply;
    expect([outcome, data.length, residual]).to.deep.equal(['good', 0, 3]);
  });

  it('decodes sense data, and gives no data with it', async () => {
    const reply = channel.submit(inquiry(96), { timeoutMs: 1000, dataIn: 96 });
    sg.answer({ status: 2, sense: hexBytes('sense-standby'), data: Buffer.alloc(96, 1) });
    const { outcome, data, reason } = await reply;
    expect(outcome).to.equal('standby');
    expect(data).to.have.length(0);
    expect(reason).to.equal('CHECK CONDITION, NOT READY 04h/0bh (target port in standby state)');
  });

  it('takes no sense from an answer longer than the kernel can give', async () => {
    const reply = channel.submit(testUnitReady(), { timeoutMs: 1000 });
    sg.answer({ status: 2, sense: Buffer.concat([hexBytes('sense-standby'), Buffer.alloc(200, 0xff)]) });
    expect((await reply).outcome).to.equal('standby');
  });

  it('resolves with "timeout" at its deadline and keeps the command', async () => {
    const reply = channel.submit(testUnitReady(), { timeoutMs: 500 });
    await clock.advance(499);
    expect(clock.pending).to.deep.equal(['SCSI command']);
    await clock.advance(1);
    const { outcome, durationMs, reason } = await reply;
    expect([outcome, durationMs, reason]).to.deep.equal(['timeout', 500, 'no answer after 500 ms']);
    expect(channel.outstanding).to.equal(1);
  });

  it('lets go of a late answer, and then takes commands again', async () => {
    const late = channel.submit(inquiry(96), { timeoutMs: 500, dataIn: 96 });
    await clock.advance(500);
    await late;
    expect((await channel.submit(testUnitReady(), { timeoutMs: 500 })).outcome).to.equal('not-sent');
    sg.answer({ data: hexBytes('inquiry-lio') });
    expect(channel.outstanding).to.equal(0);
    const next = channel.submit(testUnitReady(), { timeoutMs: 500 });
    sg.answer();
    expect((await next).outcome).to.equal('good');
  });

  it('sends beside an outstanding command where the caller asks for it, and keeps the answers apart', async () => {
    const first = channel.submit(testUnitReady(), { timeoutMs: 500 });
    const second = channel.submit(inquiry(96), { timeoutMs: 500, dataIn: 96, besideOthers: true });
    expect(channel.outstanding).to.equal(2);
    sg.complete({ status: 2, sense: hexBytes('sense-standby') });
    sg.complete({ data: hexBytes('inquiry-lio') });
    sg.wake();
    expect((await first).outcome).to.equal('standby');
    expect((await second).data).to.deep.equal(hexBytes('inquiry-lio'));
  });

  describe('with a queue that could put it to sleep', () => {
    const passing = { reason: 'no room', passing: true, silent: false };

    it('sends nothing where that will not pass', async () => {
      obstacle = { reason: 'the SCSI device is in state "quiesce"', passing: false, silent: false };
      const { outcome, reason } = await channel.submit(testUnitReady(), { timeoutMs: 500 });
      expect([outcome, reason]).to.deep.equal(['not-sent', 'the SCSI device is in state "quiesce"']);
      expect([sg.taken.length, clock.pending.length]).to.deep.equal([0, 0]);
    });

    it('sends as soon as there is room, within the same deadline', async () => {
      obstacle = passing;
      const reply = channel.submit(testUnitReady(), { timeoutMs: 500 });
      await clock.advance(100);
      expect([sg.taken.length, channel.outstanding]).to.deep.equal([0, 1]);
      obstacle = null;
      await clock.advance(60);
      expect([sg.taken.length, channel.outstanding]).to.deep.equal([1, 1]);
      await clock.advance(340);
      const { outcome, durationMs } = await reply;
      expect([outcome, durationMs]).to.deep.equal(['timeout', 380]);
    });

    for (const [silent, outcome] of [
      [false, 'not-sent'],
      [true, 'timeout'],
    ] as const) {
      it(`ends as "${outcome}" before the deadline where the device ${silent ? 'completes nothing' : 'has no room'}`, async () => {
        obstacle = passing;
        const reply = channel.submit(testUnitReady(), { timeoutMs: 500 });
        await clock.advance(60);
        obstacle = { ...passing, silent };
        await clock.advance(440);
        const found = await reply;
        expect([found.outcome, found.reason, found.durationMs]).to.deep.equal([outcome, 'no room', 480]);
        expect([sg.taken.length, channel.outstanding, clock.pending.length]).to.deep.equal([0, 0, 0]);
      });
    }

    it('takes no second command while one waits', async () => {
      obstacle = passing;
      void channel.submit(testUnitReady(), { timeoutMs: 500 });
      expect((await channel.submit(testUnitReady(), { timeoutMs: 500 })).reason).to.equal(
        'an earlier command is outstanding',
      );
    });

    it('waits no longer when it is closed', async () => {
      obstacle = passing;
      const reply = channel.submit(testUnitReady(), { timeoutMs: 500 });
      channel.close();
      await clock.advance(60);
      expect((await reply).reason).to.equal('the channel is closed');
    });
  });

  it('gives the kernel a time limit well beyond its own deadline', () => {
    void channel.submit(testUnitReady(), { timeoutMs: 500 });
    void channel.submit(testUnitReady(), { timeoutMs: 90_000, besideOthers: true });
    void channel.submit(testUnitReady(), { timeoutMs: 500, besideOthers: true, kernelTimeoutMs: 2000 });
    expect(sg.taken.map(({ kernelTimeoutMs }) => kernelTimeoutMs)).to.deep.equal([KERNEL_TIMEOUT_MS, 90_000, 2000]);
  });

  for (const [name, error, outcome, stays] of [
    ['ENODEV', errno.ENODEV, 'device-gone', false],
    ['ENXIO', errno.ENXIO, 'device-gone', false],
    ['ENOMEM', errno.ENOMEM, 'not-sent', true],
    ['EPERM', errno.EPERM, 'not-sent', true],
  ] as const) {
    it(`tells "${outcome}" where the driver refuses a command with ${name}`, async () => {
      sg.submitError = error;
      const reply = await channel.submit(testUnitReady(), { timeoutMs: 500 });
      expect(reply.outcome).to.equal(outcome);
      expect(reply.reason).to.equal(`submit failed with ${name} (${error})`);
      expect(channel.isOpen).to.equal(stays);
      expect(clock.pending).to.deep.equal([]);
    });
  }

  for (const [kernel, remove] of [
    ['a kernel that says so by read()', () => (sg.collectErrors = [{ error: errno.ENODEV }])],
    ['one that goes on with EAGAIN', () => (sg.gone = true)],
  ] as const) {
    it(`ends at once when the device is removed, with ${kernel}: a hung up descriptor would wake it for ever`, async () => {
      const reply = channel.submit(testUnitReady(), { timeoutMs: 500 });
      remove();
      sg.wake();
      expect((await reply).outcome).to.equal('device-gone');
      expect([channel.isOpen, sg.watches, sg.openFds, channel.outstanding]).to.deep.equal([false, 0, 0, 0]);
      expect((await channel.submit(testUnitReady(), { timeoutMs: 500 })).outcome).to.equal('device-gone');
    });

    it(`does so while idle too, with ${kernel}`, () => {
      remove();
      sg.wake();
      expect([channel.isOpen, sg.watches, sg.openFds]).to.deep.equal([false, 0, 0]);
    });
  }

  it('takes the answers that are there before it asks whether the device is gone', async () => {
    const reply = channel.submit(testUnitReady(), { timeoutMs: 500 });
    sg.complete();
    sg.gone = true;
    sg.wake();
    expect((await reply).outcome).to.equal('good');
    expect(channel.isOpen).to.equal(true);
    sg.wake();
    expect(channel.isOpen).to.equal(false);
  });

  it('gives up one command whose answer cannot be copied, and goes on', async () => {
    const reply = channel.submit(testUnitReady(), { timeoutMs: 500 });
    await clock.advance(3);
    sg.collectErrors = [{ error: errno.EFAULT, packId: 1 }];
    sg.wake();
    const { outcome, durationMs } = await reply;
    expect([outcome, durationMs]).to.deep.equal(['not-sent', 3]);
    expect(channel.isOpen).to.equal(true);
  });

  it('ends where reading fails for no command of its own', async () => {
    const reply = channel.submit(testUnitReady(), { timeoutMs: 500 });
    sg.collectErrors = [{ error: errno.EPERM }];
    sg.wake();
    const { outcome, reason } = await reply;
    expect([outcome, reason]).to.deep.equal(['not-sent', 'read failed with EPERM (1)']);
    expect(channel.isOpen).to.equal(false);
  });

  for (const error of [errno.EAGAIN, errno.EINTR]) {
    it(`waits on where there is nothing to read (errno ${error})`, () => {
      void channel.submit(testUnitReady(), { timeoutMs: 500 });
      sg.collectErrors = [{ error }];
      sg.wake();
      expect([channel.isOpen, channel.outstanding, sg.collects]).to.deep.equal([true, 1, 1]);
    });
  }

  it('passes over an answer that belongs to nobody', () => {
    void channel.submit(testUnitReady(), { timeoutMs: 500 });
    sg.answer({ packId: 99 });
    expect([channel.isOpen, channel.outstanding]).to.deep.equal([true, 1]);
  });

  it('answers callers that still wait when it is closed, once', async () => {
    const reply = channel.submit(testUnitReady(), { timeoutMs: 500 });
    channel.close();
    channel.close();
    const { outcome, reason } = await reply;
    expect([outcome, reason]).to.deep.equal(['not-sent', 'the channel is closed']);
    expect([sg.watches, sg.openFds]).to.deep.equal([0, 0]);
    expect((await channel.submit(testUnitReady(), { timeoutMs: 500 })).reason).to.equal('the channel is closed');
    sg.wake();
  });

  it('keeps apart ten thousand commands in a row', async () => {
    for (let count = 0; count < 10_000; count++) {
      const reply = channel.submit(testUnitReady(), { timeoutMs: 500 });
      sg.answer();
      expect((await reply).outcome).to.equal('good');
    }
    expect(new Set(sg.taken.map(({ packId }) => packId)).size).to.equal(10_000);
    expect(clock.pending).to.deep.equal([]);
  });

  it('tells of a node that cannot be opened, by name and errno', () => {
    sg.openError = errno.ENXIO;
    expect(open).to.throw('Cannot open "/dev/sg0": kernel returned ENXIO (6)');
  });

  it('leaves no descriptor open where it cannot be watched', () => {
    sg.watchError = new Error('no');
    const before = sg.openFds;
    expect(open).to.throw('no');
    expect(sg.openFds).to.equal(before);
  });

  it('uses the kernel where nothing else is given', () => {
    expect(() => SgChannel.open('/dev/sg-that-is-not-there', { poller: sg, clock })).to.throw(
      'Cannot open "/dev/sg-that-is-not-there": kernel returned ENOENT (2)',
    );
  });
});
