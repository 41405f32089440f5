/** The port ScsiAccess over the sg driver: one open channel a path. */
import type { Clock } from '../../base/clock.js';
import type { Poller } from '../../ffi/poller.js';
import type { PortGroupState } from '../../model/types.js';
import type { PathView } from '../../model/view.js';
import { asPathManagerError } from '../../base/errors.js';
import { escapeControl } from '../../base/text.js';
import { verdict } from '../../scsi/outcome.js';
import { probePath, readLuns, readTargetPortGroups, readWwid } from '../../scsi/probe.js';
import { SgChannel } from '../../scsi/sg-channel.js';
import type { ProbeAnswer, ScsiAccess } from './ports.js';

export class SgAccess implements ScsiAccess {
  readonly #poller: Poller;
  readonly #clock: Clock;
  readonly #channels = new Map<string, SgChannel>();

  constructor(poller: Poller, clock: Clock) {
    this.#poller = poller;
    this.#clock = clock;
  }

  async probe(path: PathView, expected: string | null, timeoutMs: number): Promise<ProbeAnswer | null> {
    const channel = this.#channel(path);
    if (channel === null) return { verdict: 'down', outcome: 'device-gone', latencyMs: 0 };
    // One that hangs gets no second one: its verdict was given when the first passed its deadline.
    if (channel.outstanding > 0) return null;
    const { outcome, latencyMs } = await probePath(channel, this.#clock, { timeoutMs });
    if (outcome === 'not-sent') return null;
    const answer = { verdict: verdict(outcome), outcome, latencyMs };
    return expected === null || answer.verdict !== 'up' ? answer : this.#verified(channel, expected, timeoutMs, answer);
  }

  /** Device answers that name another unit, or that name none where one is due, do not bring a path back. */
  async #verified(
    channel: SgChannel,
    expected: string,
    timeoutMs: number,
    answer: ProbeAnswer,
  ): Promise<ProbeAnswer | null> {
    const found = await readWwid(channel, this.#clock, { timeoutMs });
    if (found.value === expected) return answer;
    if (found.value !== null)
      return { ...answer, verdict: 'down', outcome: `other unit ${escapeControl(found.value)}` };
    // A device without that page has its WWID from elsewhere; there is nothing to compare.
    if (found.outcome === 'rejected') return answer;
    if (found.outcome === 'not-sent') return null;
    return { ...answer, verdict: verdict(found.outcome), outcome: found.outcome };
  }

  async portGroups(path: PathView, timeoutMs: number): Promise<readonly PortGroupState[] | null> {
    const channel = this.#channel(path);
    if (channel === null || channel.outstanding > 0) return null;
    const { value } = await readTargetPortGroups(channel, this.#clock, { timeoutMs });
    return value === null ? null : value.map(({ id, state }) => ({ id, state }));
  }

  async luns(path: PathView, timeoutMs: number): Promise<readonly string[] | null> {
    const channel = this.#channel(path);
    if (channel === null || channel.outstanding > 0) return null;
    return (await readLuns(channel, this.#clock, { timeoutMs })).value;
  }

  keepOnly(sgNodes: ReadonlySet<string>): void {
    for (const [node, channel] of this.#channels) {
      if (sgNodes.has(node)) continue;
      channel.close();
      this.#channels.delete(node);
    }
  }

  close(): void {
    this.keepOnly(new Set());
  }

  /** Null where the device cannot be opened: it is gone, or has no sg node. */
  #channel(path: PathView): SgChannel | null {
    if (path.sg === null) return null;
    const known = this.#channels.get(path.sg);
    if (known?.isOpen === true) return known;
    try {
      const channel = SgChannel.open(`/dev/${path.sg}`, { poller: this.#poller, clock: this.#clock });
      this.#channels.set(path.sg, channel);
      return channel;
    } catch (error) {
      // Only what the kernel says of the device; anything else is a fault of ours.
      if (asPathManagerError(error).code !== 'SYSCALL') throw error;
      return null;
    }
  }
}
