/** From the words of the command line to output and exit status. */
import type { Config } from '@oclif/core/interfaces';
import type { PathManagerCommand } from './base-command.js';
import { silenceOclif } from './silent-logger.js';
import { failureOf, reportFailure } from './failure.js';
import { readInvocation, wantsJson } from './invocation.js';
import { endWhereOutputFails } from './output.js';

export type CommandClass = new (words: string[], config: Config) => PathManagerCommand;

export interface Program {
  /** The folder that holds the compiled commands/ and src/. */
  readonly root: string;
  loadCommand(name: string): Promise<{ readonly default: CommandClass }>;
}

/** Runs one command line. Gives the exit status; what goes wrong has been reported. */
export async function runProgram(words: readonly string[], program: Program): Promise<number> {
  let command: string | null = null;
  endWhereOutputFails();
  silenceOclif();
  try {
    const invocation = readInvocation(words);
    command = invocation.command;
    if (invocation.kind === 'help') {
      // Loaded here: help brings most of oclif with it.
      const { showHelp } = await import('./help.js');
      await showHelp(command, program.root);
    } else {
      const { default: Class } = await program.loadCommand(invocation.command);
      const called = new Class([...invocation.words], directConfig);
      await called.execute();
      return called.exitStatus;
    }
    return 0;
  } catch (error) {
    return reportFailure(failureOf(error, command), wantsJson(words));
  }
}

/**
 * What a command asks of oclif's Config when it runs. The real one looks for plugins, themes and hooks and takes longer
 * than all the rest of a getlun; spscmd has none of them.
 */
const directConfig = {
  bin: 'spscmd',
  topicSeparator: ':',
  runHook: () => Promise.resolve({ successes: [], failures: [] }),
  scopedEnvVarKeys: () => [],
} as Partial<Config> as Config;
