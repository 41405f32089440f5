import * as Flags from '@oclif/core/flags';
import { PathManagerError } from '../src/base/errors.js';
import { argument } from '../src/cli/arguments.js';
import { PathManagerCommand } from '../src/cli/base-command.js';
import { changeLine, missingLine } from '../src/cli/portable/change-lines.js';
import { readSettingsFile } from '../src/cli/portable/settings-file.js';
import type { ImportedView, ImportPreviewView } from '../src/model/view.js';
import type { ApiClient } from '../src/services/api-client/client.js';
import type { ImportBody } from '../src/services/api-client/routes.js';

/** The shape of the --json output. */
interface ImportView extends ImportedView {
  readonly applied: boolean;
}

export default class Import extends PathManagerCommand {
  static override summary = 'Show what a file of settings would change, or change it.';
  static override description = `The file is one of "export", edited or not; what is left out of it stays as it is. Each difference is shown in a line, and nothing is changed without --apply. With it all of the file is taken or nothing: every change is checked against the others and against what is there before the first one is made.

A logical unit or path of the file that is not known here is shown, and the import is refused: the file may be another host's. --skip-missing takes the rest.

A number is changed at once. A name is taken when the map is made anew, at the next start of the machine: the device under /dev/mapper is in use.`;
  static override examples = [
    { description: 'See what would change', command: '<%= config.bin %> <%= command.id %> /root/paths.yaml' },
    { description: 'Change it', command: '<%= config.bin %> <%= command.id %> /root/paths.yaml --apply' },
  ];
  static override args = { file: argument('File with settings.') };
  static override flags = {
    apply: Flags.boolean({ default: false, summary: 'Make the changes.' }),
    'skip-missing': Flags.boolean({
      default: false,
      summary: 'Leave out logical units and paths that are not known here.',
    }),
    force: Flags.boolean({
      default: false,
      summary: 'Also where a logical unit would keep no enabled healthy path.',
    }),
  };

  async run(): Promise<ImportView> {
    const { args, flags } = await this.parse(Import);
    const { settings, located } = readSettingsFile(args.file);
    const body: ImportBody = { settings, skipMissing: flags['skip-missing'], force: flags.force };
    try {
      if (flags.apply) return this.#applied(await this.control(flags).post('/v1/import', body));
      return this.#previewed(await preview(this.status(flags), body));
    } catch (error) {
      throw located(error);
    }
  }

  #applied({ changes, missing }: ImportedView): ImportView {
    this.#show({ changes, missing });
    this.#tell(changes.length === 0 ? 'nothing to change' : `${settingsCount(changes)} changed`);
    return { applied: true, changes, missing };
  }

  #previewed({ changes, missing, refusal }: ImportPreviewView): ImportView {
    this.#show({ changes, missing });
    if (refusal !== null) throw new PathManagerError(refusal.code, refusal.message);
    if (changes.length === 0) this.#tell('nothing to change');
    else this.#tell(`${settingsCount(changes)} would change; nothing is changed without --apply`);
    return { applied: false, changes, missing };
  }

  #show({ changes, missing }: ImportedView): void {
    const lines = [...changes.map(changeLine), ...missing.map(missingLine)];
    if (lines.length > 0) this.log(lines.join('\n'));
  }

  #tell(text: string): void {
    this.logToStderr(`spscmd: ${text}`);
  }
}

function preview(api: ApiClient, body: ImportBody): Promise<ImportPreviewView> {
  return api.post('/v1/import/preview', body);
}

function settingsCount({ length }: readonly unknown[]): string {
  return length === 1 ? '1 setting' : `${String(length)} settings`;
}
