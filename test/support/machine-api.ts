/** A whole controller on a fake kernel, behind its real API. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { settingsView, unitsView } from '../../src/model/view.js';
import { Attendance } from '../../src/services/api/attendance.js';
import { EventRing } from '../../src/services/api/event-ring.js';
import { ApiServer } from '../../src/services/api/server.js';
import type { ApiService } from '../../src/services/api/service.js';
import { PortableSettings } from '../../src/services/daemon/portable-settings.js';
import { ReservationDesk } from '../../src/services/daemon/reservation-desk.js';
import type { Machine } from './machine.js';
import { health } from './views.js';

/** Runs `run` while the machine, which must have been started, answers in this folder, which anyone may enter. */
export async function withMachineApi(machine: Machine, run: (runDir: string) => Promise<void>): Promise<void> {
  const runDir = mkdtempSync(join(tmpdir(), 'pathmanager-machine-'));
  chmodSync(runDir, 0o755);
  const server = await ApiServer.listen(serviceOf(machine), runDir);
  try {
    await run(runDir);
  } finally {
    await server.close();
    rmSync(runDir, { recursive: true, force: true });
  }
}

function serviceOf(machine: Machine): ApiService {
  return {
    health,
    units: () => unitsView(machine.controller.state, 0),
    settings: () => settingsView(machine.controller.state),
    request: (request) => machine.controller.request(request),
    report: () => undefined,
    rescan: (scope) => machine.controller.rescan(scope),
    metrics: () => Promise.resolve({ type: 'text/plain', text: '' }),
    portable: new PortableSettings(machine.clock, () => machine.controller),
    insight: machine.insight,
    ring: new EventRing('run1'),
    attendance: new Attendance(),
    reservations: new ReservationDesk(() => machine.controller),
    watcherConnected: () => undefined,
  };
}
