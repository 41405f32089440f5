import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { epollEventLayout, epollEvents, epollOperations } from '../../../src/ffi/epoll.js';
import { deviceNumber, fileTypes, flockOperations, openFlags } from '../../../src/ffi/libc.js';
import { AF_NETLINK, AF_UNIX, messageLayout, netlinkAddressLayout } from '../../../src/ffi/socket.js';
import { socketTypes, unixAddressLayout } from '../../../src/ffi/socket.js';
import { abi, numbers, structure } from '../../support/abi.js';
import { fixture } from '../../support/paths.js';

describe('layouts and numbers of libc on 64-bit x86', () => {
  before(function () {
    if (process.arch !== 'x64') this.skip();
  });

  it('struct epoll_event is the packed one', () => {
    expect({ ...epollEventLayout }).to.deep.equal(structure('struct epoll_event', epollEventLayout));
  });

  it('struct sockaddr_nl', () => {
    expect({ ...netlinkAddressLayout }).to.deep.equal(structure('struct sockaddr_nl', netlinkAddressLayout));
  });

  it('struct sockaddr_un', () => {
    expect({ ...unixAddressLayout }).to.deep.equal(structure('struct sockaddr_un', unixAddressLayout));
  });

  it('struct msghdr and struct iovec', () => {
    const { iovec_size, iov_len, ...header } = messageLayout;
    expect(header).to.deep.equal(structure('struct msghdr', header));
    expect({ size: iovec_size, iov_len }).to.deep.equal(structure('struct iovec', { size: 0, iov_len: 0 }));
  });

  it('the flags of every call', () => {
    for (const table of [epollEvents, epollOperations, openFlags, flockOperations, fileTypes, socketTypes]) {
      expect({ ...table }).to.deep.equal(numbers(table));
    }
    expect(AF_UNIX).to.equal(abi.numbers['AF_UNIX']);
    expect(AF_NETLINK).to.equal(abi.numbers['AF_NETLINK']);
  });

  it('device numbers, also with a minor that needs more than 8 bits', () => {
    expect(deviceNumber(253, 0)).to.equal(abi.numbers['makedev(253, 0)']);
    expect(deviceNumber(8, 1000)).to.equal(abi.numbers['makedev(8, 1000)']);
    expect(() => deviceNumber(0x1000, 0)).to.throw('out of range');
    expect(() => deviceNumber(8, -1)).to.throw('out of range');
  });

  it('fixtures/abi/x86_64.json is what the headers of this machine give', function () {
    const headers = '#include <linux/dm-ioctl.h>\n#include <scsi/sg.h>\n';
    const compiler = spawnSync('gcc', ['-E', '-x', 'c', '-'], { input: headers });
    // Needs gcc with the kernel's headers; the committed fixture is what the other tests rest on.
    if (compiler.status !== 0) this.skip();
    const folder = mkdtempSync(join(tmpdir(), 'layouts-'));
    try {
      execFileSync('gcc', ['-o', join(folder, 'layouts'), fixture('abi/layouts.c')]);
      const output = execFileSync(join(folder, 'layouts'), { encoding: 'utf8' });
      expect(output).to.equal(readFileSync(fixture('abi/x86_64.json'), 'utf8'));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
