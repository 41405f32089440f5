/**
 * The event stream's memory: a bounded ring with sequence numbers, so that a reader that was away gets what it missed or
 * is told how much is lost.
 */

/** What the stream carries: `record` (RecordView), `probe` (ProbeRequestView), `units` ({wwids}), `settings` (SettingsView). */
export type StreamKind = 'record' | 'probe' | 'units' | 'settings';

export interface StreamEvent {
  /** Null where it is not kept. */
  readonly sequence: number | null;
  readonly kind: StreamKind;
  readonly data: unknown;
}

/** What a reader gets when it comes back. */
export interface Replay {
  readonly events: readonly StreamEvent[];
  /** Events that are no longer kept; null where the number cannot be known (the controller was restarted). */
  readonly missed: number | null;
}

export class EventRing {
  /** Differs for each run of the controller: sequence numbers of another run mean nothing here. */
  readonly epoch: string;
  readonly #capacity: number;
  readonly #kept: (StreamEvent & { readonly sequence: number })[] = [];
  readonly #readers = new Set<(event: StreamEvent) => void>();
  #sequence = 0;

  constructor(epoch: string, capacity = 4096) {
    this.epoch = epoch;
    this.#capacity = capacity;
  }

  /** Sequence number of the last event, 0 before the first. */
  get sequence(): number {
    return this.#sequence;
  }

  push(kind: StreamKind, data: unknown): void {
    this.#sequence += 1;
    const event = { sequence: this.#sequence, kind, data };
    this.#kept.push(event);
    // Dropped in blocks: taking one off the front of an array for each push would move it every time.
    if (this.#kept.length > this.#capacity * 2) this.#kept.splice(0, this.#kept.length - this.#capacity);
    this.#pass(event);
  }

  /** For those who listen now: nobody who comes back gets it, and it takes the place of nothing that is kept. */
  tell(kind: StreamKind, data: unknown): void {
    this.#pass({ sequence: null, kind, data });
  }

  /** The identifier of an event on the wire: "<epoch>.<sequence>". */
  idOf(sequence: number): string {
    return `${this.epoch}.${String(sequence)}`;
  }

  /** What came after the event that the reader saw last. */
  since(lastEventId: string): Replay {
    const seen = new RegExp(`^${this.epoch}\\.(\\d{1,15})$`).exec(lastEventId)?.[1];
    if (seen === undefined || Number(seen) > this.#sequence) return { events: [...this.#kept], missed: null };
    const events = this.#kept.filter((event) => event.sequence > Number(seen));
    return { events, missed: this.#sequence - Number(seen) - events.length };
  }

  subscribe(reader: (event: StreamEvent) => void): { close(): void } {
    this.#readers.add(reader);
    return { close: () => void this.#readers.delete(reader) };
  }

  #pass(event: StreamEvent): void {
    for (const reader of this.#readers) reader(event);
  }
}
