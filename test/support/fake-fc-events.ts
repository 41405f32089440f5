import type { FcEventListener, FcEventPort } from '../../src/netlink/fc-event-socket.js';
import type { FcEvent } from '../../src/netlink/fc-event.js';

/** A source of Fibre Channel events that a test drives by hand. */
export class FakeFcEvents implements FcEventPort {
  listener: FcEventListener | null = null;
  /** How often it was opened: a kernel without the transport is asked again later. */
  opened = 0;
  /** What opening ends with. */
  failure: Error | null = null;

  open(listener: FcEventListener): void {
    this.opened += 1;
    if (this.failure !== null) throw this.failure;
    this.listener = listener;
  }

  close(): void {
    this.listener = null;
  }

  send(event: FcEvent): void {
    this.listener?.onEvent(event);
  }
}
