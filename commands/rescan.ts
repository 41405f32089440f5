import * as Args from '@oclif/core/args';
import { PathManagerCommand } from '../src/cli/base-command.js';
import type { RescanView } from '../src/services/api-client/routes.js';

export default class Rescan extends PathManagerCommand {
  static override summary = 'Look for new, grown and vanished logical units now.';
  static override description =
    'The kernel scans its SCSI hosts and reads its disks again, and the controller takes what it finds: a new LUN gets its map, a LUN that has grown grows. Events of the storage cause the same by themselves. Prints nothing when it is done.';
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> host3'];
  static override args = {
    scope: Args.string({
      description: 'All hosts ("all"), one SCSI host ("host3") or one path ("3:0:1:0").',
      default: 'all',
      words: { all: 'every host' },
      live: ['paths'],
    }),
  };

  async run(): Promise<RescanView> {
    const { flags, args } = await this.parse(Rescan);
    const view = await this.control(flags).post('/v1/rescan', { scope: args.scope });
    if (!view.finished) this.log('Some storage has not answered yet; what it shows later is taken then.');
    return view;
  }
}
