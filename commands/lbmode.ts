import { argument, onePath } from '../src/cli/arguments.js';
import { PathManagerCommand } from '../src/cli/base-command.js';
import { balanceModes, balanceText, pathText, readBalanceMode } from '../src/cli/values.js';
import type { ChangedView } from '../src/services/api-client/routes.js';

export default class LbMode extends PathManagerCommand {
  static override summary = 'Set how a logical unit is balanced over its paths.';
  static override description = `The logical unit is named by one of its paths. Prints nothing when it is done.

Modes:
  0  none: the highest enabled priority carries all I/O
  1  round robin: one I/O each, in descending order of priority
  2  queue length: the path with the fewest I/Os in flight
  3  service time: the path with the shortest expected service
  4  historical service time: as 3, from measured times

A mode that the running kernel does not have is refused, and so is any but 0 in cluster mode.`;
  static override examples = [
    { description: 'Balance by round robin', command: '<%= config.bin %> <%= command.id %> 4:0:0:0 1' },
    { description: 'Stop balancing', command: '<%= config.bin %> <%= command.id %> 4:0:0:0 0' },
  ];
  static override args = {
    path: onePath(),
    mode: argument(
      '0 none, 1 round robin, 2 queue length, 3 service time, 4 historical service time.',
      Object.fromEntries(balanceModes.map((mode, number) => [String(number), balanceText(mode)])),
    ),
  };

  async run(): Promise<ChangedView> {
    const { args, flags } = await this.parse(LbMode);
    const change = { path: pathText(args.path), mode: readBalanceMode(args.mode) };
    return this.control(flags).post('/v1/paths/balance', change);
  }
}
