// The writer that proves "no lost byte" must itself be able to fail.
import { expect } from 'chai';
import { closeSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import { LabArray } from '../inside/array.js';
import { blockSize, type IoRun, startVerifyingWriter } from '../inside/io.js';

describe('lab: the verifying writer', () => {
  let array: LabArray;
  let writer: IoRun;
  before(async () => {
    array = await LabArray.create({ ports: 2, luns: [{ name: 'data', sizeMb: 16, serial: '0000b001' }] });
  });
  after(() => array.end());
  beforeEach(async () => {
    // Few blocks, so that each is written often.
    writer = await startVerifyingWriter(`/dev/${array.disk('data', 0)}`, { blocks: 16, pauseMs: 0 });
    await writer.until((stats) => stats.writes > 100);
  });
  afterEach(() => writer.kill());

  it('finds nothing wrong with a sound disk', async () => {
    const stats = await writer.stop();
    expect(stats).to.include({ errors: 0, mismatches: 0 });
    expect(stats.bytes).to.be.greaterThan(100 * blockSize);
  });

  it('finds a single changed byte', async () => {
    await writer.pause();
    const block = onDisk(0);
    block[2000] = (block[2000] ?? 0) ^ 1;
    toDisk(0, block);
    const stats = await writer.stop();
    expect(stats.mismatches).to.equal(1);
    expect(stats.problems[0]).to.match(/^block 0: checksum is wrong/);
  });

  it('finds a write that was lost', async () => {
    const { writes } = await writer.pause();
    const old = onDisk(3);
    await writer.resume();
    await writer.until((stats) => stats.writes > writes + 100);
    await writer.pause();
    toDisk(3, old);
    const stats = await writer.stop();
    expect(stats.mismatches).to.equal(1);
    expect(stats.problems[0]).to.match(/^block 3: generation \d+ instead of \d+/);
  });

  it('finds a block that was written to the wrong place', async () => {
    await writer.pause();
    toDisk(5, onDisk(6));
    const stats = await writer.stop();
    expect(stats.problems[0]).to.match(/^block 5: holds block 6/);
  });

  // Through the other path: what the kernel keeps of one disk in memory it does not keep of the other.
  function onDisk(block: number): Buffer {
    const bytes = Buffer.alloc(blockSize);
    const disk = openSync(`/dev/${array.disk('data', 1)}`, 'r');
    readSync(disk, bytes, 0, blockSize, block * blockSize);
    closeSync(disk);
    return bytes;
  }

  function toDisk(block: number, bytes: Buffer): void {
    const disk = openSync(`/dev/${array.disk('data', 1)}`, 'r+');
    writeSync(disk, bytes, 0, blockSize, block * blockSize);
    fsyncSync(disk);
    closeSync(disk);
  }
});
