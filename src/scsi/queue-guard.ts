/** Tells beforehand where handing a command to the kernel could put the whole process to sleep. */

import { closeSync, openSync, readSync, realpathSync } from 'node:fs';
import { basename, join } from 'node:path';

/** Looks at the queues in front of one SCSI device. */
export interface QueueGuard {
  /** Why a command must not be submitted now, for a log; null where nothing stands against it. */
  obstacle(): string | null;
}

/** States in which the kernel takes a command and deals with it at once, by sending it or by refusing it. */
const PROMPT_STATES = ['running', 'offline', 'transport-offline', 'cancel', 'deleted'];

/**
 * The guard of an sg device, from sysfs.
 *
 * sg's write() allocates a block request without BLK_MQ_REQ_NOWAIT (drivers/scsi/sg.c, note in sg_start_req): it sleeps
 * uninterruptibly while the queue is held back (state "quiesce") or every tag is taken, which with dead storage is
 * until the kernel's time limits have run out. Commands wait behind a full logical unit (`device_busy` against
 * `queue_depth`) or a full host (`host_busy` against `can_queue`) only: with room in both they do not pile up and tags
 * are left. A full logical unit could not take a probe anyway, and what fills it is a better test of the path.
 * Attributes that are missing stand against nothing: without the device the driver answers ENODEV.
 *
 * @param node the device node, as "/dev/sg3"
 * @param root where sysfs is mounted
 */
export function sysfsQueueGuard(node: string, root = '/sys'): QueueGuard {
  const device = resolved(join(root, 'class/scsi_generic', basename(node), 'device'));
  const host = /\/(host\d+)\//.exec(device ?? '')?.[1];
  if (device === null || host === undefined) return { obstacle: () => null };
  const hostFolder = join(root, 'class/scsi_host', host);
  return {
    obstacle: () => {
      const state = attribute(device, 'state');
      if (state !== null && !PROMPT_STATES.includes(state))
        return `the SCSI device is in state ${JSON.stringify(state)}`;
      return full(device, 'device_busy', 'queue_depth', 0) ?? full(hostFolder, 'host_busy', 'can_queue', 1);
    },
  };
}

/** Says so where a count has come within `reserve` of its limit. */
function full(folder: string, countName: string, limitName: string, reserve: number): string | null {
  const count = Number(attribute(folder, countName));
  // Mostly, and then the limit need not be read. Missing or no number: nothing can be said.
  if (!(count > 0)) return null;
  const limit = Number(attribute(folder, limitName));
  return limit > 0 && count >= limit - reserve ? `${countName} is ${count} of ${limitName} ${limit}` : null;
}

const text = Buffer.alloc(64);

/** An attribute's text, or null. This runs before each command: three system calls, where readFileSync makes five. */
function attribute(folder: string, name: string): string | null {
  try {
    const fd = openSync(join(folder, name), 'r');
    try {
      return text.toString('latin1', 0, readSync(fd, text, 0, text.length, null)).trim();
    } finally {
      closeSync(fd);
    }
  } catch {
    return null;
  }
}

function resolved(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}
