/** The event catalogue: one table from which records, docs and the journal's catalogue follow. */
import type { PathNumber, UnitNumber, Wwid } from '../base/ids.js';

export type EventLevel = 'info' | 'warning' | 'error';

export interface EventDefinition {
  readonly level: EventLevel;
  /** What happened, one line. */
  readonly title: string;
  /** What the operator should do; empty where nothing. */
  readonly mend: string;
}

const event = (level: EventLevel, title: string, mend = ''): EventDefinition => ({ level, title, mend });

const checkPath = 'Check cable, switch port and array port of the path; it comes back by itself after a good probe';

/** IDs 257 to 278 are the original product's; ours start at 1001. */
export const catalogue = {
  257: event('info', 'Failover started'),
  258: event('warning', 'Failover done', checkPath),
  259: event(
    'error',
    'Failover failed: no path left',
    'Restore at least one path of the logical unit; its I/O waits or fails by the no-path policy',
  ),
  261: event('info', 'Failback started'),
  262: event('error', 'Failback failed', checkPath),
  263: event('info', 'Failback completed'),
  264: event('info', 'Priority change started'),
  265: event('info', 'Priority change done'),
  266: event(
    'error',
    'Priority change failed',
    'The reason stands in the record; repeat the command when it is mended',
  ),
  267: event('info', 'Balancing mode change started'),
  268: event('info', 'Balancing mode change done'),
  269: event(
    'error',
    'Balancing mode change failed',
    'The reason stands in the record; repeat the command when it is mended',
  ),
  270: event('warning', 'Path error reported by the kernel', checkPath),
  271: event('warning', 'Path error reported by a probe', checkPath),
  272: event('info', 'Automatic failback started'),
  273: event('info', 'Automatic failback done'),
  274: event('info', 'Path removed'),
  275: event('info', 'Enablement changed'),
  276: event(
    'warning',
    'Enablement change failed',
    'The reason stands in the record; repeat the command when it is mended',
  ),
  277: event('info', 'Mode changed'),
  278: event(
    'warning',
    'Logical unit has lost its redundancy',
    'One more failure stops its I/O: restore a second path',
  ),
  1001: event('info', 'Path added'),
  1002: event('info', 'Logical unit added'),
  1003: event('info', 'Logical unit resized'),
  1004: event('error', 'Path refused: size or WWID does not fit', 'Correct the LUN mapping at the array, then rescan'),
  1005: event('warning', 'Path lost by the transport', checkPath),
  1006: event('warning', 'Queueing started: no path left', 'Restore a path'),
  1007: event('info', 'Queueing ended: a path is back'),
  1008: event(
    'error',
    'Queueing ended: the no-path time is over and I/O fails',
    'Restore a path; the applications have seen I/O errors',
  ),
  1009: event('error', 'Kernel refused a change', 'The reason stands in the record; it is tried again'),
  1010: event('info', 'Controller started'),
  1011: event('info', 'Controller stopped'),
  1012: event(
    'error',
    'State file damaged and kept aside',
    'Compare priorities and modes with what they should be; the damaged file is kept for reading',
  ),
  1013: event('info', 'Path watcher connected'),
  1014: event('warning', 'Path watcher disconnected', 'Start ispmwatcher: without it no failed path comes back'),
  1015: event('warning', 'Events lost between kernel and controller; everything was read again'),
  1016: event('info', 'Map adopted'),
  1017: event('info', 'Map removed: its logical unit has no path left'),
  1018: event(
    'warning',
    'Events may be missing from the event log',
    'Compare with "spscmd getlun"; the log of pathmanagerd has every event',
  ),
  1019: event(
    'error',
    'Event log cannot be written',
    'Free space or make its file system writable; records are kept meanwhile and written when it works again',
  ),
  1020: event('info', 'Event log is written again'),
  1021: event('info', 'Number or name of a logical unit changed'),
  1022: event(
    'warning',
    'I/O without a path waits a limited time from now on',
    'Start the controller again to have the configured time back',
  ),
  1023: event(
    'error',
    'State file cannot be written',
    'Free space there or make its file system writable; until then a restart forgets what was set',
  ),
  1024: event('info', 'State file is written again'),
  1025: event(
    'warning',
    'Path vanished: the array no longer lists the logical unit',
    'If that was intended, end the use of the logical unit where no other path is left; its disks are deleted by themselves. If not, correct the LUN mapping at the array',
  ),
  1026: event('info', 'Disk deleted: the array no longer serves it'),
  1027: event(
    'warning',
    'Disk of a vanished logical unit kept',
    'End what uses the disk beside its map; it is tried again',
  ),
  1028: event(
    'error',
    'Map cannot be made: the disks of the logical unit are left to others',
    'The reason stands in the record: remove what is in the way; it is tried again, and the disks are taken then',
  ),
  1029: event('warning', 'Remote port lost', 'Check cable, switch port and array port'),
  1030: event('info', 'Remote port is back'),
  1031: event(
    'warning',
    'Remote port held back: it is lost again and again',
    'Check cable, transceivers and switch port; its paths come back by themselves when it has stayed for a while, or at once by "spscmd failback PATH"',
  ),
  1032: event('info', 'Remote port is held back no longer'),
  1033: event(
    'warning',
    'Remote port degrades: its paths are used after the others',
    'Check cable, transceivers and switch port; the paths are used as before when the fabric gives the all-clear',
  ),
  1034: event('info', 'Remote port degrades no longer'),
  1035: event(
    'info',
    'Time-outs of a remote port are left as an operator set them',
    'Where the controller is to set them, write "off" to fast_io_fail_tmo and start the controller again',
  ),
  1036: event(
    'error',
    'Path leads to another logical unit now, and was taken out of use at once',
    'Correct the LUN mapping at the array; data written through the path meanwhile went to the other logical unit',
  ),
  1037: event('info', 'Reservation key registered'),
  1038: event('info', 'Reservation key given up'),
  1039: event(
    'error',
    'Reservation key taken away: the I/O of the logical unit fails on every path',
    'See that the other node may have the logical unit no more; then register again with "spscmd reserve register LU --key KEY", or give it up with "spscmd reserve unregister LU"',
  ),
  1040: event(
    'warning',
    'Path out of use: the reservation key is not registered on it',
    'It is registered and used by itself as soon as the array takes it; where another key stands in the way, "spscmd reserve register LU --key KEY --ignore-existing" replaces that',
  ),
  1041: event('info', 'Path registered with the reservation key'),
  1042: event('info', 'Reservation changed'),
} as const satisfies Record<number, EventDefinition>;

export type EventId = keyof typeof catalogue;

/** One thing that happened. */
export interface EventRecord {
  readonly id: EventId;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly wwid: Wwid | null;
  readonly unit: UnitNumber | null;
  readonly path: PathNumber | null;
  /** The particulars, one line, device strings escaped. */
  readonly detail: string;
}
