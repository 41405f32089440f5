import { pathPattern } from '../src/cli/arguments.js';
import { PathManagerCommand } from '../src/cli/base-command.js';
import { pathText } from '../src/cli/values.js';
import type { ChangedView } from '../src/services/api-client/routes.js';

export default class Failback extends PathManagerCommand {
  static override summary = 'Check failed paths now and bring back what answers.';
  static override description =
    'A path that answers comes back with its old priority, enabled or not by the failback mode. Prints nothing when it is done.';
  static override examples = [
    { description: 'Bring back one path', command: '<%= config.bin %> <%= command.id %> 4:0:0:1' },
    { description: 'Bring back the paths through host 4', command: '<%= config.bin %> <%= command.id %> 4:::' },
  ];
  static override args = { path: pathPattern() };

  async run(): Promise<ChangedView> {
    const { args, flags } = await this.parse(Failback);
    return this.control(flags).post('/v1/paths/failback', { path: pathText(args.path) });
  }
}
