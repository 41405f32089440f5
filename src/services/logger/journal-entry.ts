/** A record as one datagram of the journal's native protocol (systemd's "Native Journal Protocol"). */
import type { EventLevel } from '../../model/catalogue.js';
import { messageId } from './message-ids.js';
import { recordText, type LogRecord } from './stream-record.js';

/** syslog(3) levels. */
const priorities: Readonly<Record<EventLevel, number>> = { info: 6, warning: 4, error: 3 };

/** A datagram must fit the socket's send buffer (212992 bytes by default), and nobody reads a longer line. */
const TEXT_MAX = 8192;

/** Fields by name; what is null is left out. */
export type JournalFields = Readonly<Record<string, string | number | null>>;

/** Events of level info that a reader of the journal looks for: the controller's start and stop, and the end of 1019. */
const alsoImportant: readonly number[] = [1010, 1011, 1020];

/** Whether the journal gets a copy. */
export function isImportant({ level, event }: LogRecord): boolean {
  return level !== 'info' || alsoImportant.includes(event);
}

export function journalFields(record: LogRecord): JournalFields {
  const where = [
    record.unit === null ? null : `logical unit ${String(record.unit)}`,
    record.path === null ? null : `path ${record.path}`,
  ].filter((part) => part !== null);
  const place = where.length === 0 ? '' : ` (${where.join(', ')})`;
  return {
    MESSAGE: `${recordText(record)}${place}`.slice(0, TEXT_MAX),
    PRIORITY: priorities[record.level],
    MESSAGE_ID: messageId(record.event),
    SYSLOG_IDENTIFIER: 'ispmlogger',
    SPS_EVENT: record.event,
    SPS_LUN: record.unit,
    SPS_WWID: record.wwid,
    SPS_PATH: record.path,
    // The journal's own time is that of the copy, which may be late.
    SPS_TIME: new Date(record.at).toISOString(),
  };
}

/** The datagram: "NAME=value" lines, and for a value with line breaks its name, a 64-bit length and the bytes. */
export function encodeJournal(fields: JournalFields): Buffer {
  return Buffer.concat(
    Object.entries(fields).flatMap(([name, value]) => (value === null ? [] : [encodeField(name, String(value))])),
  );
}

function encodeField(name: string, value: string): Buffer {
  if (!value.includes('\n')) return Buffer.from(`${name}=${value}\n`);
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(bytes.length));
  return Buffer.concat([Buffer.from(`${name}\n`), length, bytes, Buffer.from('\n')]);
}
