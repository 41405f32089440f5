/** ispmlogger without its process: each record of the event stream goes to the event log, the important ones to the journal. */
import type { Clock, Timer } from '../../base/clock.js';
import type { EventId } from '../../model/catalogue.js';
import type { StreamEvent } from '../api-client/event-stream.js';
import { encodeJournal, isImportant, journalFields } from './journal-entry.js';
import { LogKeeper } from './log-keeper.js';
import { isDone, type Position } from './position.js';
import { recordLine } from './record-line.js';
import { ownRecord, readRecord, type LogRecord } from './stream-record.js';

/** The position is saved after so many records or so much time: a crash repeats at most these, and loses none. */
const SAVE_RECORDS = 16;
const SAVE_MS = 200;
/** Where the position cannot be saved, it is tried again this much later. */
const SAVE_AGAIN_MS = 5_000;

const CONTROLLER_STOPPED = 1011;

export interface EventLoggerParts {
  readonly clock: Clock;
  /** Appends a line to the event log; throws where it cannot. */
  readonly append: (line: string) => void;
  readonly journal: { readonly waiting: number; send(datagram: Buffer): void };
  /** Throws where it cannot. */
  readonly savePosition: (position: Position) => void;
  /** What an operator must know of the log service itself; once a trouble, not once a record. */
  readonly say: (text: string) => void;
}

export class EventLogger {
  readonly #parts: EventLoggerParts;
  readonly #keeper: LogKeeper;
  /** What the service did before it was started now. */
  readonly #before: Position | null;
  #logged: string | null;
  #told: string | null;
  #seen: string | null;
  #ended: boolean;
  #unsaved = 0;
  #timer: Timer | null = null;
  #saving = true;
  #odd = false;

  constructor(parts: EventLoggerParts, before: Position | null) {
    this.#parts = parts;
    this.#before = before;
    this.#logged = this.#seen = before?.log ?? null;
    this.#told = before?.journal ?? null;
    this.#ended = before?.ended ?? false;
    this.#keeper = new LogKeeper({
      clock: parts.clock,
      append: parts.append,
      onTrouble: (error) => this.#trouble(error),
      lossLine: (count) => recordLine(this.#own(1018, `${String(count)} records were too many to keep`), null),
      onRecovered: (kept, lost) => this.#recovered(kept, lost),
    });
  }

  /** False while the event log cannot be written. */
  get writing(): boolean {
    return this.#keeper.settled;
  }

  take({ id, kind, data }: StreamEvent): void {
    if (kind === 'gap') this.#gap(data);
    if (kind === 'record') this.#record(id, data);
    if (id !== null) this.#advance(id, kind === 'record');
  }

  /** Writes what can be written now and saves the position. */
  close(): void {
    this.#keeper.retry();
    this.#keeper.close();
    this.#timer?.cancel();
    this.#save();
    this.#timer?.cancel();
  }

  #record(id: string | null, data: unknown): void {
    const record = readRecord(data);
    if (record === null) {
      if (!this.#odd) this.#parts.say('The controller sends records that this release cannot read; they are left out');
      this.#odd = true;
      return;
    }
    this.#ended = record.event === CONTROLLER_STOPPED;
    const told = id !== null && this.#before !== null && isDone(id, this.#before.journal);
    if (!told) this.#tell(record);
    this.#keeper.put(recordLine(record, id));
  }

  /** Whoever starts for the first time, or has seen the last run to its end, has missed nothing of it. */
  #gap(data: unknown): void {
    const missed = (data as { missed?: unknown } | null)?.missed;
    if (this.#seen === null) return;
    if (typeof missed === 'number') this.#note(1018, `the controller no longer had ${String(missed)} events`);
    else if (!this.#ended) this.#note(1018, 'the controller was started anew and did not say that it stopped');
  }

  #advance(id: string, isRecord: boolean): void {
    this.#seen = id;
    if (this.#keeper.settled) this.#logged = id;
    if (this.#parts.journal.waiting === 0) this.#told = id;
    if (isRecord) this.#unsaved += 1;
    if (this.#unsaved >= SAVE_RECORDS && this.#saving) this.#save();
    else this.#timer ??= this.#parts.clock.after('position', SAVE_MS, () => this.#save());
  }

  #save(): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#unsaved = 0;
    if (this.#logged === null || this.#told === null) return;
    try {
      this.#parts.savePosition({ log: this.#logged, journal: this.#told, ended: this.#ended });
      this.#saving = true;
    } catch (error) {
      if (this.#saving) this.#parts.say(`Position in the event stream cannot be saved: ${messageOf(error)}`);
      this.#saving = false;
      this.#timer = this.#parts.clock.after('position', SAVE_AGAIN_MS, () => this.#save());
    }
  }

  #trouble(error: Error): void {
    this.#parts.say(`Event log cannot be written, records are kept until it can: ${error.message}`);
    this.#note(1019, error.message);
  }

  #recovered(kept: number, lost: number): void {
    this.#logged = this.#seen;
    const text = `${String(kept)} records were late, ${String(lost)} are lost`;
    this.#parts.say(`Event log is written again: ${text}`);
    this.#note(1020, text);
  }

  /** A record of the service's own: in both places. */
  #note(id: EventId, detail: string): void {
    const record = this.#own(id, detail);
    this.#tell(record);
    this.#keeper.put(recordLine(record, null));
  }

  #own(id: EventId, detail: string): LogRecord {
    return ownRecord(id, this.#parts.clock.now(), detail);
  }

  #tell(record: LogRecord): void {
    if (isImportant(record)) this.#parts.journal.send(encodeJournal(journalFields(record)));
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
