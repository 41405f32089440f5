/** The words after "spscmd": which command they call, in today's or the historic spelling. */
import { PathManagerError } from '../base/errors.js';
import { commandNames } from './command-names.js';
import { nearest } from './suggestion.js';

export type Invocation =
  | { readonly kind: 'run'; readonly command: string; readonly words: readonly string[] }
  /** `command` null: help of the whole. */
  | { readonly kind: 'help'; readonly command: string | null };

const helpWords = ['--help', '-h', '-help', 'help'];
const versionWords = ['--version', '-version'];

/** Reads the words. Throws BAD_REQUEST where they begin with no known command. */
export function readInvocation(words: readonly string[]): Invocation {
  const [first, ...rest] = words;
  if (first === undefined) return { kind: 'help', command: null };
  if (helpWords.includes(first)) return { kind: 'help', command: rest[0] === undefined ? null : commandOf(rest[0]) };
  if (versionWords.includes(first)) return { kind: 'run', command: 'getver', words: rest };
  const command = commandOf(first);
  const options = rest.includes('--') ? rest.slice(0, rest.indexOf('--')) : rest;
  if (options.includes('--help') || options.includes('-h')) return { kind: 'help', command };
  return { kind: 'run', command, words: rest };
}

/** True where the words ask for JSON, whether or not they can be understood. */
export function wantsJson(words: readonly string[]): boolean {
  const end = words.indexOf('--');
  return (end === -1 ? words : words.slice(0, end)).includes('--json');
}

function commandOf(word: string): string {
  const name = word.replace(/^-/, '');
  if (commandNames.includes(name)) return name;
  if (name.startsWith('-')) {
    throw new PathManagerError(
      'BAD_REQUEST',
      `Option ${JSON.stringify(word)} stands before the command; write "spscmd COMMAND ${word}"`,
    );
  }
  const meant = nearest(name.toLowerCase(), commandNames);
  const advice = meant === null ? 'see "spscmd --help"' : `did you mean "${meant}"? See "spscmd --help"`;
  throw new PathManagerError('BAD_REQUEST', `There is no command ${JSON.stringify(word)}; ${advice}`);
}
