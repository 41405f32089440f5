/** What doctor tells: the controller's findings, and those that only the command can have. */
import { hasCode, type PathManagerError } from '../base/errors.js';
import { gravestFirst } from '../model/doctor/order.js';
import type { DoctorView, Finding } from '../model/doctor/types.js';
import { shortened } from '../model/doctor/units.js';
import type { ApiClient } from '../services/api-client/client.js';
import type { BareMachine } from '../services/without-controller.js';

/** The shape of the --json output. */
export interface Diagnosis {
  /** This command's. */
  readonly version: string;
  /** What the controller looked at; null where none answered. */
  readonly controller: Pick<DoctorView, 'version' | 'units' | 'paths'> | null;
  /** The gravest first. */
  readonly findings: readonly Finding[];
}

/** Asks the controller. Rejects with NOT_PERMITTED, and with what a controller of this version answers. */
export async function diagnose(api: ApiClient, version: string, bare: () => BareMachine): Promise<Diagnosis> {
  try {
    const { version: running } = await api.get('/v1/health');
    return running === version ? await asked(api, version) : await askedOfAnother(api, version, running);
  } catch (error) {
    if (!hasCode(error, 'NOT_RUNNING', 'NO_ANSWER')) throw error;
    return { version, controller: null, findings: withoutController(error, bare()) };
  }
}

async function asked(api: ApiClient, version: string, more: readonly Finding[] = []): Promise<Diagnosis> {
  const { findings, version: running, units, paths } = await api.get('/v1/doctor');
  return { version, controller: { version: running, units, paths }, findings: gravestFirst([...more, ...findings]) };
}

/** A controller of another version may not know the question. */
async function askedOfAnother(api: ApiClient, version: string, running: string): Promise<Diagnosis> {
  const other: Finding = {
    code: 'controller-version',
    severity: 'warning',
    what: `The controller is version ${running}, this command version ${version}.`,
    means: 'It was not restarted after an upgrade: what one tells the other may not be understood.',
    mend: 'Restart it, which leaves the maps and their I/O alone: "systemctl restart pathmanager".',
    units: [],
  };
  try {
    return await asked(api, version, [other]);
  } catch (error) {
    if (!hasCode(error, 'BAD_REQUEST')) throw error;
    return { version, controller: { version: running, units: 0, paths: 0 }, findings: [other] };
  }
}

function withoutController(error: PathManagerError, { multipathd, multipathLoaded, maps }: BareMachine): Finding[] {
  const findings: Finding[] = [
    {
      code: 'controller-absent',
      severity: 'error',
      what: `${error.message}.`,
      means: 'The kernel still switches paths by itself, but nobody brings one back, and nothing can be shown or set.',
      mend: '"journalctl -u pathmanager" tells why it does not run; "systemctl start pathmanager" starts it.',
      units: [],
    },
  ];
  if (multipathd !== null) {
    findings.push({
      code: 'multipathd-runs',
      severity: 'error',
      what: `${multipathd}.`,
      means: 'Beside it the controller does not start, so that no two programs steer the same maps.',
      mend: 'Stop and disable one of the two.',
      units: [],
    });
  }
  if (maps.length > 0) {
    findings.push({
      code: 'maps-unattended',
      severity: 'warning',
      what: `Multipath maps run: ${shortened(maps)}.`,
      means: 'Their I/O goes on; unless queueing was left on, it fails when their last path goes.',
      mend: 'Start the controller: it takes them over as they are, under running I/O.',
      units: [],
    });
  }
  if (!multipathLoaded) {
    findings.push({
      code: 'multipath-not-loaded',
      severity: 'info',
      what: "The kernel's dm-multipath is not loaded.",
      means: 'The controller loads it when it starts, where the kernel has it.',
      mend: 'If it does not start for that: "modprobe dm-multipath", and install the modules of the running kernel.',
      units: [],
    });
  }
  return findings;
}
