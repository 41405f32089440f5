import * as Flags from '@oclif/core/flags';
import { argument } from '../src/cli/arguments.js';
import { PathManagerError } from '../src/base/errors.js';
import { PathManagerCommand } from '../src/cli/base-command.js';
import { readClusterMode } from '../src/cli/values.js';
import type { SettingsView } from '../src/model/view.js';

export default class SetMscsMode extends PathManagerCommand {
  static override summary = 'Set the cluster mode.';
  static override description =
    'In cluster mode a logical unit with no path left fails its I/O at once, so that the cluster can switch nodes. Units that are balanced are refused then, because not every kind of reservation lets several paths of a node do I/O at once; with --with-balancing they are allowed, and so are only those reservations under which every registered path may do I/O (registrants only, all registrants). Prints nothing when it is done.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> Enable',
    { description: 'Keep the balancing', command: '<%= config.bin %> <%= command.id %> E --with-balancing' },
  ];
  static override args = { state: argument('Enable (E) or Disable (D), in any case.', { Enable: '', Disable: '' }) };

  static override flags = {
    'with-balancing': Flags.boolean({ summary: 'With Enable: units may be balanced in cluster mode.', default: false }),
  };

  async run(): Promise<SettingsView> {
    const { args, flags } = await this.parse(SetMscsMode);
    const cluster = readClusterMode(args.state);
    const clusterBalancing = flags['with-balancing'];
    if (clusterBalancing && !cluster) throw new PathManagerError('BAD_MODE', '--with-balancing goes with Enable alone');
    const change = cluster ? { cluster, clusterBalancing } : { cluster };
    return this.control(flags).patch('/v1/settings', change);
  }
}
