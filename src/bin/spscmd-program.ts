/** spscmd with its commands. src/bin/spscmd.ts starts this file, or the bundle that the build makes of it. */
import { type CommandClass, runProgram } from '../cli/program.js';

/** `root`: the folder that holds the compiled commands/ and src/. Sets the exit status. */
export async function main(words: readonly string[], root: string): Promise<void> {
  process.exitCode = await runProgram(words, {
    root,
    loadCommand: (name) => import(`../../commands/${name}.js`) as Promise<{ default: CommandClass }>,
  });
}
