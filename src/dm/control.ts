/** The device-mapper's control device. */

import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PathManagerError } from '../base/errors.js';
import { errno, errnoName } from '../ffi/errno.js';
import { fileTypes, mknod, open, openFlags } from '../ffi/libc.js';

/** Major number of misc devices (linux/major.h); fixed. */
const MISC_MAJOR = 10;
const MEND = 'run "modprobe dm-multipath"';

/**
 * Opens /dev/mapper/control. Where the node is missing it is made from /proc/misc, as a kernel without udev leaves it to us.
 * @param root the folder that stands for "/", for tests
 * @throws PathManagerError DM_UNAVAILABLE with what to do
 */
export function openControl(root = '/'): number {
  const node = join(root, 'dev/mapper/control');
  let fd = open(node, openFlags.O_RDWR);
  if (fd === -errno.ENOENT || fd === -errno.ENXIO || fd === -errno.ENODEV) {
    makeNode(node, root);
    fd = open(node, openFlags.O_RDWR);
  }
  if (fd >= 0) return fd;
  const cause = `cannot open "/dev/mapper/control": kernel returned ${errnoName(fd)} (${-fd})`;
  const mend = fd === -errno.EACCES || fd === -errno.EPERM ? 'run it as root' : MEND;
  throw new PathManagerError('DM_UNAVAILABLE', `Device mapper is not usable, ${cause}; ${mend}`, { errno: -fd });
}

function makeNode(node: string, root: string): void {
  const minor = miscMinor(join(root, 'proc/misc'), 'device-mapper');
  if (minor === null) throw new PathManagerError('DM_UNAVAILABLE', `The kernel has no device mapper loaded; ${MEND}`);
  try {
    mkdirSync(dirname(node), { recursive: true, mode: 0o755 });
  } catch {
    // mknod says it better.
  }
  const result = mknod(node, fileTypes.S_IFCHR | 0o600, MISC_MAJOR, minor);
  // A node that is there and did not open is not ours to replace: the second open tells.
  if (result >= 0 || result === -errno.EEXIST) return;
  const cause = `kernel returned ${errnoName(result)} (${-result})`;
  const mend = `make it with "mknod /dev/mapper/control c ${MISC_MAJOR} ${minor}"`;
  throw new PathManagerError('DM_UNAVAILABLE', `Cannot make "/dev/mapper/control": ${cause}; ${mend}`, {
    errno: -result,
  });
}

function miscMinor(file: string, name: string): number | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return null;
  }
  const line = text.split('\n').find((each) => each.trim().split(/\s+/)[1] === name);
  const minor = Number(line?.trim().split(/\s+/)[0]);
  return Number.isInteger(minor) ? minor : null;
}

let shared: number | undefined;

/** The descriptor that this process uses for all operations, opened at the first. */
export function controlDescriptor(): number {
  shared ??= openControl();
  return shared;
}
