/** An event as `spscmd events` shows it, from a line of the event log or from the controller's stream. */
import { escapeControl } from '../../base/text.js';
import type { EventLevel } from '../../model/catalogue.js';
import type { Paint } from '../colour.js';
import { type LogRecord, recordText } from '../../services/logger/stream-record.js';

/** The shape of the --json output. */
export interface EventEntry {
  /** ISO 8601, UTC, with milliseconds. */
  readonly time: string;
  readonly level: EventLevel;
  readonly event: number;
  readonly unit: number | null;
  readonly wwid: string | null;
  readonly path: string | null;
  readonly message: string;
}

export function entryOf(record: LogRecord): EventEntry {
  const { level, event, unit, wwid, path } = record;
  return { time: new Date(record.at).toISOString(), level, event, unit, wwid, path, message: recordText(record) };
}

/** A line of the event log: the entry, and its place in the event stream (null where it has none). */
export interface LoggedEntry {
  readonly entry: EventEntry;
  readonly stream: string | null;
}

/** bunyan's levels. */
const levels: Readonly<Record<number, EventLevel>> = { 30: 'info', 40: 'warning', 50: 'error' };

/** Reads a line; null where it is no whole record. */
export function readLine(line: string): LoggedEntry | null {
  let fields;
  try {
    fields = JSON.parse(line) as Readonly<Record<string, unknown>> | null;
  } catch {
    return null;
  }
  const { time, level, event, unit, wwid, path, msg, stream } = fields ?? {};
  const known = typeof level === 'number' ? levels[level] : undefined;
  if (known === undefined || typeof event !== 'number' || typeof msg !== 'string' || typeof time !== 'string') {
    return null;
  }
  const at = Date.parse(time);
  if (Number.isNaN(at)) return null;
  return {
    entry: {
      time: new Date(at).toISOString(),
      level: known,
      event,
      unit: typeof unit === 'number' ? unit : null,
      wwid: typeof wwid === 'string' ? wwid : null,
      path: typeof path === 'string' ? path : null,
      message: msg,
    },
    stream: typeof stream === 'string' && /^[\w-]{1,64}\.\d{1,15}$/.test(stream) ? stream : null,
  };
}

const levelText: Readonly<Record<EventLevel, string>> = { info: ' INFO', warning: ' WARN', error: 'ERROR' };

/** One line for people: local time, level, event ID, what it concerns, what happened. Nothing of it can move a cursor. */
export function entryText({ time, level, event, unit, path, message }: EventEntry): string {
  const concerned = [unit === null ? '' : `LU #${String(unit)}`, path ?? ''].filter((part) => part !== '').join(' ');
  const place = concerned === '' ? '' : ` ${concerned}:`;
  return escapeControl(
    `${localTime(new Date(time))} ${levelText[level]} ${String(event).padStart(4)}${place} ${message}`,
  );
}

/** The same, in colour where it is no good news. */
export function paintedEntry(entry: EventEntry, paint: Paint): string {
  const text = entryText(entry);
  if (entry.level === 'info') return text;
  return paint(text, entry.level === 'error' ? 'bad' : 'doubtful');
}

function localTime(date: Date): string {
  const two = (number: number): string => String(number).padStart(2, '0');
  const day = `${String(date.getFullYear())}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const milliseconds = String(date.getMilliseconds()).padStart(3, '0');
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${milliseconds}`;
}
