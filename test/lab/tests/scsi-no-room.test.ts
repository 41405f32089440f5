// A host whose command slots a hung disk holds, most of them uncounted: one more command would put its sender to sleep,
// beyond the reach of SIGKILL, until the kernel's time limits have run out.
import { expect } from 'chai';
import { readdirSync, writeFileSync } from 'node:fs';
import { systemClock } from '../../../src/base/clock.js';
import { Poller } from '../../../src/ffi/poller.js';
import { probePath } from '../../../src/scsi/probe.js';
import { SgChannel } from '../../../src/scsi/sg-channel.js';
import { type IoRun, startReader } from '../inside/io.js';
import { hang, modprobe, unhang, unloadScsiDebug } from '../inside/scsi-debug.js';
import { readAttribute, until } from '../inside/until.js';

const slots = 8;
const depth = 2;

describe('lab: a host without a free command slot', () => {
  const poller = new Poller();
  let disks: string[];
  let full: SgChannel;
  let other: SgChannel;
  let reader: IoRun;

  before(async () => {
    modprobe('scsi_debug', 'add_host=1', 'max_luns=2', 'dev_size_mb=8', `max_queue=${slots}`);
    disks = await until('there are two disks', () => (debugDisks().length === 2 ? debugDisks() : undefined));
    for (const disk of disks) {
      writeFileSync(`/sys/block/${disk}/queue/scheduler`, 'none');
      // The kernel sends a command again after this: the shortest hang there can be.
      writeFileSync(`/sys/block/${disk}/device/timeout`, '1');
      writeFileSync(`/sys/block/${disk}/device/eh_timeout`, '1');
    }
    writeFileSync(`/sys/block/${disks[0] ?? ''}/device/queue_depth`, `${depth}\n`);
    [full, other] = disks.map((disk) => SgChannel.open(sgNode(disk), { poller, clock: systemClock })) as [
      SgChannel,
      SgChannel,
    ];
    expect((await probe(full)).outcome).to.equal('good');
    expect((await probe(other)).outcome).to.equal('good');
    reader = await startReader(`/dev/${disks[0] ?? ''}`, { depth: slots + 4, pauseMs: 0 });
  });
  after(async () => {
    await unhang();
    reader.kill();
    await until(
      'both disks answer',
      async () => [(await probe(full)).outcome, (await probe(other)).outcome].join() === 'good,good',
      {
        withinMs: 40_000,
      },
    );
    full.close();
    other.close();
    await poller.close();
    await unloadScsiDebug();
  });

  const probe = (channel: SgChannel, timeoutMs = 2000) => probePath(channel, systemClock, { timeoutMs });

  it('lets probes through while the full disk still completes its commands', async () => {
    for (let count = 0; count < 20; count++) expect((await probe(full)).outcome).to.equal('good');
    for (let count = 0; count < 20; count++) expect((await probe(other)).outcome).to.equal('good');
  });

  it('counts fewer commands than are held once the disk hangs', async () => {
    await hang();
    const [disk = ''] = disks;
    const file = (name: string): string => `/sys/block/${disk}/device/${name}`;
    await until('the disk is full', () => readAttribute(file('device_busy')) === String(depth));
    const stands = async (): Promise<boolean> => {
      const completions = readAttribute(file('iodone_cnt'));
      await new Promise((resolve) => setTimeout(resolve, 200));
      return completions === readAttribute(file('iodone_cnt'));
    };
    await until('it completes nothing', stands);
    const host = /^\d+/.exec(hostOf(disk))?.[0] ?? '';
    expect(Number(readAttribute(`/sys/class/scsi_host/host${host}/host_busy`))).to.be.below(slots - 1);
  });

  it('sends nothing to the other disk, and the program goes on', async () => {
    const started = performance.now();
    const { outcome, reason } = await probe(other, 300);
    expect(outcome).to.equal('not-sent');
    expect(reason).to.match(/is full and may hold every command slot of its host$/);
    expect(performance.now() - started).to.be.below(1000);
  });

  it('calls the hung disk timed out at the deadline, without a command of its own', async () => {
    const { outcome, reason } = await probe(full, 300);
    expect([outcome, reason]).to.deep.equal(['timeout', 'the SCSI device has 2 commands of 2 and completes none']);
    expect(full.outstanding).to.equal(0);
  });
});

/** The disks of scsi_debug that have a node. */
function debugDisks(): string[] {
  return readdirSync('/sys/block').filter((disk) => readAttribute(`/sys/block/${disk}/device/model`) === 'scsi_debug');
}

/** The sg node of a disk. */
function sgNode(disk: string): string {
  return `/dev/${readdirSync(`/sys/block/${disk}/device/scsi_generic`)[0] ?? ''}`;
}

/** "host:channel:target:lun" of a disk. */
function hostOf(disk: string): string {
  return readdirSync(`/sys/block/${disk}/device/scsi_device`)[0] ?? '';
}
