import * as Args from '@oclif/core/args';
import { PathManagerCommand } from '../src/cli/base-command.js';
import { readSeconds } from '../src/cli/values.js';
import type { ChangedView } from '../src/services/api-client/routes.js';

export default class EndQueue extends PathManagerCommand {
  static override summary = 'Let I/O that waits for a lost path fail, now or after some seconds.';
  static override description =
    'For storage that will not come back: programs that hang in I/O on a logical unit without a path get an error and can end. It holds for every logical unit, until the controller is started again, and never makes anything wait longer. The machine does the same by itself when it goes down. Prints nothing when it is done.';
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> 30'];
  static override args = {
    seconds: Args.string({
      description: 'How long a logical unit may be without a path before its I/O fails, 0 to 3600 seconds.',
      default: '0',
    }),
  };

  async run(): Promise<ChangedView> {
    const { flags, args } = await this.parse(EndQueue);
    return this.control(flags).post('/v1/end-queueing', { seconds: readSeconds(args.seconds) });
  }
}
