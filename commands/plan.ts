import * as Flags from '@oclif/core/flags';
import { PathManagerCommand } from '../src/cli/base-command.js';
import { exitStatus } from '../src/cli/failure.js';
import { formatPlan, formatPlanResult } from '../src/cli/format-plan.js';
import type { PlanResultView, PlanView } from '../src/model/plan-view.js';

export default class Plan extends PathManagerCommand {
  static override summary = 'Show what is still to be changed in the kernel.';
  static override description = `For each logical unit whose map is not as it is wanted: the steps, the table now and the new one, and why it has not been done. The controller does all of it by itself as soon as it can; where all is done, it is said so.

With --apply it is tried now, also what was put off or refused, but never while it would stop I/O: exit status 1 where something is left.`;
  static override examples = [
    { description: 'Is anything put off?', command: '<%= config.bin %> <%= command.id %>' },
    { description: 'Try it at once', command: '<%= config.bin %> <%= command.id %> --apply' },
  ];
  static override flags = {
    apply: Flags.boolean({ default: false, summary: 'Try it now, and tell what came of it.' }),
  };

  async run(): Promise<PlanView | PlanResultView> {
    const { flags } = await this.parse(Plan);
    if (!flags.apply) {
      const view = await this.status(flags).get('/v1/plan');
      this.log(formatPlan(view));
      return view;
    }
    const result = await this.control(flags).post('/v1/plan/apply', {});
    this.log(formatPlanResult(result));
    if (result.units.some(({ done }) => !done)) this.exitStatus = exitStatus.failed;
    return result;
  }
}
