import { PathManagerCommand } from '../src/cli/base-command.js';
import type { ChangedView } from '../src/services/api-client/routes.js';

export default class FailbackAll extends PathManagerCommand {
  static override summary = 'Check all failed paths now and bring back what answers.';
  static override description =
    'A path that answers comes back with its old priority, enabled or not by the failback mode. Prints nothing when it is done.';
  static override examples = ['<%= config.bin %> <%= command.id %>'];

  async run(): Promise<ChangedView> {
    const { flags } = await this.parse(FailbackAll);
    return this.control(flags).post('/v1/paths/failback', { path: null });
  }
}
