// Memory for direct I/O.
import { createRequire } from 'node:module';
import type { RefNapi } from '../../../src/ffi/bindings.js';

const ref = createRequire(import.meta.url)('ref-napi') as RefNapi;

/** A page: the alignment of any disk, and the unit in which the lab's I/O is counted. */
export const blockSize = 4096;

/** A buffer at the alignment that direct I/O wants. */
export function alignedBuffer(size: number): Buffer {
  const room = Buffer.alloc(size + blockSize);
  const address = ref.address(room);
  return room.subarray((blockSize - (address % blockSize)) % blockSize).subarray(0, size);
}
