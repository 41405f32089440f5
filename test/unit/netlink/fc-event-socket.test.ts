import { expect } from 'chai';
import { hasErrno } from '../../../src/base/errors.js';
import { errno } from '../../../src/ffi/errno.js';
import { close } from '../../../src/ffi/libc.js';
import { Poller } from '../../../src/ffi/poller.js';
import { AF_NETLINK, socket, socketTypes } from '../../../src/ffi/socket.js';
import { FcEventSocket } from '../../../src/netlink/fc-event-socket.js';
import { NetlinkSocket } from '../../../src/netlink/netlink-socket.js';

const NETLINK_SCSITRANSPORT = 18;
const silent = { onEvent: () => undefined, onOverrun: () => undefined, onMalformed: () => undefined };

/** What the running kernel answers to whoever wants such a socket. */
function answer(): number {
  const fd = socket(AF_NETLINK, socketTypes.SOCK_DGRAM, NETLINK_SCSITRANSPORT);
  if (fd >= 0) close(fd);
  return Math.min(fd, 0);
}

describe('FcEventSocket on the running kernel', () => {
  const poller = new Poller();
  after(() => poller.close());

  it('opens where the kernel sends such events, and goes on without where it sends none', () => {
    const events = new FcEventSocket(poller);
    events.open(silent);
    events.open(silent);
    if (answer() === -errno.EPROTONOSUPPORT) expect(() => events.receiveLimit).to.throw('EBADF');
    else expect(events.receiveLimit).to.be.at.least(1024 * 1024);
    events.close();
    events.close();
  });

  it('is the only one that goes on: another kind of socket that the kernel does not have is an error', () => {
    const missing = new NetlinkSocket(poller, {
      name: 'missing',
      protocol: 31,
      groups: 1,
      maxBytes: 1,
      receiveBytes: 4096,
      decode: () => null,
    });
    expect(() => missing.open(silent))
      .to.throw('Cannot create the missing socket')
      .that.satisfies((error: unknown) => hasErrno(error, errno.EPROTONOSUPPORT));
  });
});
