/** The command slots ("tags") of a SCSI host, which all its devices share. */

import { readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { LiveAttribute } from '../base/live-attribute.js';
import { DeviceQueue } from './device-queue.js';
import { count } from './sysfs-text.js';

/** How long the number of tags and the list of a host's devices serve before they are read again. */
const LIST_MS = 10_000;

export class HostQueues {
  readonly #root: string;
  readonly #name: string;
  readonly #busy: LiveAttribute;
  readonly #devices = new Map<string, DeviceQueue>();
  #listedAt = -Infinity;
  #smallestDepth = 0;
  #tags = 0;

  /** @param name as "host3" */
  constructor(root: string, name: string) {
    this.#root = root;
    this.#name = name;
    this.#busy = new LiveAttribute(join(this.#folder, 'host_busy'));
  }

  /** Tags of the host; 0 where that is not known. */
  tags(now: number): number {
    this.#list(now);
    return this.#tags;
  }

  /** Commands that are under way. */
  get busy(): number {
    return this.#busy.count();
  }

  /** Devices that share the tags. */
  deviceCount(now: number): number {
    this.#list(now);
    return this.#devices.size;
  }

  /**
   * Another device that is full, stands or may stand, and so may hold every tag of the host with requests that wait for
   * it uncounted: its place, or null.
   * @param folder the device that asks
   * @param busy commands under way on the host
   */
  hoarder(now: number, folder: string, busy: number): string | null {
    this.#list(now);
    // No device can be full then, and there is no need to look at each.
    if (busy < this.#smallestDepth) return null;
    for (const [place, device] of this.#devices) {
      const full = device.folder !== folder && device.busy >= Math.max(device.depth, 1);
      if (full && device.takesTagsEarly && device.moves(now) !== true) return place;
    }
    return null;
  }

  get #folder(): string {
    return join(this.#root, 'class/scsi_host', this.#name);
  }

  #list(now: number): void {
    if (now - this.#listedAt < LIST_MS) return;
    this.#listedAt = now;
    this.#tags = count(this.#folder, 'can_queue');
    const places = devicePlaces(this.#root, this.#name);
    for (const place of this.#devices.keys()) if (!places.includes(place)) this.#drop(place);
    for (const place of places) if (!this.#devices.has(place)) this.#add(place);
    const depths = [...this.#devices.values()].map(({ depth }) => depth);
    this.#smallestDepth = Math.min(...depths, Infinity);
  }

  #drop(place: string): void {
    this.#devices.get(place)?.close();
    this.#devices.delete(place);
  }

  #add(place: string): void {
    try {
      const folder = realpathSync(join(this.#root, 'class/scsi_device', place, 'device'));
      this.#devices.set(place, new DeviceQueue(folder));
    } catch {
      // It went away just now.
    }
  }
}

/** "host:channel:target:lun" of all devices of a host. */
function devicePlaces(root: string, host: string): readonly string[] {
  try {
    const prefix = `${host.slice('host'.length)}:`;
    return readdirSync(join(root, 'class/scsi_device')).filter((place) => place.startsWith(prefix));
  } catch {
    return [];
  }
}

/** What is known of the hosts of a machine, shared by all channels: each host's devices are listed once for all. */
export class ScsiHosts {
  readonly root: string;
  readonly #hosts = new Map<string, HostQueues>();

  /** @param root where sysfs is mounted */
  constructor(root = '/sys') {
    this.root = root;
  }

  host(name: string): HostQueues {
    const known = this.#hosts.get(name) ?? new HostQueues(this.root, name);
    this.#hosts.set(name, known);
    return known;
  }
}
