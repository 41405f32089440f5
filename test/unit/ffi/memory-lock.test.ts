import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { fileMappings, lockFileMappings } from '../../../src/ffi/memory-lock.js';

const maps = [
  '00400000-00452000 r-xp 00000000 08:02 173521      /usr/bin/node',
  '7f0000000000-7f0000002000 rw-p 00000000 08:02 173522   /usr/lib/a name with spaces.so (deleted)',
  '7f0000100000-7f0000200000 ---p 00000000 08:02 173522   /usr/lib/hole.so',
  '7f0000200000-7f0000300000 rw-p 00000000 00:00 0 ',
  '7f0000300000-7f0000400000 rw-s 00000000 00:01 1024     /memfd:closures (deleted)',
  '7f0000400000-7f0000500000 rw-s 00000000 00:05 9        /dev/zero (deleted)',
  '7ffc00000000-7ffc00021000 rw-p 00000000 00:00 0        [stack]',
  '',
].join('\n');

describe('the memory lock', () => {
  it('is for mappings of files: not for the heap, for holes, for devices', () => {
    expect(fileMappings(maps)).to.deep.equal([
      { start: 0x400000, length: 0x52000 },
      { start: 0x7f0000000000, length: 0x2000 },
    ]);
  });

  it('keeps this program in memory, or says how much it could not', () => {
    const { ranges, bytes, failed, error } = lockFileMappings();
    const locked = Number(/^VmLck:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1024;
    expect(ranges + failed).to.be.greaterThan(10);
    expect(locked).to.equal(bytes);
    if (failed > 0) expect(error).to.be.lessThan(0);
  });

  it('leaves out what is not mapped any more', () => {
    const gone = lockFileMappings('10000-11000 r--p 00000000 08:02 1   /gone');
    expect(gone).to.include({ ranges: 0, bytes: 0, failed: 1 });
  });
});
