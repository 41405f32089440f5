// One write past map and page cache, through one path: what the array says to it, reservations included.
import { spawnSync } from 'node:child_process';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { clusterLibraries, clusterTool } from '../../host/cache.js';
import { alignedBuffer, blockSize } from '../aligned-buffer.js';
import { sizeInBlocks } from '../io.js';

/** EBADE, which the kernel makes of RESERVATION CONFLICT (include/linux/blk_types.h, BLK_STS_NEXUS). */
const reservationConflict = -52;

/**
 * Writes the last block of a disk or map, by its kernel name as `sda`: no writer of the lab uses it.
 * Throws with what it was where it ends in another error than a reservation conflict.
 */
export async function writeThrough(disk: string): Promise<'done' | 'conflict'> {
  const path = `/dev/${disk}`;
  const file = await open(path, constants.O_WRONLY | constants.O_DIRECT);
  try {
    await file.write(alignedBuffer(blockSize), 0, blockSize, (sizeInBlocks(path) - 1) * blockSize);
    return 'done';
  } catch (error) {
    if ((error as NodeJS.ErrnoException).errno === reservationConflict) return 'conflict';
    throw error;
  } finally {
    await file.close();
  }
}

/** Writes a block by SCSI through a node of the sg driver: zeros, at the end of the first 4 MiB and a bit. */
export function sgWrite(device: string): 'done' | 'conflict' {
  const args = ['if=/dev/zero', `of=${device}`, 'bs=512', 'count=8', 'seek=16384'];
  const { status, stderr } = spawnSync(clusterTool('sg_dd'), args, {
    encoding: 'utf8',
    env: { ...process.env, LD_LIBRARY_PATH: clusterLibraries() },
  });
  if (status === 0) return 'done';
  if (/Reservation Conflict/i.test(stderr)) return 'conflict';
  throw new Error(`sg_dd on ${device} ended with ${String(status)}: ${stderr.trim()}`);
}
