// What a verifying writer knows of each block: it fills blocks so that a wrong, torn, misplaced or stale one is noticed.
import { crc32 } from 'node:zlib';

const blockSize = 4096;
const magic = 0x504d494f;
const checksumAt = blockSize - 4;

/** Tells runs apart, so that a block left by an earlier run is not taken for one of this. */
const runId = Math.floor(Math.random() * 0x1_0000_0000);

/** Layout of a block: magic, run, place and generation as 32-bit words, filler, CRC-32 of all before in the last word. */
export class BlockLedger {
  /** The generation that each block holds; 0: never written. */
  readonly #generations: Uint32Array;
  /** Blocks whose last write failed: they may hold that generation, too. */
  readonly #unsettled = new Set<number>();

  constructor(blocks: number) {
    this.#generations = new Uint32Array(blocks);
  }

  /** Makes the next generation of the blocks from `first` on. */
  fill(buffer: Buffer, first: number): void {
    for (const [block, bytes] of blocksOf(buffer, first)) {
      const generation = this.#generation(block) + 1;
      bytes.fill((block * 31 + generation) & 0xff);
      bytes.writeUInt32LE(magic, 0);
      bytes.writeUInt32LE(runId, 4);
      bytes.writeUInt32LE(block, 8);
      bytes.writeUInt32LE(generation, 12);
      bytes.writeUInt32LE(crc32(bytes.subarray(0, checksumAt)), checksumAt);
    }
  }

  /** Records how the write of a filled buffer ended. */
  settle(buffer: Buffer, first: number, written: boolean): void {
    for (const [block] of blocksOf(buffer, first)) {
      if (written) {
        this.#generations[block] = this.#generation(block) + 1;
        this.#unsettled.delete(block);
      } else this.#unsettled.add(block);
    }
  }

  /** Compares what was read with what was written; one sentence a block that is wrong. */
  check(buffer: Buffer, first: number): string[] {
    return blocksOf(buffer, first).flatMap(([block, bytes]) => {
      const problem = this.#problem(block, bytes);
      return problem === undefined ? [] : [`block ${block}: ${problem}`];
    });
  }

  #problem(block: number, bytes: Buffer): string | undefined {
    const wanted = this.#generation(block);
    // Never written for certain: anything may be there.
    if (wanted === 0) return undefined;
    if (bytes.readUInt32LE(0) !== magic) return 'holds something that was never written';
    if (crc32(bytes.subarray(0, checksumAt)) !== bytes.readUInt32LE(checksumAt)) return 'checksum is wrong';
    if (bytes.readUInt32LE(4) !== runId) return 'is of an earlier run';
    if (bytes.readUInt32LE(8) !== block) return `holds block ${bytes.readUInt32LE(8)}`;
    const found = bytes.readUInt32LE(12);
    if (found === wanted || (found === wanted + 1 && this.#unsettled.has(block))) return undefined;
    return `generation ${found} instead of ${wanted}`;
  }

  #generation(block: number): number {
    return this.#generations[block] ?? 0;
  }
}

function blocksOf(buffer: Buffer, first: number): [block: number, bytes: Buffer][] {
  return Array.from({ length: buffer.length / blockSize }, (_, index) => [
    first + index,
    buffer.subarray(index * blockSize, (index + 1) * blockSize),
  ]);
}
