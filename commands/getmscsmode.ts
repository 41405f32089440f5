import { PathManagerCommand } from '../src/cli/base-command.js';
import { clusterModeLine } from '../src/cli/format-settings.js';
import type { SettingsView } from '../src/model/view.js';

export default class GetMscsMode extends PathManagerCommand {
  static override summary = 'Show the cluster mode.';
  static override description =
    'With cluster mode enabled a logical unit with no path left fails its I/O at once, so that the cluster can switch nodes. "with balancing" says that balanced units are allowed in it.';
  static override examples = ['<%= config.bin %> <%= command.id %>'];

  async run(): Promise<Pick<SettingsView, 'cluster' | 'clusterBalancing'>> {
    const { flags } = await this.parse(GetMscsMode);
    const { cluster, clusterBalancing } = await this.status(flags).get('/v1/settings');
    this.log(clusterModeLine({ cluster, clusterBalancing }));
    return { cluster, clusterBalancing };
  }
}
