// A path whose commands never complete: it costs its own probe the deadline, and nobody anything else.
import { expect } from 'chai';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../../src/base/clock.js';
import { Poller } from '../../../src/ffi/poller.js';
import { testUnitReady } from '../../../src/scsi/cdb.js';
import { probePath, readTargetPortGroups, readWwid } from '../../../src/scsi/probe.js';
import { SgChannel } from '../../../src/scsi/sg-channel.js';
import { LabArray } from '../inside/array.js';
import { plug, pull, setAlua } from '../inside/faults.js';
import { hang, loadScsiDebug, unhang, unloadScsiDebug } from '../inside/scsi-debug.js';
import { until } from '../inside/until.js';

const deadlineMs = 500;
/** Once a path hangs, its commands stay in the kernel for this long. */
const kernelTimeoutMs = 2000;
const program = join(import.meta.dirname, '../inside/hung-command.js');

describe('lab: a path that hangs', () => {
  const poller = new Poller();
  const channels: SgChannel[] = [];
  const figures: string[] = [];
  let array: LabArray;
  let good: SgChannel;
  let bad: SgChannel;
  let offline: SgChannel;
  let badDisk: string;
  let offlineDisk: string;

  before(async () => {
    array = await LabArray.create({ ports: 2, luns: [{ name: 'data', sizeMb: 16, serial: '0000b001' }] });
    const disks = [...(await loadScsiDebug({ luns: 2, hosts: 1, sizeMb: 8 })).values()].flat();
    [badDisk, offlineDisk] = [disks[0] ?? '', disks[1] ?? ''];
    good = open(array.disk('data', 0));
    bad = open(badDisk);
    offline = open(offlineDisk);
  });
  after(async () => {
    for (const channel of channels) channel.close();
    await poller.close();
    await unloadScsiDebug();
    array.end();
    process.stdout.write(figures.map((line) => `      ${line}\n`).join(''));
  });

  const open = (disk: string): SgChannel => {
    const channel = SgChannel.open(sgNode(disk), { poller, clock: systemClock });
    channels.push(channel);
    return channel;
  };
  const probe = (channel: SgChannel, timeoutMs = 2000) => probePath(channel, systemClock, { timeoutMs });

  describe('before it does', () => {
    it('answers probes, each in a few milliseconds', async () => {
      const latencies: number[] = [];
      for (let count = 0; count < 500; count++) {
        const { outcome, latencyMs } = await probe(good);
        expect(outcome).to.equal('good');
        latencies.push(latencyMs);
      }
      latencies.sort((a, b) => a - b);
      const [median = NaN, worst = NaN] = [latencies[250], latencies[495]];
      figures.push(`TEST UNIT READY: median ${median.toFixed(2)} ms, 99th percentile ${worst.toFixed(2)} ms`);
      expect(median).to.be.below(10);
    });

    it('says whom it leads to, and how it serves I/O', async () => {
      const { value: wwid } = await readWwid(good, systemClock, { timeoutMs: 2000 });
      expect(wwid).to.equal(array.wwid('data').replace('naa.', '3'));
      const { value: groups } = await readTargetPortGroups(good, systemClock, { timeoutMs: 2000 });
      expect(groups?.map(({ state }) => state)).to.include('optimized');
    });

    it('is in standby where the array says so', async () => {
      await setAlua(array, 1, 'standby');
      const channel = open(array.disk('data', 1));
      expect((await probe(channel)).outcome).to.equal('standby');
      await setAlua(array, 1, 'active/optimized');
      expect((await probe(channel)).outcome).to.equal('good');
    });

    it('is down at once through a pulled port, and up after the plug, past the unit attention', async () => {
      await pull(array, 1);
      const channel = open(array.disk('data', 1));
      const down = await probe(channel);
      expect([down.outcome, down.reason]).to.deep.equal(['transport', 'DID_TRANSPORT_DISRUPTED']);
      await plug(array, 1);
      const { outcome, attempts } = await probe(channel);
      expect([outcome, attempts]).to.deep.equal(['good', 2]);
    });

    it('is down at once where the kernel has set the device offline', async () => {
      writeFileSync(`/sys/block/${offlineDisk}/device/state`, 'offline\n');
      const { outcome, reason, latencyMs } = await probe(offline);
      expect([outcome, reason]).to.deep.equal(['transport', 'DID_NO_CONNECT']);
      expect(latencyMs).to.be.below(100);
    });

    it('ends its channel when the device is deleted, idle as it is', async () => {
      writeFileSync(`/sys/block/${offlineDisk}/device/delete`, '1');
      await until('the channel has ended', () => !offline.isOpen);
      expect((await probe(offline)).outcome).to.equal('device-gone');
    });
  });

  describe('when it does', () => {
    before(async () => {
      // Past its unit attention, which would be answered even now.
      expect((await probe(bad)).outcome).to.equal('good');
      await hang();
    });
    after(async () => {
      await unhang();
      // Programs that have gone left their commands in the kernel.
      await until(
        'nothing is outstanding',
        async () => bad.outstanding === 0 && (await probe(bad)).outcome === 'good',
        {
          withinMs: 20_000,
        },
      );
    });

    it('gives "timeout" at the deadline, while the event loop runs on and another path is probed', async () => {
      const started = performance.now();
      const hung = bad.submit(testUnitReady(), { timeoutMs: deadlineMs, kernelTimeoutMs });
      const submitMs = performance.now() - started;
      let worstLag = 0;
      let probes = 0;
      const running = new AbortController();
      void hung.finally(() => running.abort());
      while (!running.signal.aborted) {
        const before = performance.now();
        await new Promise((resolve) => setTimeout(resolve, 10));
        worstLag = Math.max(worstLag, performance.now() - before - 10);
        expect((await probe(good)).outcome).to.equal('good');
        probes++;
      }
      const { outcome, durationMs } = await hung;
      const times = `submitted in ${submitMs.toFixed(2)} ms, timed out after ${durationMs.toFixed(0)} of ${deadlineMs} ms`;
      figures.push(`${times}; meanwhile ${probes} probes elsewhere, worst lag ${worstLag.toFixed(0)} ms`);
      expect(outcome).to.equal('timeout');
      expect(durationMs).to.be.within(deadlineMs - 1, deadlineMs + 100);
      expect(worstLag).to.be.below(100);
      expect(probes).to.be.above(5);
    });

    it('gets no second command while it has one', async () => {
      expect(bad.outstanding).to.equal(1);
      const { outcome, reason } = await bad.submit(testUnitReady(), { timeoutMs: deadlineMs });
      expect([outcome, reason]).to.deep.equal(['not-sent', 'an earlier command is outstanding']);
    });

    it('can be asked again once the kernel has given the command up', async () => {
      await until('the kernel has given it up', () => bad.outstanding === 0, { withinMs: 10_000 });
      const { outcome } = await bad.submit(testUnitReady(), { timeoutMs: deadlineMs, kernelTimeoutMs });
      expect(outcome).to.equal('timeout');
    });

    for (const [how, end] of [
      ['process.exit()', (child: ChildProcess) => void child.stdin?.write('exit\n')],
      ['SIGTERM, handled', (child: ChildProcess) => void child.kill('SIGTERM')],
      ['an uncaught exception', (child: ChildProcess) => void child.stdin?.write('throw\n')],
      ['SIGKILL', (child: ChildProcess) => void child.kill('SIGKILL')],
    ] as const) {
      it(`lets a program with a hung command end at once by ${how}`, async () => {
        const ms = await timeToEnd(['channel', sgNode(badDisk)], end);
        figures.push(`a program with a hung command ended by ${how} in ${ms.toFixed(0)} ms`);
        expect(ms).to.be.below(1000);
      });
    }

    it('would hold a program in SG_IO against SIGKILL until the kernel gives up', async () => {
      const ms = await timeToEnd(['sg-io', `/dev/${badDisk}`], (child) => child.kill('SIGKILL'));
      figures.push(`a program in SG_IO on the disk ended by SIGKILL in ${ms.toFixed(0)} ms`);
      expect(ms).to.be.above(1000);
    });
  });
});

/** The sg node of a disk. */
function sgNode(disk: string): string {
  return `/dev/${readdirSync(`/sys/block/${disk}/device/scsi_generic`)[0] ?? ''}`;
}

/** Starts the program, waits until its command is under way, ends it and measures until it is gone. */
async function timeToEnd(args: readonly string[], end: (child: ChildProcess) => unknown): Promise<number> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['pipe', 'pipe', 'ignore'] });
  const gone = once(child, 'exit');
  await once(child.stdout, 'data');
  // The ioctl comes after the word.
  await new Promise((resolve) => setTimeout(resolve, 200));
  const started = performance.now();
  end(child);
  await gone;
  return performance.now() - started;
}
