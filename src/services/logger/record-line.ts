/** A record as a bunyan line of spsevent.log. */
import bunyan from 'bunyan';
import { recordText, type LogRecord } from './stream-record.js';

let line = '';
const log = bunyan.createLogger({
  name: 'pathmanager',
  stream: { write: (text: string) => void (line = text) } as never,
});

/**
 * The line, without its line break. `time` is the event's, not that of the writing.
 * @param stream identifier in the event stream, by which a follower goes on after the last line; null for a record that
 *   did not come from there
 */
export function recordLine(record: LogRecord, stream: string | null): string {
  const { event, wwid, unit, path } = record;
  const fields = { event, wwid, unit, path, stream, time: new Date(record.at) };
  const text = recordText(record);
  switch (record.level) {
    case 'info':
      log.info(fields, text);
      break;
    case 'warning':
      log.warn(fields, text);
      break;
    case 'error':
      log.error(fields, text);
      break;
  }
  return line.trimEnd();
}
