import { PathManagerCommand } from '../src/cli/base-command.js';
import { clusterLine } from '../src/cli/format-settings.js';
import type { SettingsView } from '../src/model/view.js';

export default class GetMscsMode extends PathManagerCommand {
  static override summary = 'Show the cluster mode.';
  static override description =
    'With cluster mode enabled a logical unit with no path left fails its I/O at once, so that the cluster can switch nodes.';
  static override examples = ['<%= config.bin %> <%= command.id %>'];

  async run(): Promise<Pick<SettingsView, 'cluster'>> {
    const { flags } = await this.parse(GetMscsMode);
    const { cluster } = await this.status(flags).get('/v1/settings');
    this.log(clusterLine({ cluster }));
    return { cluster };
  }
}
