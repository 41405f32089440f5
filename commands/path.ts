import { pathPattern } from '../src/cli/arguments.js';
import { PathManagerCommand } from '../src/cli/base-command.js';
import { pathText } from '../src/cli/values.js';
import type { ChangedView } from '../src/services/api-client/routes.js';

export default class Path extends PathManagerCommand {
  static override summary = 'Bring paths In use.';
  static override description =
    'The path exchanges its priority with the highest of its logical unit. With a pattern this is done in every logical unit that has a match, which spreads logical units over ports by hand. Prints nothing when it is done.';
  static override examples = [
    { description: 'Use one path', command: '<%= config.bin %> <%= command.id %> 5:0:1:0' },
    { description: 'Use target 1 of host 5 wherever it leads', command: '<%= config.bin %> <%= command.id %> 5:0:1:' },
  ];
  static override args = { path: pathPattern() };

  async run(): Promise<ChangedView> {
    const { args, flags } = await this.parse(Path);
    return this.control(flags).post('/v1/paths/use', { path: pathText(args.path) });
  }
}
