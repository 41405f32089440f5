import { argument } from '../src/cli/arguments.js';
import { PathManagerCommand } from '../src/cli/base-command.js';
import { readWatcher } from '../src/cli/values.js';
import type { SettingsView } from '../src/model/view.js';

export default class SetWatcher extends PathManagerCommand {
  static override summary = 'Set what the path watcher checks and when.';
  static override description = `Four fields joined by colons; an empty one leaves its setting as it is. Prints nothing when it is done.

  f1  checks: 0 none, 1 health check, 2 recovery check, 3 both
  f2  request interval in seconds, 1 to 3600
  f3  threshold in seconds, 0 to 3600: a path that carried I/O within it is not checked
  f4  time-out of a check in seconds, 1 to 600`;
  static override examples = [
    { description: 'Set all four', command: '<%= config.bin %> <%= command.id %> 3:60:60:120' },
    { description: 'Set the request interval alone', command: '<%= config.bin %> <%= command.id %> :90::' },
  ];
  static override args = { param: argument('f1:f2:f3:f4, see below.') };

  async run(): Promise<SettingsView> {
    const { args, flags } = await this.parse(SetWatcher);
    return this.control(flags).patch('/v1/settings', { watcher: readWatcher(args.param) });
  }
}
