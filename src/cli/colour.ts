/** Colour where the terminal has it, and where nobody has asked for none. */

export type Tone = 'bad' | 'doubtful';

/** The text in a tone, or as it is. */
export type Paint = (text: string, tone: Tone) => string;

const codes: Readonly<Record<Tone, number>> = { bad: 31, doubtful: 33 };

/** For what is written to this stream. NO_COLOR (no-color.org) is heeded where it is not empty, and so is a dumb terminal. */
export function painterFor(
  { isTTY }: { readonly isTTY?: boolean },
  { NO_COLOR = '', TERM }: NodeJS.ProcessEnv = process.env,
): Paint {
  const coloured = isTTY === true && NO_COLOR === '' && TERM !== 'dumb';
  return coloured ? (text, tone) => `\u001b[${String(codes[tone])}m${text}\u001b[39m` : (text) => text;
}
