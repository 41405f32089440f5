import type { CommandClass } from '../program.js';
import { bashScript } from './bash.js';
import { fishScript } from './fish.js';
import { type CommandSurface, readSurface } from './surface.js';
import { zshScript } from './zsh.js';

export type Shell = 'bash' | 'zsh' | 'fish';

export const shells: readonly Shell[] = ['bash', 'zsh', 'fish'];

const writers: Readonly<Record<Shell, (commands: readonly CommandSurface[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

/** The completion script for a shell. `load` gives a command's class by its name. */
export async function completionScript(
  shell: Shell,
  load: (name: string) => Promise<{ readonly default: CommandClass }>,
): Promise<string> {
  return writers[shell](await readSurface(load));
}
