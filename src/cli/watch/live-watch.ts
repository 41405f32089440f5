/** Looks at the paths each interval and hears of changes in between, until it is closed. */
import type { Clock, Timer } from '../../base/clock.js';
import type { ApiClient } from '../../services/api-client/client.js';
import type { CounterReader } from '../../services/path-counters.js';
import type { EventEntry } from '../events/entry.js';
import { LiveUnits } from './live-units.js';
import { RateMeter } from './rates.js';
import { watchView, type WatchView } from './view.js';

/** Where it is shown. */
export interface WatchOutput {
  /** An interval is over. */
  look(view: WatchView): void;
  /** States have changed between two looks; the rates are those of the last. `trouble`: why nothing newer is known. */
  change(view: WatchView, trouble: string | null): void;
  event(entry: EventEntry): void;
}

export class LiveWatch {
  readonly #clock: Clock;
  readonly #meter: RateMeter;
  readonly #live: LiveUnits;
  #output: WatchOutput | null = null;
  #view: WatchView;
  #timer: Timer | null = null;

  constructor(client: ApiClient, clock: Clock, read: CounterReader) {
    this.#clock = clock;
    this.#meter = new RateMeter(read);
    this.#view = watchView([], new Map(), clock.now());
    this.#live = new LiveUnits(
      client,
      clock,
      () => this.#changed(),
      (entry) => this.#output?.event(entry),
    );
  }

  /** What is there now; rejects where the controller does not answer. Rates come with the next look. */
  async begin(): Promise<WatchView> {
    await this.#live.read();
    return this.#look();
  }

  /** The view after one interval. */
  async once(intervalMs: number): Promise<WatchView> {
    await this.begin();
    await new Promise<void>((resolve) => void this.#clock.after('look', intervalMs, resolve));
    return this.#look();
  }

  follow(intervalMs: number, output: WatchOutput): void {
    this.#output = output;
    this.#live.follow();
    const next = (): void => {
      this.#timer = this.#clock.after('look', intervalMs, () => {
        output.look(this.#look());
        next();
      });
    };
    next();
  }

  close(): void {
    this.#timer?.cancel();
    this.#live.close();
  }

  #look(): WatchView {
    const { units } = this.#live;
    const devices = units.flatMap(({ paths }) => paths.map(({ devT }) => devT));
    this.#view = watchView(units, this.#meter.measure(devices, this.#clock.monotonic()), this.#clock.now());
    return this.#view;
  }

  #changed(): void {
    const rates = new Map(this.#view.units.flatMap(({ paths }) => paths.map((path) => [path.devT, path.rate])));
    this.#view = watchView(this.#live.units, rates, this.#clock.now());
    this.#output?.change(this.#view, this.#live.trouble);
  }
}
