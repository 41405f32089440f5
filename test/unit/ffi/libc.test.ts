import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { PathManagerError } from '../../../src/base/errors.js';
import { errno } from '../../../src/ffi/errno.js';
import * as libc from '../../../src/ffi/libc.js';

const { LOCK_EX, LOCK_NB, LOCK_SH, LOCK_UN } = libc.flockOperations;

describe('libc', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'libc-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('reads to the end of a file', () => {
    writeFileSync(join(folder, 'file'), 'twelve bytes');
    const fd = libc.open(join(folder, 'file'), libc.openFlags.O_RDONLY);
    const buffer = Buffer.alloc(8);
    expect(libc.read(fd, buffer)).to.equal(8);
    expect(buffer.toString()).to.equal('twelve b');
    expect(libc.read(fd, buffer)).to.equal(4);
    expect(libc.read(fd, buffer)).to.equal(0);
    expect(libc.close(fd)).to.equal(0);
  });

  it('writes', () => {
    writeFileSync(join(folder, 'file'), '');
    const fd = libc.open(join(folder, 'file'), libc.openFlags.O_WRONLY);
    expect(libc.write(fd, Buffer.from('written'))).to.equal(7);
    expect(libc.read(fd, Buffer.alloc(1))).to.equal(-errno.EBADF);
    libc.close(fd);
    expect(readFileSync(join(folder, 'file'), 'utf8')).to.equal('written');
  });

  it('takes an empty buffer', () => {
    const fd = libc.open('/dev/null', libc.openFlags.O_RDWR);
    expect(libc.write(fd, Buffer.alloc(0))).to.equal(0);
    libc.close(fd);
  });

  it('opens nothing that a child would inherit', () => {
    const fd = libc.open('/dev/null', libc.openFlags.O_RDONLY);
    const flags = /flags:\s*(\d+)/.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1] ?? '';
    expect(Number.parseInt(flags, 8) & libc.openFlags.O_CLOEXEC).to.not.equal(0);
    libc.close(fd);
  });

  it('refuses a path with a NUL instead of cutting it there', () => {
    expect(libc.open('/dev/null\0.txt', 0)).to.equal(-errno.EINVAL);
    expect(libc.mknod(join(folder, 'a\0b'), libc.fileTypes.S_IFCHR, 1, 3)).to.equal(-errno.EINVAL);
  });

  it('a lock taken exclusively keeps a shared one out until it is released', () => {
    const first = openSync(folder, 'r');
    const second = openSync(folder, 'r');
    expect(libc.flock(first, LOCK_EX | LOCK_NB)).to.equal(0);
    expect(libc.flock(second, LOCK_SH | LOCK_NB)).to.equal(-errno.EAGAIN);
    expect(libc.flock(first, LOCK_UN)).to.equal(0);
    expect(libc.flock(second, LOCK_SH | LOCK_NB)).to.equal(0);
    closeSync(first);
    closeSync(second);
  });

  it('makes a device node with the number and mode wanted', function () {
    const path = join(folder, 'node');
    const result = libc.mknod(path, libc.fileTypes.S_IFCHR | 0o600, 1, 3);
    // Needs CAP_MKNOD, which a plain user and some containers lack.
    if (result === -errno.EPERM) this.skip();
    expect(result).to.equal(0);
    const made = statSync(path);
    expect(made.isCharacterDevice()).to.equal(true);
    expect(made.rdev).to.equal(statSync('/dev/null').rdev);
  });

  it('an ioctl fills the buffer it is given', () => {
    const FIONREAD = 0x541b;
    writeFileSync(join(folder, 'file'), 'seven..');
    const fd = libc.open(join(folder, 'file'), 0);
    const count = Buffer.alloc(4);
    expect(libc.ioctl(fd, FIONREAD, count)).to.equal(0);
    expect(count.readInt32LE()).to.equal(7);
    libc.close(fd);
  });

  it('an eventfd adds up and is emptied by a read', () => {
    const fd = libc.eventfd(2);
    libc.write(fd, Buffer.from([3, 0, 0, 0, 0, 0, 0, 0]));
    const value = Buffer.alloc(8);
    expect(libc.read(fd, value)).to.equal(8);
    expect(value.readBigUInt64LE()).to.equal(5n);
    expect(libc.read(fd, value)).to.equal(-errno.EAGAIN);
    libc.close(fd);
  });

  describe('expectOk', () => {
    it('passes a result on', () => {
      expect(libc.expectOk(7, 'do it')).to.equal(7);
    });

    it('says what failed and keeps the errno and the facts', () => {
      const attempt = (): number => libc.expectOk(-errno.EBUSY, 'open "/dev/sda"', { node: 'sda' });
      expect(attempt)
        .to.throw(PathManagerError, 'Cannot open "/dev/sda": kernel returned EBUSY (16)')
        .that.deep.includes({
          code: 'SYSCALL',
          facts: { node: 'sda', errno: 16 },
        });
    });
  });
});
