/** A terminal's alternate screen: drawn as a whole, scrolled by keys, and left as it was found. */
import type { ReadStream, WriteStream } from 'node:tty';

/** ECMA-48 and xterm's alternate screen (modes 1049 and 25). */
const ENTER = '\u001b[?1049h\u001b[?25l';
const LEAVE = '\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
const REST_OF_LINE = '\u001b[K';
const REST_OF_SCREEN = '\u001b[J';
const PLAIN = '\u001b[0m';

const steps: Readonly<Record<string, number>> = {
  '\u001b[A': -1,
  k: -1,
  '\u001b[B': 1,
  j: 1,
  '\u001b[5~': -10,
  '\u001b[6~': 10,
};

export type ScreenOutput = Pick<WriteStream, 'write' | 'on' | 'off' | 'columns' | 'rows'>;
export type ScreenInput = Pick<ReadStream, 'isTTY' | 'setRawMode' | 'on' | 'off' | 'resume' | 'pause'>;

export class Screen {
  readonly #output: ScreenOutput;
  readonly #input: ScreenInput;
  readonly #redraw: () => void;
  readonly #onKey: (data: Buffer) => void;
  readonly #leave = (): void => this.close();
  #top = 0;
  #open = false;

  /** `redraw` is called when the size has changed or a key has scrolled, `quit` when a key asks to end. */
  constructor(output: ScreenOutput, input: ScreenInput, redraw: () => void, quit: () => void) {
    this.#output = output;
    this.#input = input;
    this.#redraw = redraw;
    this.#onKey = (data) => {
      const key = data.toString('latin1');
      // In raw mode Ctrl-C and Ctrl-D are keys like others.
      if (['q', 'Q', '\u0003', '\u0004'].includes(key)) quit();
      const step = steps[key];
      if (step === undefined) return;
      this.#top = Math.max(0, this.#top + step);
      redraw();
    };
  }

  open(): void {
    this.#open = true;
    this.#output.write(ENTER);
    this.#output.on('resize', this.#redraw);
    // Whatever ends the process: an operator must not be left with a terminal that shows no cursor.
    process.on('exit', this.#leave);
    if (!this.#input.isTTY) return;
    this.#input.setRawMode(true);
    this.#input.on('data', this.#onKey);
    this.#input.resume();
  }

  /** Shows `head`, as much of `body` as there is room for from where it was scrolled to, and `foot`. */
  draw(head: readonly string[], body: readonly string[], foot: readonly string[]): void {
    if (!this.#open) return;
    // A terminal of which nobody has told the size says 0.
    const columns = this.#output.columns || 80;
    const rows = this.#output.rows || 24;
    const room = Math.max(1, rows - head.length - foot.length - 1);
    this.#top = Math.max(0, Math.min(this.#top, body.length - room));
    const shown = body.slice(this.#top, this.#top + room);
    const hidden = body.length - shown.length;
    const more = hidden === 0 ? '' : `(${String(hidden)} more lines: arrow keys)`;
    const lines = [...head, ...shown, more, ...foot].slice(0, rows);
    const text = lines.map((line) => cut(line, columns)).join(`${PLAIN}${REST_OF_LINE}\r\n`);
    this.#output.write(`${HOME}${text}${PLAIN}${REST_OF_LINE}${REST_OF_SCREEN}`);
  }

  /** Leaves the terminal as it was found; harmless when that has been done. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    process.off('exit', this.#leave);
    this.#output.off('resize', this.#redraw);
    if (this.#input.isTTY) {
      this.#input.off('data', this.#onKey);
      this.#input.setRawMode(false);
      this.#input.pause();
    }
    this.#output.write(LEAVE);
  }
}

/** The line without what does not fit; colours (escape sequences ending in "m") take no room. */
function cut(line: string, columns: number): string {
  let room = columns;
  return line.replace(/\u001b\[[\d;]*m|[^\u001b]/gu, (part) => {
    if (part.startsWith('\u001b')) return part;
    room -= 1;
    return room >= 0 ? part : '';
  });
}
