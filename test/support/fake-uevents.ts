import type { UeventListener, UeventPort } from '../../src/netlink/uevent-socket.js';
import type { UeventAction } from '../../src/netlink/uevent.js';

/** A source of uevents that a test drives by hand; sending before it is open or after it is closed is lost, as in life. */
export class FakeUevents implements UeventPort {
  listener: UeventListener | null = null;
  seqnum = 0;

  open(listener: UeventListener): void {
    this.listener = listener;
  }

  close(): void {
    this.listener = null;
  }

  send(action: UeventAction, devpath: string, properties: Readonly<Record<string, string>>): void {
    this.seqnum++;
    const all = new Map(
      Object.entries({ ACTION: action, DEVPATH: devpath, SEQNUM: String(this.seqnum), ...properties }),
    );
    const subsystem = properties['SUBSYSTEM'] ?? 'block';
    this.listener?.onEvent({ action, devpath, subsystem, seqnum: this.seqnum, properties: all });
  }

  /** An event of a disk, as "sda". */
  disk(action: UeventAction, node: string): void {
    this.send(action, `/devices/x/block/${node}`, { DEVTYPE: 'disk', DEVNAME: node });
  }

  overrun(cause: 'overflow' | 'truncated' = 'overflow'): void {
    this.listener?.onOverrun(cause);
  }
}
