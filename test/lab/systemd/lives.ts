// What the machine of the systemd lab goes through: each life is one boot, with storage in an order of its own and stories.
import { array, arrayInOtherOrder, scsiDebug } from './layout.js';
import type { StorageSpec } from './machine.js';

export interface Life {
  readonly title: string;
  readonly storage: readonly StorageSpec[];
  /** Files of stories, in the order in which they are told. */
  readonly stories: readonly Story[];
  /** How long the machine may take to go down after the last story. */
  readonly shutdownWithinMs: number;
}

export interface Story {
  readonly name: string;
  /** It waits for long times of the product and is told only where the systemd lab is run by itself. */
  readonly isLong?: boolean;
}

export const lives: readonly Life[] = [
  {
    title: 'the machine goes down while I/O on a mounted logical unit without a path would wait for ever',
    storage: [{ array }, { scsiDebug: scsiDebug(2) }],
    stories: [
      { name: 'installation' },
      { name: 'storage-changes' },
      { name: 'vanished' },
      { name: 'no-map', isLong: true },
      { name: 'restarts' },
      { name: 'stop', isLong: true },
      { name: 'lvm' },
      { name: 'rules' },
      { name: 'before-reboot' },
      { name: 'shutdown' },
    ],
    // Ten seconds that the I/O is given, and what a machine needs anyway. A stop of the program alone has 90 s.
    shutdownWithinMs: 60_000,
  },
  {
    title: 'the machine goes down with mounted maps that nobody manages any more',
    storage: [{ scsiDebug: scsiDebug(3) }, { array: arrayInOtherOrder }],
    stories: [{ name: 'reboot' }, { name: 'package-life' }],
    shutdownWithinMs: 30_000,
  },
];
