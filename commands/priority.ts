import { argument, onePath } from '../src/cli/arguments.js';
import { PathManagerCommand } from '../src/cli/base-command.js';
import { pathText, readPriority } from '../src/cli/values.js';
import type { ChangedView } from '../src/services/api-client/routes.js';

export default class Priority extends PathManagerCommand {
  static override summary = 'Set the priority of a path.';
  static override description =
    'The highest enabled priority carries the I/O. A priority that another path of the logical unit has is refused. Prints nothing when it is done.';
  static override examples = ['<%= config.bin %> <%= command.id %> 4:0:0:0 10'];
  static override args = {
    path: onePath(),
    priority: argument('An integer from 1 to 254, unique in the logical unit; a larger number is a higher priority.'),
  };

  async run(): Promise<ChangedView> {
    const { args, flags } = await this.parse(Priority);
    const change = { path: pathText(args.path), priority: readPriority(args.priority) };
    return this.control(flags).post('/v1/paths/priority', change);
  }
}
