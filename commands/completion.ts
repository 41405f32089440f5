import { PathManagerError } from '../src/base/errors.js';
import { argument } from '../src/cli/arguments.js';
import { PathManagerCommand } from '../src/cli/base-command.js';
import { completionScript, shells } from '../src/cli/completion/script.js';
import { type Candidate, liveCandidates } from '../src/cli/completion/live.js';
import { type LiveKind, liveKinds } from '../src/cli/completion/surface.js';
import type { CommandClass } from '../src/cli/program.js';
import { ApiClient } from '../src/services/api-client/client.js';

/** Somebody waits with a finger on the key. */
const PATIENCE_MS = 1_000;

export default class Completion extends PathManagerCommand {
  static override summary = 'Print what a shell needs to complete command lines.';
  static override description = `A script that completes commands, options, path numbers, and numbers and names of logical units. The package installs it; otherwise put it where the shell looks for it:

  bash  ~/.local/share/bash-completion/completions/spscmd
  zsh   _spscmd in a folder of $fpath
  fish  ~/.config/fish/completions/spscmd.fish

The scripts themselves ask for paths, units and names: each that is here now in a line, with a tab and what it is.`;
  static override examples = [
    { description: 'Complete in this shell', command: 'source <(<%= config.bin %> <%= command.id %> bash)' },
    { description: 'The path numbers there are', command: '<%= config.bin %> <%= command.id %> paths' },
  ];
  static override args = {
    what: argument('A shell (bash, zsh, fish), or paths, units or names.', words([...shells, ...liveKinds])),
  };

  async run(): Promise<{ readonly script: string } | readonly Candidate[]> {
    const { args, flags } = await this.parse(Completion);
    const shell = shells.find((each) => each === args.what);
    if (shell !== undefined) {
      const script = await completionScript(shell, loadCommand);
      this.log(script.trimEnd());
      return { script };
    }
    const candidates = await this.#candidates(liveKind(args.what), flags['run-dir']);
    if (candidates.length > 0) this.log(candidates.map(({ word, meaning }) => `${word}\t${meaning}`).join('\n'));
    return candidates;
  }

  async #candidates(kind: LiveKind, runDir: string): Promise<readonly Candidate[]> {
    const { units } = await ApiClient.status(runDir, { readTimeoutMs: PATIENCE_MS }).get('/v1/units');
    return liveCandidates(kind, units);
  }
}

const loadCommand = (name: string): Promise<{ readonly default: CommandClass }> =>
  import(`./${name}.js`) as Promise<{ readonly default: CommandClass }>;

function liveKind(text: string): LiveKind {
  const kind = liveKinds.find((each) => each === text);
  if (kind !== undefined) return kind;
  const known = [...shells, ...liveKinds].join(', ');
  throw new PathManagerError(
    'BAD_REQUEST',
    `${JSON.stringify(text)} is no shell and nothing to list; give one of ${known}`,
  );
}

function words(names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [name, '']));
}
