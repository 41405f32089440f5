import type { Clock } from '../../base/clock.js';
import type { PathKey, Wwid } from '../../base/ids.js';
import type { Prober } from '../../controller/ports.js';
import type { ModelState } from '../../model/types.js';
import type { ProbeRequestView } from '../../model/view.js';
import type { EventRing } from '../api/event-ring.js';

/**
 * The port Prober over the event stream: the watcher reads the requests there. A request that nobody reads is not
 * repeated: a watcher that connects probes every failed path anyway.
 */
export class StreamProber implements Prober {
  readonly #ring: EventRing;
  readonly #clock: Clock;
  readonly #state: () => ModelState;
  /** Probes that were asked for and have had no answer, with the time of the first asking. */
  readonly #open = new Map<string, number>();
  #watchers = 0;

  constructor(ring: EventRing, clock: Clock, state: () => ModelState) {
    this.#ring = ring;
    this.#clock = clock;
    this.#state = state;
  }

  get connected(): boolean {
    return this.#watchers > 0;
  }

  watcher(connected: boolean): void {
    this.#watchers += connected ? 1 : -1;
    // A watcher that has gone takes its probes with it.
    if (!this.connected) this.#open.clear();
  }

  /** Since when a probe of the path has been waited for, milliseconds since 1970; null where none is. */
  askedAt(wwid: Wwid, key: PathKey): number | null {
    return this.#open.get(`${wwid} ${key}`) ?? null;
  }

  /** A probe of the path has ended. */
  answered(wwid: Wwid, key: PathKey): void {
    this.#open.delete(`${wwid} ${key}`);
  }

  request(probe: Parameters<Prober['request']>[0]): void {
    const path = this.#state()
      .units.get(probe.wwid)
      ?.paths.find((each) => each.key === probe.key);
    if (path === undefined) return;
    const name = `${probe.wwid} ${probe.key}`;
    if (this.connected && !this.#open.has(name)) this.#open.set(name, this.#clock.now());
    const request: ProbeRequestView = {
      wwid: probe.wwid,
      key: probe.key,
      sg: path.facts.sg,
      devT: path.facts.devT,
      reason: probe.reason,
    };
    // That one comes again within seconds, for every path there is where all storage is lost: it must push nothing out.
    if (probe.reason === 'no-path') this.#ring.tell('probe', request);
    else this.#ring.push('probe', request);
  }
}
