/** The completion function for zsh, to be found as _spscmd in a folder of fpath. */
import type { CommandSurface, OptionSurface, Values } from './surface.js';

export function zshScript(commands: readonly CommandSurface[]): string {
  return `#compdef spscmd
# zsh completion for spscmd, made by "spscmd completion zsh"

# Numbers and names of now; nothing where the controller does not answer.
_spscmd_live() {
  local line
  local -a found folder
  (( \${+opt_args[--run-dir]} )) && folder=(--run-dir \${(Q)opt_args[--run-dir]})
  for line in \${(f)"$(_call_program $1 spscmd completion $1 $folder 2>/dev/null)"}; do
    found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  (( $#found )) && _describe -V -t $1 $1 found
}

# What can stand at a place of a command: an argument by its number, or the value of an option.
_spscmd_at() {
  local -a words
  case "$1 $2" in
${commands.flatMap(placeCases).join('\n')}
  esac
}

_spscmd() {
  local curcontext=$curcontext state
  local -a line commands
  local -A opt_args
  commands=(
${commands.map(({ name, summary }) => `    ${quoted(described(name, summary))}`).join('\n')}
  )
  _arguments -C '(- *)--help[Tell what there is]' '(- *)--version[Show name and version]' '1:command:->command' '*::word:->word' && return
  case $state in
    command) _describe -t commands command commands ;;
    word)
      case \${words[1]#-} in
${commands.map(commandCase).join('\n')}
      esac
      ;;
  esac
}

_spscmd "$@"
`;
}

function commandCase({ name, args, options }: CommandSurface): string {
  const parts = [
    ...options.flatMap((option) => optionParts(name, option)),
    ...args.map((_, index) => `${String(index + 1)}:value: _spscmd_at ${name} ${String(index + 1)}`),
  ];
  return `        ${name}) _arguments ${parts.map(quoted).join(' ')} ;;`;
}

/** Each spelling, which excludes the other. */
function optionParts(command: string, { long, short, summary, value }: OptionSurface): readonly string[] {
  const what = `[${escaped(summary)}]${value === null ? '' : `:value: _spscmd_at ${command} ${long}`}`;
  const [longMark, shortMark] = value === null ? ['', ''] : ['=', '+'];
  if (short === null) return [`${long}${longMark}${what}`];
  return [`(${short} ${long})${long}${longMark}${what}`, `(${short} ${long})${short}${shortMark}${what}`];
}

function placeCases({ name, args, options }: CommandSurface): readonly string[] {
  return [
    ...args.map((values, index) => placeCase(`${name} ${String(index + 1)}`, values)),
    ...options.flatMap(({ long, value }) => (value === null ? [] : [placeCase(`${name} ${long}`, value)])),
  ];
}

function placeCase(place: string, { words, live, files }: Values): string {
  const known = Object.entries(words).map(([word, meaning]) => quoted(described(word, meaning)));
  const actions = [
    ...(known.length === 0 ? [] : [`words=(${known.join(' ')}); _describe -V value words`]),
    ...live.map((kind) => `_spscmd_live ${kind}`),
    ...(files === 'none' ? [] : [files === 'any' ? '_files' : '_files -/']),
  ];
  return `    ${quoted(place)}) ${actions.length === 0 ? '_message value' : actions.join('; ')} ;;`;
}

function described(word: string, meaning: string): string {
  return meaning === '' ? escaped(word) : `${escaped(word)}:${meaning}`;
}

/** In the first part of a description "[", "]" and ":" end it. */
function escaped(text: string): string {
  return text.replace(/[[\]:\\]/g, String.raw`\$&`);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
