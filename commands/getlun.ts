import * as Flags from '@oclif/core/flags';
import { systemClock } from '../src/base/clock.js';
import { PathManagerCommand } from '../src/cli/base-command.js';
import { painterFor } from '../src/cli/colour.js';
import { displayOrders, inDisplayOrder } from '../src/cli/display-order.js';
import { detailsAt } from '../src/cli/format-details.js';
import { formatUnits } from '../src/cli/format-units.js';
import type { UnitsView } from '../src/model/view.js';

export default class GetLun extends PathManagerCommand {
  static override summary = 'Show the logical units and their paths.';
  static override description = `For each logical unit a header, then a line for each path: its state, its place in the list, its priority and its path number.

States: ">" In use, blank Active, "@" Standby, "X" Failed.
Headers: "*** LogicalUnit #0 ***" is not balanced, "+++ LogicalUnit #0 +++ [round robin]" is balanced.`;
  static override examples = [
    { description: 'Show all logical units', command: '<%= config.bin %> <%= command.id %>' },
    {
      description: 'Show every detail, paths by priority',
      command: '<%= config.bin %> <%= command.id %> --verbose --sort 2',
    },
    { description: 'The same in the historic spelling', command: '<%= config.bin %> -<%= command.id %> -v -s2' },
  ];
  static override flags = {
    verbose: Flags.boolean({ char: 'v', default: false, summary: 'Add the facts of each logical unit and path.' }),
    sort: Flags.string({
      char: 's',
      options: Object.keys(displayOrders),
      default: '0',
      summary: 'Order of paths.',
      description: '0: by path number, in a balanced logical unit by priority; 1: by path number; 2: by priority.',
    }),
  };

  async run(): Promise<UnitsView> {
    const { flags } = await this.parse(GetLun);
    const answer = await this.status(flags).get('/v1/units');
    const view = inDisplayOrder(answer, displayOrders[flags.sort] ?? 'usual');
    if (view.units.length === 0) this.logToStderr('spscmd: no logical unit is known');
    else {
      const details = flags.verbose ? detailsAt(systemClock.now()) : null;
      this.log(formatUnits(view, details, painterFor(process.stdout)));
    }
    return view;
  }
}
