import * as Flags from '@oclif/core/flags';
import { systemClock } from '../src/base/clock.js';
import { PathManagerError } from '../src/base/errors.js';
import { PathManagerCommand } from '../src/cli/base-command.js';
import { painterFor } from '../src/cli/colour.js';
import { outputClosed, untilEnded } from '../src/cli/output.js';
import { LiveWatch } from '../src/cli/watch/live-watch.js';
import { jsonOutput, plainOutput, ScreenView } from '../src/cli/watch/outputs.js';
import { Screen } from '../src/cli/watch/screen.js';
import { tableLines, type WatchView } from '../src/cli/watch/view.js';
import { counterReader } from '../src/services/path-counters.js';

export default class Watch extends PathManagerCommand {
  static override summary = 'Watch logical units and paths with their I/O.';
  static override description = `State, I/O rate and service time of each path, and the latest events, until "q" or Ctrl-C. Arrow keys scroll.

Where the output is no terminal, a line for each path is written every interval; with --json an object a line.`;
  static override examples = [
    { description: 'Watch on the terminal', command: '<%= config.bin %> <%= command.id %>' },
    { description: 'Count for ten seconds', command: '<%= config.bin %> <%= command.id %> --once --interval 10' },
  ];
  static override flags = {
    interval: Flags.string({ default: '1', helpValue: 'SECONDS', summary: 'Time over which I/O is counted.' }),
    once: Flags.boolean({ default: false, summary: 'Show one interval and end.' }),
  };

  /** With --once the view; otherwise all has been written before the end, and null. */
  async run(): Promise<WatchView | null> {
    const { flags } = await this.parse(Watch);
    const intervalMs = readInterval(flags.interval);
    const watch = new LiveWatch(this.status(flags), systemClock, counterReader());
    const closed = outputClosed();
    if (flags.once) {
      const looked = watch.once(intervalMs);
      if (!(await untilEnded(looked))) return null;
      const view = await looked;
      if (view.units.length === 0) this.logToStderr('spscmd: no logical unit is known');
      else this.#showOnce(view);
      return view;
    }
    // A controller that is not there is told in one line, before the screen is taken.
    const first = await watch.begin();
    try {
      if (process.stdout.isTTY && !this.jsonEnabled()) await onScreen(watch, first, intervalMs, closed);
      else {
        const write = (text: string): void => void process.stdout.write(text);
        watch.follow(intervalMs, this.jsonEnabled() ? jsonOutput(write) : plainOutput(write));
        await untilEnded(closed);
      }
    } finally {
      watch.close();
    }
    return null;
  }

  #showOnce(view: WatchView): void {
    const paint = painterFor(process.stdout);
    this.log(tableLines(view, (line) => paint(line, 'bad')).join('\n'));
  }

  override logJson(value: unknown): void {
    if (value !== null) super.logJson(value);
  }
}

async function onScreen(watch: LiveWatch, first: WatchView, intervalMs: number, closed: Promise<void>): Promise<void> {
  let quit = (): void => undefined;
  const asked = new Promise<void>((resolve) => (quit = resolve));
  const screen = new Screen(process.stdout, process.stdin, () => view.draw(), quit);
  const view = new ScreenView(systemClock, screen, painterFor(process.stdout), first);
  // Before the screen is taken: a signal in between would end the process with the terminal as it is then.
  const ended = untilEnded(Promise.race([asked, closed]));
  screen.open();
  try {
    view.draw();
    watch.follow(intervalMs, view);
    await ended;
  } finally {
    view.close();
    screen.close();
  }
}

function readInterval(text: string): number {
  const seconds = /^\d{1,4}(\.\d{1,3})?$/.test(text) ? Number(text) : NaN;
  if (seconds >= 0.1 && seconds <= 3600) return seconds * 1000;
  throw new PathManagerError('BAD_REQUEST', `Interval ${JSON.stringify(text)} is not 0.1 to 3600 seconds`);
}
