import { argument } from '../src/cli/arguments.js';
import { PathManagerCommand } from '../src/cli/base-command.js';
import { readClusterMode } from '../src/cli/values.js';
import type { SettingsView } from '../src/model/view.js';

export default class SetMscsMode extends PathManagerCommand {
  static override summary = 'Set the cluster mode.';
  static override description =
    'In cluster mode a logical unit with no path left fails its I/O at once, so that the cluster can switch nodes. It cannot be had together with balancing. Prints nothing when it is done.';
  static override examples = ['<%= config.bin %> <%= command.id %> Enable'];
  static override args = { state: argument('Enable (E) or Disable (D), in any case.', { Enable: '', Disable: '' }) };

  async run(): Promise<SettingsView> {
    const { args, flags } = await this.parse(SetMscsMode);
    return this.control(flags).patch('/v1/settings', { cluster: readClusterMode(args.state) });
  }
}
