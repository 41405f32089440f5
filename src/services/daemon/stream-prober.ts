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
  readonly #state: () => ModelState;
  #watchers = 0;

  constructor(ring: EventRing, state: () => ModelState) {
    this.#ring = ring;
    this.#state = state;
  }

  get connected(): boolean {
    return this.#watchers > 0;
  }

  watcher(connected: boolean): void {
    this.#watchers += connected ? 1 : -1;
  }

  request(probe: Parameters<Prober['request']>[0]): void {
    const path = this.#state()
      .units.get(probe.wwid)
      ?.paths.find((each) => each.key === probe.key);
    if (path === undefined) return;
    const request: ProbeRequestView = {
      wwid: probe.wwid,
      key: probe.key,
      sg: path.facts.sg,
      devT: path.facts.devT,
      reason: probe.reason,
    };
    this.#ring.push('probe', request);
  }
}
