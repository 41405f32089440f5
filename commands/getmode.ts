import { PathManagerCommand } from '../src/cli/base-command.js';
import { modeLines } from '../src/cli/format-settings.js';
import type { SettingsView } from '../src/model/view.js';

interface ModeView extends Pick<SettingsView, 'failback' | 'cluster'> {
  readonly class: 'Enterprise';
}

export default class GetMode extends PathManagerCommand {
  static override summary = 'Show class, failback mode and cluster mode.';
  static override description = 'The class is always Enterprise: every function is there.';
  static override examples = ['<%= config.bin %> <%= command.id %>'];

  async run(): Promise<ModeView> {
    const { flags } = await this.parse(GetMode);
    const { failback, cluster } = await this.status(flags).get('/v1/settings');
    this.log(modeLines({ failback, cluster }));
    return { class: 'Enterprise', failback, cluster };
  }
}
