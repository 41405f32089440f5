/** The completion script for fish. */
import type { CommandSurface, OptionSurface, Values } from './surface.js';

export function fishScript(commands: readonly CommandSurface[]): string {
  const valued = new Set(
    commands.flatMap(({ options }) => options.filter(({ value }) => value !== null).flatMap(spellings)),
  );
  return `# fish completion for spscmd, made by "spscmd completion fish"

# Numbers and names of now; nothing where the controller does not answer.
function __spscmd_live
    set -l words (commandline -opc)
    set -l folder
    for index in (seq (count $words))
        string match -q -- '--run-dir=*' $words[$index]; and set folder $words[$index]
        test "$words[$index]" = --run-dir; and set folder $words[$index..(math $index + 1)]
    end
    spscmd completion $argv[1] $folder 2>/dev/null
end

# True at a place of a command: an argument by its number, 0 for the command itself.
function __spscmd_at
    set -l words (commandline -opc)
    set -l command
    set -l place 0
    set -l value
    set -l ended
    for word in $words[2..-1]
        if test -z "$command"
            set command (string replace -r '^-' '' -- $word)
            set place 1
        else if test -n "$value"
            set value
        else if test -n "$ended"
            set place (math $place + 1)
        else if test "$word" = --
            set ended 1
        else if contains -- $word ${[...valued].join(' ')}
            set value 1
        else if not string match -q -- '-*' $word
            set place (math $place + 1)
        end
    end
    test "$place" = "$argv[1]"; or return 1
    test -z "$argv[2]"; or test "$command" = "$argv[2]"
end

function __spscmd_in
    set -l words (commandline -opc)
    test (count $words) -gt 1; and test (string replace -r '^-' '' -- $words[2]) = $argv[1]
end

complete -c spscmd -f
complete -c spscmd -n '__spscmd_at 0' -l help -d 'Tell what there is'
complete -c spscmd -n '__spscmd_at 0' -l version -d 'Show name and version'
${commands.flatMap(commandLines).join('\n')}
`;
}

function commandLines({ name, summary, args, options }: CommandSurface): readonly string[] {
  return [
    `complete -c spscmd -n '__spscmd_at 0' -a ${quoted(name)} -d ${quoted(summary)}`,
    ...args.flatMap((values, index) =>
      offers(values).map((offer) => `complete -c spscmd -n '__spscmd_at ${String(index + 1)} ${name}' ${offer}`),
    ),
    ...options.map((option) => `complete -c spscmd -n '__spscmd_in ${name}' ${optionWords(option)}`),
  ];
}

function optionWords({ long, short, summary, value }: OptionSurface): string {
  const names = `-l ${long.slice(2)}${short === null ? '' : ` -s ${short.slice(1)}`} -d ${quoted(summary)}`;
  return value === null ? names : [names, value.files === 'any' ? '-r' : '-x', ...offers(value)].join(' ');
}

/** Parts of a "complete" that give the values, one for each kind. */
function offers({ words, live, files }: Values): readonly string[] {
  const known = Object.entries(words).map(([word, meaning]) =>
    meaning === '' ? word : `${word}\\t${quoted(meaning)}`,
  );
  return [
    ...(known.length === 0 ? [] : [`-a ${quoted(known.join(' '))}`]),
    ...live.map((kind) => `-k -a '(__spscmd_live ${kind})'`),
    ...(files === 'none' ? [] : [files === 'any' ? '-F' : `-a '(__fish_complete_directories)'`]),
  ];
}

function spellings({ long, short }: OptionSurface): readonly string[] {
  return short === null ? [long] : [long, short];
}

/** In single quotes fish knows two escapes. */
function quoted(text: string): string {
  return `'${text.replace(/['\\]/g, String.raw`\$&`)}'`;
}
