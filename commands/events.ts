import { join } from 'node:path';
import * as Flags from '@oclif/core/flags';
import { systemClock } from '../src/base/clock.js';
import { PathManagerError } from '../src/base/errors.js';
import { PathManagerCommand } from '../src/cli/base-command.js';
import { painterFor } from '../src/cli/colour.js';
import { type EventEntry, entryOf, paintedEntry } from '../src/cli/events/entry.js';
import { eventFilter, eventLevels, type EventFilter } from '../src/cli/events/filter.js';
import { type History, readHistory } from '../src/cli/events/history.js';
import { jsonLine } from '../src/cli/json-text.js';
import { outputClosed, untilEnded } from '../src/cli/output.js';
import type { ApiClient } from '../src/services/api-client/client.js';
import { EventFollower } from '../src/services/api-client/follow.js';
import { DEFAULT_LOG_DIR, EVENT_LOG_NAME } from '../src/services/args.js';
import { ownRecord, readRecord } from '../src/services/logger/stream-record.js';

/** What --follow shows of the history where no --since is given. */
const LATEST = 10;

export default class Events extends PathManagerCommand {
  static override summary = 'Show what has happened to logical units and paths.';
  static override description = `The history is the event log that ispmlogger keeps. Each line has time, level, event number, what it concerns and what happened.

Times: an age as 90s, 10m, 2h or 3d, a time of today as 14:30, a date as 2026-11-22 or "2026-11-22 14:30".
With --json an array, with --follow and --json one object a line.`;
  static override examples = [
    {
      description: 'What went wrong in the last hour',
      command: '<%= config.bin %> <%= command.id %> --level warning --since 1h',
    },
    {
      description: 'Everything about the paths through host 4',
      command: '<%= config.bin %> <%= command.id %> --path 4:::',
    },
    {
      description: 'Watch what happens to logical unit 0',
      command: '<%= config.bin %> <%= command.id %> --follow --lu 0',
    },
  ];
  static override flags = {
    follow: Flags.boolean({
      char: 'f',
      default: false,
      summary: 'Show the last events, then new ones as they happen.',
    }),
    lu: Flags.string({ helpValue: 'NUMBER|WWID', summary: 'Only events of this logical unit.' }),
    path: Flags.string({
      helpValue: 'PATH',
      summary: 'Only events of these paths: host:channel:target:lun, numbers may be left out.',
    }),
    level: Flags.string({ options: [...eventLevels], summary: 'Only events of this level and graver ones.' }),
    since: Flags.string({ helpValue: 'TIME', summary: 'Only events from this time on.' }),
    until: Flags.string({ helpValue: 'TIME', summary: 'Only events up to this time.' }),
    'log-dir': Flags.string({ default: DEFAULT_LOG_DIR, helpValue: 'FOLDER', summary: 'Folder of the event log.' }),
  };

  async run(): Promise<readonly EventEntry[]> {
    const { flags } = await this.parse(Events);
    if (flags.follow && flags.until !== undefined) {
      throw new PathManagerError('BAD_REQUEST', '--follow has no end, so --until cannot stand beside it');
    }
    const wanted = eventFilter(flags, systemClock.now());
    const history = this.#history(join(flags['log-dir'], EVENT_LOG_NAME));
    const matching = history.entries.map(({ entry }) => entry).filter(wanted);
    const closed = outputClosed();
    const paint = painterFor(process.stdout);
    if (!flags.follow) {
      if (matching.length > 0) this.log(matching.map((entry) => paintedEntry(entry, paint)).join('\n'));
      return matching;
    }
    for (const entry of flags.since === undefined ? matching.slice(-LATEST) : matching) this.#show(entry);
    await this.#follow(this.status(flags), history, wanted, closed);
    return [];
  }

  #history(file: string): History {
    const history = readHistory(file);
    if (!history.found) this.logToStderr(`spscmd: there is no event log "${file}"; ispmlogger keeps it`);
    if (history.damaged > 0) {
      this.logToStderr(`spscmd: ${String(history.damaged)} damaged lines of "${file}" are left out`);
    }
    return history;
  }

  /** Goes on in the stream after the last event of the log: none is shown twice, none is missing. */
  async #follow(api: ApiClient, { entries }: History, wanted: EventFilter, closed: Promise<void>): Promise<void> {
    // Asked once before: a command that waits for a controller that was never there tells nothing.
    await api.get('/v1/health');
    const last = entries.findLast(({ stream }) => stream !== null)?.stream ?? null;
    const follower = new EventFollower(api, systemClock, last, {
      onEvent: ({ kind, data }) => {
        const record = kind === 'record' ? readRecord(data) : kind === 'gap' ? missing(data) : null;
        if (record === null) return;
        const entry = entryOf(record);
        if (wanted(entry) || kind === 'gap') this.#show(entry);
      },
      onLost: (error) => this.logToStderr(`spscmd: ${error?.message ?? 'The controller has ended'}; waiting for it`),
    });
    follower.start();
    await untilEnded(closed);
    follower.close();
  }

  #show(entry: EventEntry): void {
    process.stdout.write(this.jsonEnabled() ? jsonLine(entry) : `${paintedEntry(entry, painterFor(process.stdout))}\n`);
  }

  /** With --follow everything has been written when the command ends. */
  override logJson(value: unknown): void {
    if (!this.argv.includes('--follow') && !this.argv.includes('-f')) super.logJson(value);
  }
}

function missing(data: unknown): ReturnType<typeof ownRecord> {
  const missed = (data as { missed?: unknown } | null)?.missed;
  const detail =
    typeof missed === 'number'
      ? `the controller no longer had ${String(missed)} events`
      : 'the controller was started anew';
  return ownRecord(1018, systemClock.now(), detail);
}
