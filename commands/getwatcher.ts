import { PathManagerCommand } from '../src/cli/base-command.js';
import { watcherLines } from '../src/cli/format-settings.js';
import type { SettingsView } from '../src/model/view.js';

export default class GetWatcher extends PathManagerCommand {
  static override summary = 'Show what the path watcher checks and when.';
  static override description = 'The settings that setwatcher makes.';
  static override examples = ['<%= config.bin %> <%= command.id %>'];

  async run(): Promise<SettingsView['watcher']> {
    const { flags } = await this.parse(GetWatcher);
    const { watcher } = await this.status(flags).get('/v1/settings');
    this.log(watcherLines(watcher));
    return watcher;
  }
}
