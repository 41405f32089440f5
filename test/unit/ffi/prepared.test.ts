import { expect } from 'chai';
import { errno } from '../../../src/ffi/errno.js';
import { close, ioctl, open } from '../../../src/ffi/libc.js';
import { addressOf, memoryAt } from '../../../src/ffi/native.js';
import { prepare, prepareAsync } from '../../../src/ffi/prepared.js';

/** Objects of many sizes, a few of which live on: both of V8's collectors have work. */
function allocator(): () => void {
  const kept: unknown[] = [];
  let count = 0;
  return () => {
    count++;
    kept[count % 512] = Array.from({ length: count % 200 }, (_value, index) => ({ index, text: `${index}` }));
    if (count % 50 === 0) kept[count % 512] = Buffer.alloc(100_000);
  };
}

describe('prepared calls', () => {
  it('errno is right in each of 200,000 failing calls while the heap is under pressure', function () {
    this.timeout(60_000);
    const allocate = allocator();
    const wrong: number[] = [];
    for (let index = 0; index < 50_000; index++) {
      allocate();
      const results = [close(-1), ioctl(0x7fff_ffff, 1), open('/nowhere/at/all', 0), open('/dev/null/x', 0)];
      const wanted = [-errno.EBADF, -errno.EBADF, -errno.ENOENT, -errno.ENOTDIR];
      results.forEach((result, which) => {
        if (result !== wanted[which]) wrong.push(result);
      });
    }
    expect(wrong).to.deep.equal([]);
  });

  it('a million calls leave the memory as it was', function () {
    this.timeout(60_000);
    const buffer = Buffer.alloc(512);
    const run = (count: number): void => {
      for (let index = 0; index < count; index++) ioctl(-1, 0xc138fd00, buffer);
    };
    run(100_000);
    const before = process.memoryUsage.rss();
    run(1_000_000);
    const growth = (process.memoryUsage.rss() - before) / 2 ** 20;
    if (this.test) this.test.title += ` (grew by ${growth.toFixed(1)} MiB)`;
    // The library's own proxy grows by 4 kB a call here, which would be 4 GB.
    expect(growth).to.be.lessThan(20);
  });

  it('carries 64-bit arguments and results whole', () => {
    const llabs = prepare('llabs', { result: 'long', arguments: ['long'] });
    for (const value of [0, 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 0x7fff_1234_5678, Number.MAX_SAFE_INTEGER]) {
      expect(llabs(value), `${value}`).to.equal(value);
      if (value !== 0) expect(llabs(-value), `-${value}`).to.equal(value);
    }
    expect(llabs(-(2n ** 40n))).to.equal(2 ** 40);
  });

  it('carries a negative int', () => {
    const abs = prepare('abs', { result: 'int', arguments: ['int'] });
    expect(abs(-5)).to.equal(5);
  });

  it('gives a view of a larger buffer by its own address', () => {
    const strnlen = prepare('strnlen', { result: 'long', arguments: ['pointer', 'long'] });
    const text = Buffer.from('path manager\0');
    expect(strnlen(text, 100)).to.equal(12);
    expect(strnlen(text.subarray(5), 100)).to.equal(7);
    expect(addressOf(text.subarray(5)) - addressOf(text)).to.equal(5n);
  });

  it('reads the memory that an address means', () => {
    const text = Buffer.from('fourteen bytes');
    expect(memoryAt(addressOf(text) + 9n, 5).toString()).to.equal('bytes');
  });

  it('refuses what would be passed on as something else', () => {
    const abs = prepare('abs', { result: 'int', arguments: ['int'] });
    expect(() => abs()).to.throw('takes 1 arguments, not 0');
    expect(() => abs(1, 2)).to.throw('takes 1 arguments, not 2');
    expect(() => abs(1.5)).to.throw('not a safe integer');
    expect(() => abs(Number.NaN)).to.throw('not a safe integer');
    expect(() => abs(2 ** 53)).to.throw('not a safe integer');
  });

  it('names a function that libc does not have', () => {
    expect(() => prepare('no_such_function', { result: 'int', arguments: [] })()).to.throw(
      'no function "no_such_function"',
    );
  });

  it('runs an asynchronous call, one at a time', async () => {
    const usleep = prepareAsync('usleep', { result: 'int', arguments: ['int'] });
    const first = new Promise<number>((resolve) => usleep([1000], resolve));
    expect(() => usleep([1], () => undefined)).to.throw('still under way');
    expect(await first).to.equal(0);
    expect(await new Promise<number>((resolve) => usleep([1], resolve))).to.equal(0);
  });
});
