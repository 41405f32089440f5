/** Records of the event stream, checked: the controller may be of another release. */
import { escapeControl } from '../../base/text.js';
import { catalogue, type EventId, type EventLevel } from '../../model/catalogue.js';

/** What happened, as the event log and the journal take it. All texts are one line without control characters. */
export interface LogRecord {
  readonly event: number;
  readonly level: EventLevel;
  readonly title: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly wwid: string | null;
  readonly unit: number | null;
  readonly path: string | null;
  readonly detail: string;
}

const levels: readonly unknown[] = ['info', 'warning', 'error'] satisfies EventLevel[];

/** The record in the data of a stream event; null where it is none. */
export function readRecord(data: unknown): LogRecord | null {
  if (typeof data !== 'object' || data === null) return null;
  const { id, level, title, at, wwid, unit, path, detail } = data as Record<string, unknown>;
  if (typeof id !== 'number' || !Number.isSafeInteger(id) || !levels.includes(level)) return null;
  if (typeof title !== 'string' || typeof detail !== 'string') return null;
  if (typeof at !== 'number' || Number.isNaN(new Date(at).getTime())) return null;
  return {
    event: id,
    level: level as EventLevel,
    title: escapeControl(title),
    at,
    wwid: typeof wwid === 'string' ? escapeControl(wwid) : null,
    unit: typeof unit === 'number' ? unit : null,
    path: typeof path === 'string' ? escapeControl(path) : null,
    detail: escapeControl(detail),
  };
}

/** A record of the log service itself. */
export function ownRecord(id: EventId, at: number, detail: string): LogRecord {
  const { level, title } = catalogue[id];
  return { event: id, level, title, at, wwid: null, unit: null, path: null, detail: escapeControl(detail) };
}

/** Title and particulars in one line. */
export function recordText({ title, detail }: LogRecord): string {
  return detail === '' ? title : `${title}: ${detail}`;
}
