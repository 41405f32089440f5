import { pathPattern } from '../src/cli/arguments.js';
import { PathManagerCommand } from '../src/cli/base-command.js';
import { pathText } from '../src/cli/values.js';
import type { ChangedView } from '../src/services/api-client/routes.js';

export default class Avail extends PathManagerCommand {
  static override summary = 'Enable the priority of paths.';
  static override description =
    'A Standby path becomes Active, or In use where it now has the highest priority. Prints nothing when it is done.';
  static override examples = [
    { description: 'Enable one path', command: '<%= config.bin %> <%= command.id %> 4:0:0:1' },
    { description: 'Enable every path through host 4', command: '<%= config.bin %> <%= command.id %> 4:::' },
  ];
  static override args = { path: pathPattern() };

  async run(): Promise<ChangedView> {
    const { args, flags } = await this.parse(Avail);
    return this.control(flags).post('/v1/paths/enable', { path: pathText(args.path) });
  }
}
