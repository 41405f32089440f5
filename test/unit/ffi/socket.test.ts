import { expect } from 'chai';
import { errno } from '../../../src/ffi/errno.js';
import { close, expectOk, write } from '../../../src/ffi/libc.js';
import { AF_NETLINK, bind, getsockopt, netlinkAddress, recvmsg, setsockopt } from '../../../src/ffi/socket.js';
import { AF_UNIX, sendto, socket, socketTypes, unixAddress } from '../../../src/ffi/socket.js';

const NETLINK_ROUTE = 0;
const SOL_SOCKET = 1;
const SO_RCVBUF = 8;

/** NLM_F_REQUEST | NLM_F_DUMP for RTM_GETLINK: the kernel answers with one datagram or more (rtnetlink(7)). */
function linkDump(): Buffer {
  const request = Buffer.alloc(32);
  request.writeUInt32LE(32, 0);
  request.writeUInt16LE(18, 4);
  request.writeUInt16LE(0x301, 6);
  return request;
}

describe('sockets', () => {
  let fd: number;
  beforeEach(() => {
    fd = expectOk(socket(AF_NETLINK, socketTypes.SOCK_RAW | socketTypes.SOCK_NONBLOCK, NETLINK_ROUTE), 'open a socket');
    expectOk(bind(fd, netlinkAddress(0)), 'bind it');
  });
  afterEach(() => close(fd));

  it('nothing to receive is EAGAIN', () => {
    expect(recvmsg(fd, Buffer.alloc(64))).to.deep.include({ length: -errno.EAGAIN, truncated: false });
  });

  it('a datagram comes with its sender: 0 is the kernel', () => {
    write(fd, linkDump());
    const answer = recvmsg(fd, Buffer.alloc(65536));
    expect(answer.length).to.be.greaterThan(16);
    expect(answer).to.deep.include({ truncated: false, senderPid: 0, senderGroups: 0 });
  });

  it('a datagram longer than the buffer is reported as truncated', () => {
    write(fd, linkDump());
    const buffer = Buffer.alloc(64);
    const answer = recvmsg(fd, buffer.subarray(0, 20));
    expect(answer).to.deep.include({ length: 20, truncated: true });
    expect(
      buffer.subarray(20).every((byte) => byte === 0),
      'bytes beyond the buffer',
    ).to.equal(true);
  });

  it('an option reads back as it was set (the kernel doubles a buffer size)', () => {
    expect(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, 32768)).to.equal(0);
    expect(getsockopt(fd, SOL_SOCKET, SO_RCVBUF)).to.equal(65536);
    expect(setsockopt(fd, SOL_SOCKET, 9999, 1)).to.equal(-errno.ENOPROTOOPT);
    expect(getsockopt(fd, SOL_SOCKET, 9999)).to.equal(-errno.ENOPROTOOPT);
  });
});

describe('A unix socket address', () => {
  it('leads nowhere where nobody listens', () => {
    const fd = socket(AF_UNIX, socketTypes.SOCK_DGRAM, 0);
    expect(sendto(fd, Buffer.from('x'), unixAddress('/nonexistent/socket') ?? Buffer.alloc(0))).to.equal(-errno.ENOENT);
    close(fd);
  });
});
