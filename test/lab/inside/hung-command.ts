// A program with a SCSI command under way that does not complete, which then ends as it is told: `hung-command.js <way>
// <node>`. "channel" sends by the sg channel to an sg node, "sg-io" by the ioctl to a disk's node, for comparison.
// It prints "sent" and waits for "exit" or "throw" on standard input; SIGTERM has a handler that exits.
import { systemClock } from '../../../src/base/clock.js';
import { addressOf, ioctl, open, openFlags } from '../../../src/ffi/libc.js';
import { Poller } from '../../../src/ffi/poller.js';
import { testUnitReady } from '../../../src/scsi/cdb.js';
import { SgChannel } from '../../../src/scsi/sg-channel.js';
import { sgHeaderLayout, writeSgHeader } from '../../../src/scsi/sg-header.js';

/** The kernel gives the command up after this, so that the lab can go on. */
const kernelTimeoutMs = 2000;
const SG_IO = 0x2285;

const [, , way, node = ''] = process.argv;
process.on('SIGTERM', () => process.exit(0));
process.stdin.on('data', (text) => {
  if (text.toString().startsWith('exit')) process.exit(0);
  throw new Error('An exception that nobody catches');
});

if (way === 'channel') {
  const channel = SgChannel.open(node, { poller: new Poller(), clock: systemClock });
  void channel.submit(testUnitReady(), { timeoutMs: 60_000, kernelTimeoutMs });
  if (channel.outstanding !== 1) throw new Error('The command was not sent');
  // Waiting in epoll_wait by now, as a daemon would.
  setImmediate(() => process.stdout.write('sent\n'));
} else {
  const fd = open(node, openFlags.O_RDONLY | openFlags.O_NONBLOCK);
  const cdb = testUnitReady();
  const sense = Buffer.alloc(96);
  const header = Buffer.alloc(sgHeaderLayout.size);
  const at = (bytes: Buffer) => ({ address: addressOf(bytes), length: bytes.length });
  const none = { direction: 'none', address: 0n, length: 0 } as const;
  writeSgHeader(header, { packId: 1, kernelTimeoutMs, cdb: at(cdb), sense: at(sense), data: none });
  process.stdout.write('sent\n', () => ioctl(fd, SG_IO, header));
}
