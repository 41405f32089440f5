import { PathManagerCommand } from '../src/cli/base-command.js';
import { diagnose, type Diagnosis } from '../src/cli/diagnosis.js';
import { exitStatus } from '../src/cli/failure.js';
import { formatDiagnosis } from '../src/cli/format-diagnosis.js';
import { productVersion } from '../src/services/version.js';
import { bareMachine } from '../src/services/without-controller.js';

export default class Doctor extends PathManagerCommand {
  static override summary = 'Look for what is amiss, and tell what to do.';
  static override description = `Looks for single points of failure (one path, host, adapter or array port), time-outs that fight each other, disks that should be paths and are none, maps without a path, suspended or half changed, path selectors that the kernel lacks, and daemons that are away or of another version. Each finding says what it means and what to do. Nothing is changed.

Exit status: 0 where nothing is found but information, 1 where there is a warning or an error; also without a controller, which is a finding of its own.`;
  static override examples = [
    { description: 'Is everything as it should be?', command: '<%= config.bin %> <%= command.id %>' },
    { description: 'For monitoring, as data', command: '<%= config.bin %> <%= command.id %> --json' },
  ];

  async run(): Promise<Diagnosis> {
    const { flags } = await this.parse(Doctor);
    const diagnosis = await diagnose(this.status(flags), productVersion(), bareMachine);
    this.log(formatDiagnosis(diagnosis));
    if (diagnosis.findings.some(({ severity }) => severity !== 'info')) this.exitStatus = exitStatus.failed;
    return diagnosis;
  }
}
