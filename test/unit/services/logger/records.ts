/** Records and stream events for the tests of the log service. */
import type { EventId } from '../../../../src/model/catalogue.js';
import type { StreamEvent } from '../../../../src/services/api-client/event-stream.js';
import { ownRecord, type LogRecord } from '../../../../src/services/logger/stream-record.js';
import { recordOf } from '../../../support/stream-controller.js';

const AT = 1_700_000_000_000;

export function record(id: EventId, fields: Partial<LogRecord> = {}): LogRecord {
  return { ...ownRecord(id, AT, ''), ...fields };
}

export function recordEvent(sequence: number, id: EventId = 1001, epoch = 'run1'): StreamEvent {
  return { id: `${epoch}.${String(sequence)}`, kind: 'record', data: recordOf(id, `n=${String(sequence)}`) };
}
