/** Help texts: oclif's for one command, an overview of ours for the whole. */
import { Config } from '@oclif/core/config';
import { Help } from '@oclif/core/help';
import { productName, productVersion } from '../services/version.js';
import { commandGroups } from './command-names.js';

/** Prints help of a command, or of the whole (null). `root`: the folder that holds the compiled commands/. */
export async function showHelp(command: string | null, root: string): Promise<void> {
  // oclif's settings stand here and not only in package.json: the commands that belong to this program are beside it,
  // wherever it was compiled to.
  const oclif = { bin: 'spscmd', dirname: 'spscmd', commands: './commands', topicSeparator: ' ' as const };
  const config = await Config.load({
    root,
    // It would look for plugins in the user's home, which root must not run and others may not read.
    userPlugins: false,
    devPlugins: false,
    pjson: { name: 'spscmd', version: productVersion(), type: 'module', oclif },
  });
  await new OperatorHelp(config).showHelp(command === null ? [] : [command]);
}

class OperatorHelp extends Help {
  protected override showRootHelp(): Promise<void> {
    const sections = [
      productName,
      this.section('USAGE', '$ spscmd COMMAND [ARGUMENTS] [OPTIONS]'),
      ...commandGroups.map(({ title, names }) => this.section(title, this.list(names))),
      this.section('PATH', this.renderList(pathForms, { indentation: 2, spacer: '\n' })),
      this.section('EXIT STATUS', this.renderList(exitStatuses, { indentation: 2, spacer: '\n' })),
      closing,
    ];
    this.log(sections.join('\n\n'));
    return Promise.resolve();
  }

  private list(names: readonly string[]): string {
    const rows = names.map((name): [string, string] => {
      const command = this.config.findCommand(name, { must: true });
      const words = [name, ...Object.entries(command.args).map(argumentWord)];
      return [words.join(' '), command.summary ?? ''];
    });
    return this.renderList(rows, { indentation: 2, spacer: '\n' });
  }
}

function argumentWord([name, { required }]: readonly [string, { readonly required?: boolean }]): string {
  return required === true ? name.toUpperCase() : `[${name.toUpperCase()}]`;
}

/** How paths are named, each form with its meaning. */
export const pathForms: [string, string][] = [
  ['4:0:0:1', 'host:channel:target:lun, as getlun shows it'],
  ['4:::', 'every path through host 4, where a command takes several'],
  ['sdc, /dev/sdc', 'by device node'],
  ['8:32', 'by device number, major:minor'],
];

/** The exit statuses with their meanings. */
export const exitStatuses: [string, string][] = [
  ['0', 'done'],
  ['1', 'the operation failed or was refused; doctor has found something'],
  ['2', 'wrong usage'],
  ['3', 'the controller is not running or did not answer'],
  ['4', 'not permitted: settings are made as root'],
];

const closing = `"spscmd COMMAND --help" tells more of a command. Every command takes --json and --run-dir.
The historic spelling works too: spscmd -getlun -v -s1`;
