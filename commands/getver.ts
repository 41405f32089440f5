import { hasCode } from '../src/base/errors.js';
import { escapeControl } from '../src/base/text.js';
import { PathManagerCommand } from '../src/cli/base-command.js';
import type { HealthView } from '../src/model/view.js';
import type { ApiClient } from '../src/services/api-client/client.js';
import { productName, productVersion } from '../src/services/version.js';

interface VersionView {
  readonly name: string;
  readonly version: string;
  /** The running controller's; null where none answers. */
  readonly controller: { readonly version: string; readonly ready: boolean; readonly pid: number } | null;
}

export default class GetVer extends PathManagerCommand {
  static override summary = 'Show name and version.';
  static override description = 'The version of this command, and that of the controller where it answers.';
  static override examples = ['<%= config.bin %> <%= command.id %>'];

  async run(): Promise<VersionView> {
    const { flags } = await this.parse(GetVer);
    const version = productVersion();
    const controller = await controllerHealth(this.status(flags));
    this.log(`${productName} ${version}`);
    this.log(`Controller : ${controller === null ? 'no answer' : escapeControl(controller.version)}`);
    return { name: productName, version, controller };
  }
}

async function controllerHealth(api: ApiClient): Promise<VersionView['controller']> {
  try {
    const { version, ready, pid }: HealthView = await api.get('/v1/health');
    return { version, ready, pid };
  } catch (error) {
    if (hasCode(error, 'NOT_RUNNING', 'NO_ANSWER', 'NOT_PERMITTED')) return null;
    throw error;
  }
}
