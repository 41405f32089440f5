/** The calls that a channel makes to the sg driver, as a port: tests put a kernel of their own behind it. */

import { close, openFlags, open, read, write } from '../ffi/libc.js';
import { sgHeaderLayout } from './sg-header.js';

/** Each call gives its result or -errno, and none of them waits for a device. */
export interface SgDriver {
  /** Opens a device node: the descriptor. */
  open(node: string): number;
  /** Hands a command over. The kernel copies header and CDB now; it keeps the addresses of sense and data buffer. */
  submit(fd: number, header: Buffer): number;
  /** Takes the oldest completed command; -EAGAIN where there is none. Fills `header` and that command's own buffers. */
  collect(fd: number, header: Buffer): number;
  close(fd: number): number;
}

/**
 * The kernel's. O_RDWR, as the driver takes commands from writers alone; O_NONBLOCK also keeps open and write from
 * waiting for the error recovery of the host (sg_open, sg_write: scsi_block_when_processing_errors). Whoever opens must
 * also submit and collect: the driver refuses a process that has changed its credentials since (sg_check_file_access).
 */
export const kernelSgDriver: SgDriver = {
  open: (node) => open(node, openFlags.O_RDWR | openFlags.O_NONBLOCK),
  submit: (fd, header) => write(fd, header.subarray(0, sgHeaderLayout.size)),
  collect: (fd, header) => read(fd, header.subarray(0, sgHeaderLayout.size)),
  close,
};
