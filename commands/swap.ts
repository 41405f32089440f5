import { onePath } from '../src/cli/arguments.js';
import { PathManagerCommand } from '../src/cli/base-command.js';
import { pathText } from '../src/cli/values.js';
import type { ChangedView } from '../src/services/api-client/routes.js';

export default class Swap extends PathManagerCommand {
  static override summary = 'Exchange the priorities of two paths.';
  static override description = 'Both paths must lead to one logical unit. Prints nothing when it is done.';
  static override examples = ['<%= config.bin %> <%= command.id %> 4:0:0:0 5:0:1:0'];
  static override args = { path1: onePath(), path2: onePath() };

  async run(): Promise<ChangedView> {
    const { args, flags } = await this.parse(Swap);
    const change = { first: pathText(args.path1), second: pathText(args.path2) };
    return this.control(flags).post('/v1/paths/swap', change);
  }
}
