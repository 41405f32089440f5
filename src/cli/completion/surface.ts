/** What can be typed after "spscmd": from the commands' own declarations, for help on the command line in any shell. */
import { commandNames } from '../command-names.js';
import type { CommandClass } from '../program.js';

/** What can stand in one place. */
export interface Values {
  /** Fixed words with what they mean ('' where they say it themselves). */
  readonly words: Readonly<Record<string, string>>;
  /** What only the controller knows. */
  readonly live: readonly LiveKind[];
  readonly files: 'none' | 'any' | 'folders';
}

/** Path numbers, numbers of logical units, names of logical units. */
export type LiveKind = 'paths' | 'units' | 'names';

export const liveKinds: readonly LiveKind[] = ['paths', 'units', 'names'];

export interface CommandSurface {
  readonly name: string;
  /** One line without a full stop. */
  readonly summary: string;
  /** By place. */
  readonly args: readonly Values[];
  readonly options: readonly OptionSurface[];
}

export interface OptionSurface {
  /** "--sort" */
  readonly long: string;
  /** "-s"; null where it has none. */
  readonly short: string | null;
  readonly summary: string;
  /** Null for one without a value. */
  readonly value: Values | null;
}

/** The parts of oclif's declarations that matter here, with what is said for completion alone where a kind says too little. */
interface Declared {
  readonly char?: string;
  readonly type?: string;
  readonly summary?: string;
  readonly options?: readonly string[];
  readonly helpValue?: string;
  readonly words?: Readonly<Record<string, string>>;
  readonly live?: readonly LiveKind[];
}

interface Declarations {
  readonly summary?: string;
  readonly args: Readonly<Record<string, Declared>>;
  readonly flags: Readonly<Record<string, Declared>>;
  readonly baseFlags: Readonly<Record<string, Declared>>;
}

const always: readonly OptionSurface[] = [
  { long: '--json', short: null, summary: 'Format output as json', value: null },
  { long: '--help', short: '-h', summary: 'Tell more of the command', value: null },
];

export async function readSurface(
  load: (name: string) => Promise<{ readonly default: CommandClass }>,
): Promise<readonly CommandSurface[]> {
  const classes = await Promise.all(commandNames.map(async (name) => ({ name, Class: (await load(name)).default })));
  return classes.map(({ name, Class }) => surfaceOf(name, Class as unknown as Declarations));
}

function surfaceOf(name: string, { summary, args, flags, baseFlags }: Declarations): CommandSurface {
  return {
    name,
    summary: sentence(summary),
    args: Object.entries(args).map(([arg, declared]) => valuesOf(arg.toUpperCase(), declared)),
    options: [...Object.entries({ ...flags, ...baseFlags }).map(([flag, each]) => optionOf(flag, each)), ...always],
  };
}

function optionOf(flag: string, declared: Declared): OptionSurface {
  return {
    long: `--${flag}`,
    short: declared.char === undefined ? null : `-${declared.char}`,
    summary: sentence(declared.summary),
    value: declared.type === 'boolean' ? null : valuesOf(declared.helpValue ?? '', declared),
  };
}

/** @param kind what help calls the value: PATH, PATH2, PATH-OR-LU, FILE */
function valuesOf(kind: string, { options = [], words = {}, live = [] }: Declared): Values {
  const parts = kind.replace(/\d+$/, '').split(/-OR-|\|/);
  const units: readonly LiveKind[] = parts.includes('LU')
    ? ['units', 'names']
    : parts.includes('NUMBER')
      ? ['units']
      : [];
  return {
    words: { ...Object.fromEntries(options.map((word) => [word, ''])), ...words },
    live: [...live, ...(parts.includes('PATH') ? ['paths' as const] : []), ...units],
    files: kind === 'FILE' ? 'any' : kind === 'FOLDER' ? 'folders' : 'none',
  };
}

function sentence(text: string | undefined): string {
  return (text ?? '').replace(/\.$/, '');
}
