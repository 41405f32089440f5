/** Asks a completion function for zsh what it offers: an interactive zsh on a terminal of its own gets the keys. */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './spscmd.js';

/** What would be offered is written to a file and not offered, so that the line stays as it is. Ctrl-T ends a line. */
const startup = `
fpath=($ZDOTDIR/functions $fpath)
autoload -Uz compinit && compinit -D -u
compadd() {
  local -a hits
  if [[ " \${(j: :)@} " == *' -'[OAD]' '* ]]; then builtin compadd "$@"; return; fi
  builtin compadd -O hits "$@"
  print -rl -- $hits >> $ZDOTDIR/offered
  (( $#hits ))
}
next() { print -- '==' >> $ZDOTDIR/offered; BUFFER= }
zle -N next
bindkey '^T' next
bindkey '^I' complete-word
`;

/** The answers for each of these lines, in order. `folder`: an empty one. `path`: the PATH of the shell. */
export async function zshCompletionsOf(
  script: string,
  lines: readonly string[],
  { folder, path }: { readonly folder: string; readonly path: string },
): Promise<readonly (readonly string[])[]> {
  mkdirSync(join(folder, 'functions'), { recursive: true });
  copyFileSync(script, join(folder, 'functions/_spscmd'));
  writeFileSync(join(folder, '.zshrc'), startup);
  const keys = lines.map((line) => `zpty -w -n inner $'${line}\\t\\x14'`);
  const typist = [
    'zmodload zsh/zpty',
    'zpty inner zsh -d -i',
    ...keys,
    'zpty -w inner exit',
    'while zpty -r inner answer; do :; done',
  ];
  writeFileSync(join(folder, 'typist'), typist.join('\n'));
  const env = { ZDOTDIR: folder, PATH: path, HOME: folder, TERM: 'dumb' };
  const { status, stderr } = await run('zsh', ['-f', join(folder, 'typist')], { env });
  if (status !== 0) throw new Error(`zsh ended with ${String(status)}: ${stderr}`);
  const offered = readFileSync(join(folder, 'offered'), 'utf8');
  return offered
    .split('==\n')
    .slice(0, -1)
    .map((part) => [...new Set(part.split('\n').filter((word) => word !== ''))]);
}
