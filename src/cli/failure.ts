/** What a failed command tells: one line, a code and the exit status. */
import { asPathManagerError, type ErrorCode, errorCodes, PathManagerError } from '../base/errors.js';
import { escapeControl } from '../base/text.js';
import { painterFor } from './colour.js';
import { jsonText } from './json-text.js';

/** Exit statuses of spscmd; 0 is done. */
export const exitStatus = { failed: 1, usage: 2, notRunning: 3, notPermitted: 4 } as const;

export function exitStatusOf(code: ErrorCode): number {
  if (code === 'NOT_PERMITTED') return exitStatus.notPermitted;
  switch (errorCodes[code]) {
    case 'usage':
      return exitStatus.usage;
    case 'link':
      return exitStatus.notRunning;
    case 'refused':
    case 'setup':
    case 'kernel':
    case 'device':
    case 'internal':
      return exitStatus.failed;
  }
}

/** Writes the error where `json` wants it, and gives the exit status. */
export function reportFailure(error: PathManagerError, json: boolean): number {
  if (json) process.stdout.write(jsonText({ error: { code: error.code, message: error.message } }));
  else process.stderr.write(`${painterFor(process.stderr)('spscmd:', 'bad')} ${oneLine(error.message)}\n`);
  // For our own faults the line is not enough to mend them.
  if (error.code === 'INTERNAL' && process.env['DEBUG'] !== undefined) {
    process.stderr.write(`${String((error.cause as Error | undefined)?.stack ?? error.stack)}\n`);
  }
  return exitStatusOf(error.code);
}

/**
 * Any thrown value as the project's error. What oclif's parser throws becomes BAD_REQUEST with a line of ours: its own
 * texts have several lines. Its classes have no public import, so their fields tell them apart.
 */
export function failureOf(thrown: unknown, command: string | null): PathManagerError {
  if (thrown instanceof PathManagerError || !isParserError(thrown)) return asPathManagerError(thrown);
  const help = command === null ? 'see "spscmd --help"' : `see "spscmd ${command} --help"`;
  return new PathManagerError('BAD_REQUEST', `${parserMessage(thrown)}; ${help}`, {}, thrown);
}

interface ParserError extends Error {
  readonly oclif: { readonly exit: number };
  /** Arguments that are missing (their declarations) or too many (their text). */
  readonly args?: readonly (string | { readonly name: string })[];
  /** Options that do not exist. */
  readonly flags?: readonly string[];
}

function isParserError(thrown: unknown): thrown is ParserError {
  return thrown instanceof Error && (thrown as Partial<ParserError>).oclif?.exit === 2;
}

function parserMessage({ args, flags, message }: ParserError): string {
  if (flags !== undefined) return `There is no option ${quoted(flags)}`;
  const missing = args?.flatMap((arg) => (typeof arg === 'string' ? [] : [arg.name.toUpperCase()])) ?? [];
  if (missing.length > 0) return `Missing ${missing.join(' and ')}`;
  if (args !== undefined) return `Too many arguments: ${quoted(args.map(String))}`;
  return (message.split('\n')[0] ?? message).replace(/^Flag /, 'Option ');
}

function quoted(words: readonly string[]): string {
  return words.map((word) => JSON.stringify(word)).join(', ');
}

function oneLine(text: string): string {
  return escapeControl(text.replace(/\s*\n\s*/g, ' '));
}
