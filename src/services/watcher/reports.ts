/** What the watcher saw, on its way to the controller: what is seen close together goes out as one request. */
import type { Clock, Timer } from '../../base/clock.js';
import { asPathManagerError } from '../../base/errors.js';
import type { ControllerLink, ReportBody } from './ports.js';

/** Soon where it says something new. */
const NEWS_GATHER_MS = 5;
const ROUTINE_GATHER_MS = 500;

type Gathered = { [Part in Exclude<keyof ReportBody, 'nextRoundMs'>]: ReportBody[Part][number][] };

export interface ReportsOptions {
  readonly clock: Clock;
  readonly link: Pick<ControllerLink, 'report'>;
  /** Milliseconds until the next round of the patrol. */
  readonly nextRoundMs: () => number;
  readonly trouble: (what: string, error: unknown) => void;
}

export class Reports {
  readonly #options: ReportsOptions;
  #gathered: Gathered = empty();
  #gather: { readonly timer: Timer; readonly news: boolean } | null = null;
  #closed = false;

  constructor(options: ReportsOptions) {
    this.#options = options;
  }

  /** @param news whether it says anything that the controller does not know */
  add<Part extends keyof Gathered>(part: Part, one: Gathered[Part][number], news: boolean): void {
    if (this.#closed) return;
    const list: Gathered[Part][number][] = this.#gathered[part];
    list.push(one);
    if (this.#gather !== null && (this.#gather.news || !news)) return;
    this.#gather?.timer.cancel();
    const delay = news ? NEWS_GATHER_MS : ROUTINE_GATHER_MS;
    this.#gather = { timer: this.#options.clock.after('send report', delay, () => this.#send()), news };
  }

  /** Drops what has not gone out. */
  close(): void {
    this.#closed = true;
    this.#gather?.timer.cancel();
  }

  #send(): void {
    const { link, nextRoundMs, trouble } = this.#options;
    const body = { ...this.#gathered, nextRoundMs: nextRoundMs() };
    this.#gathered = empty();
    this.#gather = null;
    link.report(body).catch((error: unknown) => {
      trouble('Cannot report to the controller', asPathManagerError(error));
    });
  }
}

function empty(): Gathered {
  return { probes: [], access: [], lostKeys: [] };
}
