/** Asks a completion script for bash what it offers, as bash does when somebody presses the tab key. */
import { run } from './spscmd.js';

/** What bash takes for ends of words where nobody has set it otherwise. */
const WORD_BREAKS = ' \t\n"\'><=;|&(:';

/** The answers for each of these lines, in order; the cursor stands at the end. */
export async function completionsOf(
  script: string,
  program: string,
  lines: readonly string[],
  { wordBreaks = WORD_BREAKS, cwd = '/' } = {},
): Promise<readonly (readonly string[])[]> {
  const asks = lines.map((line) => `ask ${quoted(line)}`).join('\n');
  const text = `
source ${quoted(script)}
COMP_WORDBREAKS=${quoted(wordBreaks)}
ask() {
  COMPREPLY=() COMP_LINE=$1 COMP_POINT=\${#1} COMP_TYPE=9 COMP_KEY=9
  _spscmd ${quoted(program)} '' ''
  for each in "\${COMPREPLY[@]}"; do printf '%s\\n' "$each"; done
  printf '%s\\n' --
}
${asks}
`;
  const { status, stdout, stderr } = await run('bash', ['--norc', '--noprofile', '-u'], { input: text, cwd });
  if (status !== 0 || stderr !== '') throw new Error(`bash ended with ${String(status)}: ${stderr}`);
  return stdout
    .split('--\n')
    .slice(0, -1)
    .map((part) => part.split('\n').slice(0, -1));
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
