/** The options of mpathpersist: their spellings and texts, and what a command line says with them. */
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { PathManagerError } from '../../base/errors.js';

/** How an option is written; `value`: what help calls its value, null where it has none. */
export interface OptionText {
  readonly long: string;
  readonly short: string | null;
  readonly value: string | null;
  readonly text: string;
}

function flag<Long extends string>(
  short: string | null,
  long: Long,
  text: string,
): OptionText & { readonly long: Long } {
  return { long, short, value: null, text };
}

function valued(short: string | null, long: string, value: string, text: string): OptionText {
  return { long, short, value, text };
}

/** What can be read, by the option that asks for it. */
const readOptions = [
  flag('k', 'read-keys', 'with --in: the registered keys'),
  flag('r', 'read-reservation', 'with --in: the reservation'),
  flag('s', 'read-full-status', 'with --in: every registration with its initiator port'),
  flag('c', 'report-capabilities', 'with --in: what the array can do'),
] as const;

/** What can be changed. */
const changeOptions = [
  flag('G', 'register', 'with --out: replace the key RK by SARK; RK absent: register, SARK zero: unregister'),
  flag('I', 'register-ignore', 'with --out: the same, whatever key there is now'),
  flag('R', 'reserve', 'with --out: reserve as RK'),
  flag('L', 'release', 'with --out: release the reservation of RK'),
  flag('C', 'clear', 'with --out: take away all keys and the reservation'),
  flag('P', 'preempt', 'with --out: take the key SARK away from others'),
  flag('A', 'preempt-abort', 'with --out: the same, and end what they have under way'),
] as const;

const otherOptions = [
  valued('K', 'param-rk', 'RK', "this node's key, up to 16 hexadecimal digits"),
  valued('S', 'param-sark', 'SARK', 'the new key, or the one to take away'),
  valued('T', 'prout-type', 'TYPE', 'type of the reservation: 1, 3, 5, 6, 7 or 8'),
  flag('Z', 'param-aptpl', 'with a registration: keep it over a loss of power'),
  flag('Y', 'param-alltgpt', 'with a registration: for all target ports at once'),
  valued('d', 'device', 'DEVICE', 'the map, if it is not the last word'),
  valued('f', 'batch-file', 'FILE', 'do each line of the file, after what the command line asks for'),
  valued('l', 'alloc-length', 'LEN', 'at most 8192; answers are read whole, whatever it is'),
  valued('v', 'verbose', 'LEVEL', 'taken and without effect: errors are always one line'),
  flag('H', 'hex', 'refused: answers are not shown in hexadecimal digits'),
  valued('X', 'transport-id', 'ID', 'refused: a node registers its own ports only'),
] as const;

const generalOptions = [
  flag('i', 'in', 'read'),
  flag('o', 'out', 'change'),
  valued(null, 'run-dir', 'FOLDER', "folder of the controller's sockets (default /run/pathmanager)"),
  flag('h', 'help', 'print this and exit'),
  flag(null, 'version', 'print the version and exit'),
] as const;

/** Every option, in the order of the help text. */
export const persistOptions: readonly OptionText[] = [
  ...generalOptions.slice(0, 2),
  ...readOptions,
  ...changeOptions,
  ...otherOptions,
  ...generalOptions.slice(2),
];

export type ReadWord = (typeof readOptions)[number]['long'];
export type ChangeWord = (typeof changeOptions)[number]['long'];

/** Values of options as they were given, by long name; absent where they were not. */
export type Given = Readonly<Record<string, string | boolean | undefined>>;

/** One line of a batch file, or the command line. */
export interface PersistWords {
  readonly given: Given;
  /** The device by --device or as a word; null where none is named. */
  readonly device: string | null;
}

/** Reads words. Throws BAD_REQUEST for anything that is not an option, and for a second device. */
export function readWords(words: readonly string[]): PersistWords {
  const options: NonNullable<ParseArgsConfig['options']> = Object.fromEntries(
    persistOptions.map(({ long, short, value }) => [
      long,
      { type: value === null ? 'boolean' : 'string', ...(short !== null && { short }) },
    ]),
  );
  try {
    const { values, positionals } = parseArgs({ args: [...words], options, allowPositionals: true });
    const named = [...(typeof values['device'] === 'string' ? [values['device']] : []), ...positionals];
    if (named.length > 1)
      throw new TypeError(`More than one device: ${named.map((each) => JSON.stringify(each)).join(', ')}`);
    return { given: values as Given, device: named[0] ?? null };
  } catch (error) {
    throw wrong((error as Error).message.split(/\.?\n|\. /)[0] ?? '', error);
  }
}

/** The options of `words` that were given. */
function chosen<Word extends string>(given: Given, words: readonly { readonly long: Word }[]): readonly Word[] {
  return words.map(({ long }) => long).filter((long) => given[long] !== undefined);
}

/** What a command line asks for: one thing to read or one to change. */
export type PersistAction =
  { readonly kind: 'read'; readonly word: ReadWord } | { readonly kind: 'change'; readonly word: ChangeWord };

/** The one action of a command line. Throws BAD_REQUEST where there is none, or more than one. */
export function readAction({ given }: PersistWords): PersistAction {
  if (given['hex'] === true) throw wrong('--hex is not supported: answers are not shown in hexadecimal digits');
  if (given['transport-id'] !== undefined)
    throw wrong('--transport-id is not supported: a node registers its own ports only');
  checkLength(given['alloc-length']);
  if ((given['in'] === true) === (given['out'] === true)) throw wrong('Give either --in or --out');
  const [reads, changes] = [chosen(given, readOptions), chosen(given, changeOptions)];
  const [first, second] = [...reads, ...changes];
  if (first === undefined) throw wrong(`${given['in'] === true ? '--in' : '--out'} needs an action`);
  if (second !== undefined) throw wrong(`--${first} and --${second} are two actions; give one`);
  const [read, change] = [reads[0], changes[0]];
  if (given['in'] === true && read !== undefined) return { kind: 'read', word: read };
  if (given['out'] === true && change !== undefined) return { kind: 'change', word: change };
  throw wrong(`--${first} needs ${read === undefined ? '--out' : '--in'}`);
}

function checkLength(text: string | boolean | undefined): void {
  if (text === undefined || (/^\d{1,5}$/.test(String(text)) && Number(text) <= 8192)) return;
  throw wrong(`${JSON.stringify(text)} is not an allocation length from 0 to 8192`);
}

/** What is wrong with a command line, with where to look. */
export function wrong(what: string, cause?: unknown): PathManagerError {
  return new PathManagerError('BAD_REQUEST', `${what}; see "mpathpersist --help"`, {}, cause);
}

/** The help text. */
export function persistHelp(): string {
  const rows = persistOptions.map(({ long, short, value, text }) => {
    const spelled = `  ${short === null ? '    ' : `-${short}, `}--${long}${value === null ? '' : ` ${value}`}`;
    return `${spelled.padEnd(27)}  ${text}`;
  });
  return [
    'mpathpersist: reads and changes persistent reservations of logical units, as the program of multipath-tools does',
    '',
    'Usage: mpathpersist {-i|-o} ACTION [OPTIONS] [-d] DEVICE',
    '',
    ...rows,
    '',
  ].join('\n');
}
