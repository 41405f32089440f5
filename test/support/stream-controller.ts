/** A controller with its real API and event stream, that can stop, be killed, and start anew. */
import { catalogue, type EventId } from '../../src/model/catalogue.js';
import type { RecordView, UnitView } from '../../src/model/view.js';
import { Attendance } from '../../src/services/api/attendance.js';
import { EventRing } from '../../src/services/api/event-ring.js';
import { ApiServer } from '../../src/services/api/server.js';
import type { ApiService } from '../../src/services/api/service.js';
import { health, settings } from './views.js';

const AT = 1_700_000_000_000;

/** A record as the API's stream has it. */
export function recordOf(id: EventId, detail: string, fields: Partial<RecordView> = {}): RecordView {
  const { level, title } = catalogue[id];
  return {
    id,
    level,
    title,
    at: AT,
    wwid: '3600000e00d0000000001000000010000',
    unit: 0,
    path: '4:0:0:0',
    detail,
    ...fields,
  };
}

export class StreamController {
  readonly ring: EventRing;
  units: readonly UnitView[] = [];
  readonly #runDir: string;
  #server: ApiServer | null = null;

  constructor(runDir: string, run: string, capacity = 4096) {
    this.#runDir = runDir;
    this.ring = new EventRing(run, capacity);
  }

  async listen(): Promise<void> {
    const service = {
      ring: this.ring,
      attendance: new Attendance(),
      health,
      settings,
      units: () => ({ sequence: this.ring.sequence, units: this.units }),
      request: () => Promise.resolve([]),
      report: () => undefined,
      metrics: () => Promise.resolve({ type: 'text/plain', text: '' }),
      watcherConnected: () => undefined,
    };
    // What these tests do not ask for is not there.
    this.#server = await ApiServer.listen(service as Partial<ApiService> as ApiService, this.#runDir);
  }

  record(id: EventId, detail: string, fields: Partial<RecordView> = {}): void {
    this.ring.push('record', recordOf(id, detail, fields));
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    await server?.close();
  }
}
