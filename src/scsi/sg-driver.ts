/** The calls that a channel makes to the sg driver, as a port: tests put a kernel of their own behind it. */

import { errno } from '../ffi/errno.js';
import { close, ioctl, openFlags, open, read, write } from '../ffi/libc.js';
import { sgHeaderLayout } from './sg-header.js';

/** Each call gives its result or -errno, and none of them waits for a device. */
export interface SgDriver {
  /** Opens a device node: the descriptor. */
  open(node: string): number;
  /** Hands a command over. The kernel copies header and CDB now; it keeps the addresses of sense and data buffer. */
  submit(fd: number, header: Buffer): number;
  /** Takes the oldest completed command; -EAGAIN where there is none. Fills `header` and that command's own buffers. */
  collect(fd: number, header: Buffer): number;
  /** True when the kernel has removed the device. `collect` does not tell: it goes on with -EAGAIN. */
  isGone(fd: number): boolean;
  close(fd: number): number;
}

const SG_GET_SCSI_ID = 0x2276;
/** `struct sg_scsi_id` (scsi/sg.h). */
const scsiId = Buffer.alloc(32);

/**
 * The kernel's. O_RDWR, as the driver takes commands from writers alone; O_NONBLOCK also keeps open and write from
 * waiting for the error recovery of the host (sg_open, sg_write: scsi_block_when_processing_errors). Whoever opens must
 * also submit and collect: the driver refuses a process that has changed its credentials since (sg_check_file_access).
 */
export const kernelSgDriver: SgDriver = {
  open: (node) => open(node, openFlags.O_RDWR | openFlags.O_NONBLOCK),
  submit: (fd, header) => write(fd, header.subarray(0, sgHeaderLayout.size)),
  collect: (fd, header) => read(fd, header.subarray(0, sgHeaderLayout.size)),
  // Of all its answers only the error is of use: sg_ioctl gives ENODEV to this one as soon as the device detaches.
  isGone: (fd) => ioctl(fd, SG_GET_SCSI_ID, scsiId) === -errno.ENODEV,
  close,
};
