/** The completion script for bash 4 and newer; it needs no other script. */
import { commandGroups } from '../command-names.js';
import type { CommandSurface, OptionSurface, Values } from './surface.js';

export function bashScript(commands: readonly CommandSurface[]): string {
  return `# bash completion for spscmd, made by "spscmd completion bash"

# What can stand at a place of a command: words, and marks for what has to be looked up.
_spscmd_values() {
    case "$1 $2" in
${commands.flatMap(valueCases).join('\n')}
        *) values= ;;
    esac
}

_spscmd_options() {
    case "$1" in
${commands.map(optionCase).join('\n')}
        *) options= ;;
    esac
}

# Numbers and names of now; nothing where the controller does not answer.
_spscmd_live() {
    local value
    while IFS=$'\\t' read -r value _; do
        [[ $value =~ ^[[:alnum:]#+.:=@_-]+$ ]] && offer+=" $value"
    done < <("$program" completion "$1" "\${folder[@]}" 2>/dev/null)
}

_spscmd() {
    local program=$1 line=\${COMP_LINE:0:COMP_POINT} current= command= last= value_of= values= options= offer= mark
    local -i place=0 ended=0
    local -a words folder=()
    # bash takes ":" and "=" for ends of words; a path number has three of the one.
    read -ra words <<<"$line"
    if [[ $line != *[[:space:]] ]]; then
        current=\${words[-1]}
        unset 'words[-1]'
    fi
    for last in "\${words[@]:1}"; do
        if [[ -z $command ]]; then
            command=\${last#-}
        elif [[ -n $value_of ]]; then
            [[ $value_of == --run-dir ]] && folder=(--run-dir "$last")
            value_of=
        elif ((!ended)) && [[ $last == -- ]]; then
            ended=1
        elif ((!ended)) && [[ $last == --run-dir=* ]]; then
            folder=("$last")
        elif ((!ended)) && [[ $last == -* ]]; then
            _spscmd_values "$command" "$last"
            [[ -n $values ]] && value_of=$last
        else
            place+=1
        fi
    done
    values=
    if [[ -z $command ]]; then
        if [[ $current == -* ]]; then offer='${historic()} --help --version'; else offer='${allNames()} help'; fi
    elif [[ $command == help ]]; then
        offer='${allNames()}'
    elif [[ -n $value_of ]]; then
        _spscmd_values "$command" "$value_of"
    elif ((!ended)) && [[ $current == --*=* ]]; then
        _spscmd_values "$command" "\${current%%=*}"
    elif ((!ended)) && [[ $current == -* ]]; then
        _spscmd_options "$command"
        offer=$options
    else
        _spscmd_values "$command" "$((place + 1))"
    fi
    local wanted=$current prefix= breaks keep word
    if [[ -z $value_of && $current == --*=* ]]; then
        prefix=\${current%%=*}=
        wanted=\${current#*=}
    fi
    COMPREPLY=()
    for mark in $values; do
        case $mark in
            @files) _spscmd_files -f ;;
            @folders) _spscmd_files -d ;;
            @nothing) ;;
            @*) _spscmd_live "\${mark#@}" ;;
            *) offer+=" $mark" ;;
        esac
    done
    for word in $offer; do
        [[ $word == "$wanted"* ]] && COMPREPLY+=("$word")
    done
    [[ -n $prefix ]] && COMPREPLY=("\${COMPREPLY[@]/#/$prefix}")
    # bash replaces what stands behind the last end of a word, and keeps what stands before it.
    breaks=\${COMP_WORDBREAKS//[^:=]/}
    if [[ -n $breaks && $current == *[$breaks]* ]]; then
        keep=\${current%"\${current##*[$breaks]}"}
        COMPREPLY=("\${COMPREPLY[@]#"$keep"}")
    fi
}

_spscmd_files() {
    local found
    while IFS= read -r found; do COMPREPLY+=("$found"); done < <(compgen "$1" -- "$wanted")
    compopt -o filenames 2>/dev/null
}

complete -F _spscmd spscmd
`;
}

function allNames(): string {
  return commandGroups.flatMap(({ names }) => [...names]).join(' ');
}

/** The original's spelling. */
function historic(): string {
  return commandGroups
    .flatMap(({ names }) => [...names])
    .map((name) => `-${name}`)
    .join(' ');
}

function valueCases({ name, args, options }: CommandSurface): readonly string[] {
  const places = args.map((values, index) => valueCase([`${name} ${String(index + 1)}`], values));
  const valued = options.flatMap(({ value, ...option }) =>
    value === null
      ? []
      : [
          valueCase(
            spellings(option).map((word) => `${name} ${word}`),
            value,
          ),
        ],
  );
  return [...places, ...valued];
}

function valueCase(patterns: readonly string[], { words, live, files }: Values): string {
  const marks = [...Object.keys(words), ...live.map((kind) => `@${kind}`)];
  if (files !== 'none') marks.push(files === 'any' ? '@files' : '@folders');
  // A value of which nothing is known is still no option and no argument.
  return `        ${patterns.map(quoted).join(' | ')}) values=${quoted(marks.length === 0 ? '@nothing' : marks.join(' '))} ;;`;
}

function optionCase({ name, options }: CommandSurface): string {
  return `        ${name}) options=${quoted(options.flatMap(spellings).join(' '))} ;;`;
}

function spellings({ long, short }: Pick<OptionSurface, 'long' | 'short'>): readonly string[] {
  return short === null ? [long] : [long, short];
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
