/** Events of device-mapper devices: which came, went or changed since the last look. */

import { PathManagerError } from '../base/errors.js';
import type { DevT } from '../base/ids.js';
import { close } from '../ffi/libc.js';
import type { Poller } from '../ffi/poller.js';
import { openControl } from './control.js';
import { armPoll, list, version } from './devices.js';
import type { DmListEntry } from './lists.js';

/** A change of a device. A rename is the removal of the old name and the addition of the new one. */
export interface DmEvent {
  readonly what: 'added' | 'changed' | 'removed';
  readonly name: string;
  readonly devT: DevT;
}

/** What the watch asks of the kernel; tests put their own in its place. */
export interface EventOperations {
  version(): readonly [number, number, number];
  openControl(): number;
  armPoll(control: number): void;
  list(uuidPrefix: string): DmListEntry[];
}

/**
 * Tells of events of the devices whose uuid begins with `uuidPrefix`: a path failed or came back, a group was bypassed,
 * enabled or switched by a message, a device was created, renamed or removed. Several of one device between two looks are
 * one. What is there at the start is not told; read it after this call, so that nothing is missed.
 *
 * The kernel has no such event for a table that comes into use, a suspend or resume, a change of queueing, or a group
 * that it chooses by itself; a resume shows as a uevent "change" of the block device. So a map that somebody else creates
 * is told of before it has a table.
 *
 * Each round arms first and lists then: an event that comes in between makes the descriptor ready again, where the other
 * order would lose it.
 * @throws PathManagerError DM_UNAVAILABLE, also where the kernel has no such events (before Linux 4.14)
 */
export function watchEvents(
  poller: Pick<Poller, 'watch'>,
  uuidPrefix: string,
  onEvent: (event: DmEvent) => void,
  kernel: EventOperations = { version, openControl, armPoll, list },
): { close(): void } {
  const [, minor] = kernel.version();
  if (minor < 37) {
    const text = `The kernel's device mapper has no events to wait for: interface 4.${minor}, wanted 4.37 (Linux 4.14)`;
    throw new PathManagerError('DM_UNAVAILABLE', text, { minor });
  }
  // Armed is the open file, not the device: it needs one of its own.
  const control = kernel.openControl();
  const look = (): DmListEntry[] => {
    kernel.armPoll(control);
    return kernel.list(uuidPrefix);
  };
  let before = look();
  const watch = poller.watch(control, { readable: true }, () => {
    const after = look();
    const events = compareLists(before, after);
    before = after;
    for (const event of events) onEvent(event);
  });
  return {
    close: () => {
      watch.close();
      close(control);
    },
  };
}

/** What changed from one list to the next: removals first, so that a name that moved is free before it comes again. */
export function compareLists(before: readonly DmListEntry[], after: readonly DmListEntry[]): DmEvent[] {
  const old = new Map(before.map((entry) => [entry.devT, entry]));
  const now = new Map(after.map((entry) => [entry.devT, entry]));
  const isSame = (one: DmListEntry, other: DmListEntry | undefined): boolean =>
    other !== undefined && one.name === other.name && one.uuid === other.uuid;
  const event = (what: DmEvent['what'], { name, devT }: DmListEntry): DmEvent => ({ what, name, devT });
  return [
    ...before.filter((entry) => !isSame(entry, now.get(entry.devT))).map((entry) => event('removed', entry)),
    ...after.flatMap((entry) => {
      const earlier = old.get(entry.devT);
      if (!isSame(entry, earlier)) return [event('added', entry)];
      return earlier?.eventNr === entry.eventNr ? [] : [event('changed', entry)];
    }),
  ];
}
