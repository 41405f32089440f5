/** Tells beforehand where handing a command to the kernel could put the whole process to sleep. */

import { realpathSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Clock } from '../base/clock.js';
import { LiveAttribute } from '../base/live-attribute.js';
import { DeviceQueue } from './device-queue.js';
import { ScsiHosts } from './host-queues.js';
import type { HostQueues } from './host-queues.js';

/** What stands against a command. */
export interface Obstacle {
  /** For a log. */
  readonly reason: string;
  /** It may be gone in a moment: worth another look. */
  readonly passing: boolean;
  /** The device has commands and completes none. */
  readonly silent: boolean;
}

/** Looks at the queues in front of one SCSI device. */
export interface QueueGuard {
  /** Why a command must not be submitted now; null where nothing stands against it. */
  obstacle(): Obstacle | null;
  /** Lets go of what it keeps open. */
  close(): void;
}

/** States in which the kernel takes a command and deals with it at once, by sending it or by refusing it. */
const PROMPT_STATES = ['running', 'offline', 'transport-offline', 'cancel', 'deleted'];

/** However many devices share a host's tags, each may have this many (block/blk-mq.h, hctx_may_queue). */
const SMALLEST_SHARE = 4;

/** The hosts of this machine: there is one machine to a process, and what is known of it serves all channels. */
const thisMachine = new ScsiHosts();

/**
 * The guard of an sg device, from sysfs.
 *
 * sg's write() allocates a block request without BLK_MQ_REQ_NOWAIT (drivers/scsi/sg.c, note in sg_start_req): it sleeps
 * uninterruptibly while the queue is held back (state "quiesce") or no tag is to be had, which with dead storage is
 * until the kernel's time limits have run out. No tag is to be had where the host's are all in use, where this device
 * has had its share of them, and where a device that is full holds the rest with requests that wait for it. A queue
 * that moves gives tags back at once and stands against nothing, however full it is.
 * Attributes that are missing stand against nothing either: without the device the driver answers ENODEV.
 *
 * @param node the device node, as "/dev/sg3"
 */
export function sysfsQueueGuard(node: string, clock: Clock, machine: ScsiHosts = thisMachine): QueueGuard {
  const folder = resolved(join(machine.root, 'class/scsi_generic', basename(node), 'device'));
  const host = /\/(host\d+)\//.exec(folder ?? '')?.[1];
  if (folder === null || host === undefined) return { obstacle: () => null, close: () => undefined };
  const state = new LiveAttribute(join(folder, 'state'));
  const device = new DeviceQueue(folder);
  const queues = machine.host(host);
  return {
    obstacle: () => {
      const stopped = ofState(state);
      const busy = stopped === null ? queues.busy : 0;
      // Nothing under way on the host: mostly, and then nothing else need be read.
      if (busy === 0) return stopped;
      const now = clock.monotonic();
      return ofDevice(device, queues, now) ?? ofHost(device, queues, busy, now);
    },
    close: () => {
      state.close();
      device.close();
    },
  };
}

function ofState(attribute: LiveAttribute): Obstacle | null {
  const state = attribute.text();
  if (state === null || PROMPT_STATES.includes(state)) return null;
  return { reason: `the SCSI device is in state ${JSON.stringify(state)}`, passing: false, silent: false };
}

function ofDevice(device: DeviceQueue, queues: HostQueues, now: number): Obstacle | null {
  const busy = device.busy;
  if (busy === 0) return null;
  const depth = device.depth > 0 ? device.depth : Infinity;
  const share = busy >= SMALLEST_SHARE && device.takesTagsEarly ? shareOfTags(queues, now) : Infinity;
  const room = Math.min(depth, share);
  const moves = busy < room || device.moves(now);
  if (moves === true) return null;
  const reason = `the SCSI device has ${busy} commands of ${room} and completes none`;
  return { reason, passing: true, silent: moves === false };
}

/** The least that the device may have, if all devices of the host are in use. */
function shareOfTags(queues: HostQueues, now: number): number {
  const tags = queues.tags(now);
  return tags > 0 ? Math.max(SMALLEST_SHARE, Math.ceil(tags / queues.deviceCount(now))) : Infinity;
}

function ofHost(device: DeviceQueue, queues: HostQueues, busy: number, now: number): Obstacle | null {
  const tags = queues.tags(now);
  // One less, as somebody else may come first.
  if (tags > 0 && busy >= tags - 1) {
    return { reason: `the SCSI host has ${busy} commands of ${tags}`, passing: true, silent: false };
  }
  const hoarder = queues.hoarder(now, device.folder, busy);
  if (hoarder === null) return null;
  const reason = `the SCSI device ${hoarder} is full and may hold every command slot of its host`;
  return { reason, passing: true, silent: false };
}

function resolved(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}
