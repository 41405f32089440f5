import { argument } from '../src/cli/arguments.js';
import { PathManagerCommand } from '../src/cli/base-command.js';
import { formatExplanation } from '../src/cli/format-explanation.js';
import type { ExplanationView } from '../src/model/explain/types.js';

export default class Explain extends PathManagerCommand {
  static override summary = 'Tell why a path or a logical unit is as it is.';
  static override description = `What was seen of a path (its last probe, what kernel and transport said of it, enablement, access state), the rule that follows from it, and what will happen next and when. Of a logical unit also its balancing, its groups, and what its I/O does without a path.

A disk that is no path is told why it is none.`;
  static override examples = [
    { description: 'Why does this path carry no I/O?', command: '<%= config.bin %> <%= command.id %> 4:0:0:1' },
    { description: 'A logical unit with all of its paths', command: '<%= config.bin %> <%= command.id %> 0' },
    { description: 'The same by its name, as data', command: '<%= config.bin %> <%= command.id %> lu0 --json' },
    { description: 'Every path through host 4', command: '<%= config.bin %> <%= command.id %> 4:::' },
  ];
  static override args = {
    'path-or-lu': argument(
      'A path (host:channel:target:lun, of which numbers may be left out; sdc; major:minor), or a logical unit by its number, name or WWID.',
    ),
  };

  async run(): Promise<ExplanationView> {
    const { args, flags } = await this.parse(Explain);
    const view = await this.status(flags).get('/v1/explain', { name: args['path-or-lu'] });
    this.log(formatExplanation(view));
    return view;
  }
}
