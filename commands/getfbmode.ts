import { PathManagerCommand } from '../src/cli/base-command.js';
import { failbackLine } from '../src/cli/format-settings.js';
import type { SettingsView } from '../src/model/view.js';

export default class GetFbMode extends PathManagerCommand {
  static override summary = 'Show how a recovered path comes back.';
  static override description = 'Active: enabled. Standby: disabled, until the operator enables it with avail.';
  static override examples = ['<%= config.bin %> <%= command.id %>'];

  async run(): Promise<Pick<SettingsView, 'failback'>> {
    const { flags } = await this.parse(GetFbMode);
    const { failback } = await this.status(flags).get('/v1/settings');
    this.log(failbackLine({ failback }));
    return { failback };
  }
}
