// Colours of the demo, and whether there are any (the conventions of no-color.org and force-color.org).

export type Style = (text: string) => string;
export type Paint = Readonly<Record<'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan', Style>>;

/** SGR parameters of ECMA-48, 8.3.117. */
const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 };

export function wantsColor(environment: NodeJS.ProcessEnv, isTerminal: boolean): boolean {
  const { NO_COLOR: none = '', FORCE_COLOR: force } = environment;
  if (none !== '') return false;
  return force === undefined ? isTerminal : !['0', 'false'].includes(force);
}

export function makePaint(color: boolean): Paint {
  const style = (code: number): Style => (color ? (text) => `\x1b[${code}m${text}\x1b[0m` : (text) => text);
  return {
    bold: style(codes.bold),
    dim: style(codes.dim),
    red: style(codes.red),
    green: style(codes.green),
    yellow: style(codes.yellow),
    cyan: style(codes.cyan),
  };
}

/** A line of `spscmd getlun` with the paths in use and the failed ones coloured. */
export function paintPathLine(paint: Paint, line: string): string {
  if (/^X +\d+:/.test(line)) return paint.red(line);
  if (/^> +\d+:/.test(line)) return paint.green(line);
  return /^(\*\*\*|\+\+\+) /.test(line) ? paint.bold(line) : line;
}
