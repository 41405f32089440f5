/** The port ScsiAccess over the sg driver. */
import { existsSync } from 'node:fs';
import type { Clock } from '../../base/clock.js';
import type { Poller } from '../../ffi/poller.js';
import type { PortGroupState } from '../../model/types.js';
import type { PathView } from '../../model/view.js';
import { escapeControl } from '../../base/text.js';
import { verdict } from '../../scsi/outcome.js';
import { probePath, readLuns, readTargetPortGroups, readWwid } from '../../scsi/probe.js';
import type { SgChannel } from '../../scsi/sg-channel.js';
import type { ProbeAnswer, ScsiAccess } from './ports.js';
import { SgChannels } from './sg-channels.js';

export class SgAccess implements ScsiAccess {
  readonly #clock: Clock;
  readonly #channels: SgChannels;

  constructor(poller: Poller, clock: Clock) {
    this.#clock = clock;
    this.#channels = new SgChannels(poller, clock);
  }

  async probe(path: PathView, expected: string | null, timeoutMs: number): Promise<ProbeAnswer | null> {
    const channel = this.#channels.open(path.sg);
    if (channel === null) return isUnborn(path) ? null : { verdict: 'down', outcome: 'device-gone', latencyMs: 0 };
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
    if (found.value !== null) {
      const leadsTo = escapeControl(found.value);
      return { ...answer, verdict: 'down', outcome: `other unit ${leadsTo}`, leadsTo };
    }
    // A device without that page has its WWID from elsewhere; there is nothing to compare.
    if (found.outcome === 'rejected') return answer;
    if (found.outcome === 'not-sent') return null;
    return { ...answer, verdict: verdict(found.outcome), outcome: found.outcome };
  }

  async portGroups(path: PathView, timeoutMs: number): Promise<readonly PortGroupState[] | null> {
    const channel = this.#channels.open(path.sg);
    if (channel === null || channel.outstanding > 0) return null;
    const { value } = await readTargetPortGroups(channel, this.#clock, { timeoutMs });
    return value === null ? null : value.map(({ id, state }) => ({ id, state }));
  }

  async luns(path: PathView, timeoutMs: number): Promise<readonly string[] | null> {
    const channel = this.#channels.open(path.sg);
    if (channel === null || channel.outstanding > 0) return null;
    return (await readLuns(channel, this.#clock, { timeoutMs })).value;
  }

  keepOnly(sgNodes: ReadonlySet<string>): void {
    this.#channels.keepOnly(sgNodes);
  }

  close(): void {
    this.keepOnly(new Set());
  }
}

/** The sg node comes a moment after the disk, which may carry I/O by then: no word against a path in service. */
function isUnborn({ sg, state }: PathView): boolean {
  return state !== 'failed' && (sg === null || !existsSync(`/dev/${sg}`));
}
