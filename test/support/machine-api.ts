/** A whole controller on a fake kernel, behind its real API. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { settingsView, unitsView } from '../../src/model/view.js';
import { ApiServer } from '../../src/services/api/server.js';
import type { ApiService } from '../../src/services/api/service.js';
import { PortableSettings } from '../../src/services/daemon/portable-settings.js';
import type { Machine } from './machine.js';

/** Runs `run` while the machine, which must have been started, answers in this folder. */
export async function withMachineApi(machine: Machine, run: (runDir: string) => Promise<void>): Promise<void> {
  const runDir = mkdtempSync(join(tmpdir(), 'pathmanager-machine-'));
  const server = await ApiServer.listen(serviceOf(machine) as ApiService, runDir);
  try {
    await run(runDir);
  } finally {
    await server.close();
    rmSync(runDir, { recursive: true, force: true });
  }
}

function serviceOf(machine: Machine): Partial<ApiService> {
  return {
    units: () => unitsView(machine.controller.state, 0),
    settings: () => settingsView(machine.controller.state),
    request: (request) => machine.controller.request(request),
    portable: new PortableSettings(machine.clock, () => machine.controller),
  };
}
