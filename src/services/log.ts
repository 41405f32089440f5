/** The daemons' logs: bunyan records on standard output, one JSON line each. */
import bunyan from 'bunyan';
import { catalogue, type EventRecord } from '../model/catalogue.js';
import type { RecordView } from '../model/view.js';

export type Logger = bunyan;

export function createLogger(name: string, level: 'debug' | 'info' | 'warn' | 'error'): Logger {
  return bunyan.createLogger({ name, level, stream: process.stdout });
}

/** Writes a record of the catalogue at its level, with its ID and what it concerns as fields. */
export function logRecord(log: Logger, record: EventRecord, view: RecordView): void {
  const fields = { event: record.id, wwid: record.wwid, unit: record.unit, path: record.path };
  const text = view.detail === '' ? view.title : `${view.title}: ${view.detail}`;
  switch (catalogue[record.id].level) {
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
}
