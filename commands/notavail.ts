import * as Flags from '@oclif/core/flags';
import { pathPattern } from '../src/cli/arguments.js';
import { PathManagerCommand } from '../src/cli/base-command.js';
import { pathText } from '../src/cli/values.js';
import type { ChangedView } from '../src/services/api-client/routes.js';

export default class NotAvail extends PathManagerCommand {
  static override summary = 'Disable the priority of paths.';
  static override description =
    'The path becomes Standby: it carries I/O only when no enabled path is left. Disabling the last enabled healthy path of a logical unit is refused unless forced. Prints nothing when it is done.';
  static override examples = [
    { description: 'Disable one path', command: '<%= config.bin %> <%= command.id %> 4:0:0:1' },
    { description: 'Disable the last enabled path too', command: '<%= config.bin %> <%= command.id %> 4::: --force' },
  ];
  static override args = { path: pathPattern() };
  static override flags = {
    force: Flags.boolean({
      default: false,
      summary: 'Also where it is the last enabled healthy path of a logical unit.',
    }),
  };

  async run(): Promise<ChangedView> {
    const { args, flags } = await this.parse(NotAvail);
    return this.control(flags).post('/v1/paths/disable', { path: pathText(args.path), force: flags.force });
  }
}
