/** The queue of one SCSI device as sysfs shows it: how full it is, and whether it moves. */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { LiveAttribute } from '../base/live-attribute.js';
import { attribute, count } from './sysfs-text.js';

/** Nothing completed for so long: then it can be said that the queue stands. */
const QUIET_MS = 50;
/** A completion proves nothing of now when it may be older: whoever asks looks twice within this time. */
const RECENT_MS = 100;

export class DeviceQueue {
  readonly folder: string;
  readonly #busy: LiveAttribute;
  /** The completions counted when the queue was last seen full, and since when they are so many. */
  #seen: { readonly completions: string | null; readonly since: number } | null = null;

  /** @param folder the SCSI device's own folder in sysfs */
  constructor(folder: string) {
    this.folder = folder;
    this.#busy = new LiveAttribute(join(folder, 'device_busy'));
  }

  /** Commands that are with the device. */
  get busy(): number {
    return this.#busy.count();
  }

  /** Commands that it takes at once; 0 where that is not known. */
  get depth(): number {
    return count(this.folder, 'queue_depth');
  }

  /**
   * True where a request holds one of the host's tags from the moment it is made, that is without an I/O scheduler;
   * with one it takes the tag only when the device has room (block/blk-mq-tag.c, blk_mq_get_driver_tag).
   */
  get takesTagsEarly(): boolean {
    try {
      const [disk = ''] = readdirSync(join(this.folder, 'block'));
      return attribute(join(this.folder, 'block', disk, 'queue'), 'scheduler')?.includes('[none]') ?? false;
    } catch {
      return false;
    }
  }

  /**
   * Whether a full queue moves: true when a command has completed lately, false when none has for a while, null when it
   * cannot be told yet. Ask only while the queue is full: then commands that are there now were there before.
   */
  moves(now: number): boolean | null {
    const completions = attribute(this.folder, 'iodone_cnt');
    const since = this.#seen?.since ?? -Infinity;
    if (this.#seen?.completions === completions) return now - since >= QUIET_MS ? false : null;
    this.#seen = { completions, since: now };
    return now - since <= RECENT_MS ? true : null;
  }

  /** Lets go of what is kept open; what is asked later opens it again. */
  close(): void {
    this.#busy.close();
  }
}
