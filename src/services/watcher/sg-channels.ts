/** The open sg devices of one user: one channel a path, opened when it is first needed. */
import type { Clock } from '../../base/clock.js';
import { asPathManagerError } from '../../base/errors.js';
import type { Poller } from '../../ffi/poller.js';
import { SgChannel } from '../../scsi/sg-channel.js';

export class SgChannels {
  readonly #poller: Poller;
  readonly #clock: Clock;
  readonly #channels = new Map<string, SgChannel>();

  constructor(poller: Poller, clock: Clock) {
    this.#poller = poller;
    this.#clock = clock;
  }

  /** By the node of the sg driver, as "sg3". Null where the device cannot be opened: it is gone, or has no sg node. */
  open(node: string | null): SgChannel | null {
    if (node === null) return null;
    const known = this.#channels.get(node);
    if (known?.isOpen === true) return known;
    try {
      const channel = SgChannel.open(`/dev/${node}`, { poller: this.#poller, clock: this.#clock });
      this.#channels.set(node, channel);
      return channel;
    } catch (error) {
      // Only what the kernel says of the device; anything else is a fault of ours.
      if (asPathManagerError(error).code !== 'SYSCALL') throw error;
      return null;
    }
  }

  /** Closes the others, apart from those that `spared` is true for. */
  keepOnly(nodes: ReadonlySet<string>, spared: (channel: SgChannel) => boolean = () => false): void {
    for (const [node, channel] of this.#channels) {
      if (nodes.has(node) || spared(channel)) continue;
      channel.close();
      this.#channels.delete(node);
    }
  }
}
