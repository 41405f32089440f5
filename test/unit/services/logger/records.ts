/** Records and stream events for the tests of the log service. */
import { catalogue, type EventId } from '../../../../src/model/catalogue.js';
import type { RecordView } from '../../../../src/model/view.js';
import type { StreamEvent } from '../../../../src/services/api-client/event-stream.js';
import { ownRecord, type LogRecord } from '../../../../src/services/logger/stream-record.js';

const AT = 1_700_000_000_000;

export function record(id: EventId, fields: Partial<LogRecord> = {}): LogRecord {
  return { ...ownRecord(id, AT, ''), ...fields };
}

/** As the API's stream has it. */
export function view(id: EventId, detail: string, fields: Partial<RecordView> = {}): RecordView {
  const { level, title } = catalogue[id];
  return { id, level, title, at: AT, wwid: '36001', unit: 0, path: '4:0:0:0', detail, ...fields };
}

export function recordEvent(sequence: number, id: EventId = 1001, epoch = 'run1'): StreamEvent {
  return { id: `${epoch}.${String(sequence)}`, kind: 'record', data: view(id, `n=${String(sequence)}`) };
}
