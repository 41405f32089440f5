/** The three ways in which `spscmd watch` shows what it sees. */
import { type Clock, type Timer } from '../../base/clock.js';
import { escapeControl } from '../../base/text.js';
import type { Paint } from '../colour.js';
import { entryText, type EventEntry, paintedEntry } from '../events/entry.js';
import { jsonLine } from '../json-text.js';
import type { WatchOutput } from './live-watch.js';
import type { Screen } from './screen.js';
import { plainLines, tableLines, type WatchView } from './view.js';

type Write = (text: string) => void;

/** An object a line. */
export function jsonOutput(write: Write): WatchOutput {
  return { look: (view) => write(jsonLine(view)), change: () => undefined, event: () => undefined };
}

/** A line for each path and interval, and one for each event. */
export function plainOutput(write: Write): WatchOutput {
  return {
    look: (view) => {
      const lines = plainLines(view);
      if (lines.length > 0) write(`${lines.join('\n')}\n`);
    },
    change: () => undefined,
    event: (entry) => write(`${entryText(entry)}\n`),
  };
}

/** Redrawn at most so often, whatever happens. */
const DRAW_MS = 250;
/** Events that the lower end of the screen shows. */
const LATEST = 5;

export class ScreenView implements WatchOutput {
  readonly #clock: Clock;
  readonly #screen: Screen;
  readonly #paint: Paint;
  readonly #latest: EventEntry[] = [];
  #view: WatchView;
  #trouble: string | null = null;
  #timer: Timer | null = null;
  #drawnAt = -Infinity;

  constructor(clock: Clock, screen: Screen, paint: Paint, view: WatchView) {
    this.#clock = clock;
    this.#screen = screen;
    this.#paint = paint;
    this.#view = view;
  }

  look(view: WatchView): void {
    this.change(view, this.#trouble);
  }

  change(view: WatchView, trouble: string | null): void {
    this.#view = view;
    this.#trouble = trouble;
    this.#soon();
  }

  event(entry: EventEntry): void {
    this.#latest.push(entry);
    if (this.#latest.length > LATEST) this.#latest.shift();
    this.#soon();
  }

  draw(): void {
    this.#drawnAt = this.#clock.monotonic();
    const table = tableLines(this.#view, (line) => this.#paint(line, 'bad'));
    this.#screen.draw(
      this.#head(),
      table,
      this.#latest.map((entry) => paintedEntry(entry, this.#paint)),
    );
  }

  close(): void {
    this.#timer?.cancel();
  }

  #head(): readonly string[] {
    const { units } = this.#view;
    const paths = units.reduce((sum, unit) => sum + unit.paths.length, 0);
    const time = new Date(this.#clock.now()).toTimeString().slice(0, 8);
    const counts = `${time}  ${String(units.length)} logical units, ${String(paths)} paths  (q quits)`;
    return [counts, this.#trouble === null ? '' : escapeControl(this.#trouble)];
  }

  #soon(): void {
    const wait = Math.max(0, this.#drawnAt + DRAW_MS - this.#clock.monotonic());
    this.#timer ??= this.#clock.after('draw', wait, () => {
      this.#timer = null;
      this.draw();
    });
  }
}
