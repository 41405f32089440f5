import { argument } from '../src/cli/arguments.js';
import { PathManagerCommand } from '../src/cli/base-command.js';
import { readFailbackMode } from '../src/cli/values.js';
import type { SettingsView } from '../src/model/view.js';

export default class SetFbMode extends PathManagerCommand {
  static override summary = 'Set how a recovered path comes back.';
  static override description =
    'Active: enabled, so that it carries I/O again by its priority. Standby: disabled, until the operator enables it with avail. Prints nothing when it is done.';
  static override examples = ['<%= config.bin %> <%= command.id %> Standby'];
  static override args = { state: argument('Active (A) or Standby (S), in any case.', { Active: '', Standby: '' }) };

  async run(): Promise<SettingsView> {
    const { args, flags } = await this.parse(SetFbMode);
    return this.control(flags).patch('/v1/settings', { failback: readFailbackMode(args.state) });
  }
}
