import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { PathManagerCommand } from '../src/cli/base-command.js';
import { exportText } from '../src/cli/portable/export-text.js';
import { writeWholeFile } from '../src/cli/portable/write-file.js';
import type { ExportView } from '../src/model/portable.js';

export default class Export extends PathManagerCommand {
  static override summary = 'Write all settings to a file.';
  static override description = `Priorities, enablement, balancing modes, numbers and names of logical units, failback mode, cluster mode and the path watcher's settings, as YAML that can be read, compared, edited and imported. Logical units stand there by WWID and paths by initiator port, target port and LUN, which do not change with host numbers; comments tell what they are now.

Without FILE the text goes to standard output. A file is written whole or not at all, and only its owner can read it.`;
  static override examples = [
    { description: 'Keep the settings', command: '<%= config.bin %> <%= command.id %> /root/paths.yaml' },
    {
      description: 'See what has changed since',
      command: '<%= config.bin %> <%= command.id %> | diff /root/paths.yaml -',
    },
  ];
  static override args = {
    file: Args.string({ ignoreStdin: true, description: 'File to write; it must not be there yet.' }),
  };
  static override flags = {
    force: Flags.boolean({ default: false, summary: 'Replace a file that is there.' }),
  };

  async run(): Promise<ExportView> {
    const { args, flags } = await this.parse(Export);
    const api = this.status(flags);
    const view = await api.get('/v1/export');
    const { units } = await api.get('/v1/units');
    const text = exportText(view, units);
    if (args.file === undefined) this.log(text.trimEnd());
    else writeWholeFile(args.file, text, flags.force);
    return view;
  }
}
