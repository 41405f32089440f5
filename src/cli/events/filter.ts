/** Which events the operator wants to see. */
import { PathManagerError } from '../../base/errors.js';
import type { EventLevel } from '../../model/catalogue.js';
import { parsePathSelector } from '../../model/path-selector.js';
import type { EventEntry } from './entry.js';
import { readTime } from './time.js';

/** Options as they were typed; what is not given does not restrict. */
export interface FilterOptions {
  readonly lu?: string | undefined;
  readonly path?: string | undefined;
  readonly level?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

export type EventFilter = (entry: EventEntry) => boolean;

/** From the least to the gravest. */
export const eventLevels: readonly EventLevel[] = ['info', 'warning', 'error'];

/** Throws BAD_REQUEST or BAD_PATH_NUMBER in one line. */
export function eventFilter(options: FilterOptions, now: number): EventFilter {
  const filters: EventFilter[] = [];
  if (options.lu !== undefined) filters.push(unitFilter(options.lu));
  if (options.path !== undefined) filters.push(pathFilter(options.path));
  if (options.level !== undefined) {
    const least = eventLevels.indexOf(options.level as EventLevel);
    filters.push(({ level }) => eventLevels.indexOf(level) >= least);
  }
  const since = options.since === undefined ? -Infinity : readTime(options.since, now);
  const until = options.until === undefined ? Infinity : readTime(options.until, now);
  if (since > until) {
    throw new PathManagerError(
      'BAD_REQUEST',
      `--since ${JSON.stringify(options.since)} is later than --until ${JSON.stringify(options.until)}`,
    );
  }
  filters.push(({ time }) => Date.parse(time) >= since && Date.parse(time) <= until);
  return (entry) => filters.every((matches) => matches(entry));
}

function unitFilter(text: string): EventFilter {
  const number = /^#?(\d{1,9})$/.exec(text)?.[1];
  if (number !== undefined) return ({ unit }) => unit === Number(number);
  // A WWID of digits alone is longer than any number of a logical unit.
  if (/^[\w.:-]{10,}$/.test(text)) return ({ wwid }) => wwid === text;
  throw new PathManagerError('BAD_REQUEST', `${JSON.stringify(text)} is no logical unit; give its number or its WWID`);
}

function pathFilter(text: string): EventFilter {
  const selector = parsePathSelector(text);
  if (selector.kind !== 'pattern') {
    // Device nodes are given anew at each boot: an event of yesterday's sdc says nothing of today's.
    throw new PathManagerError(
      'BAD_PATH_NUMBER',
      `Events are found by path number, not by device ${JSON.stringify(text)}; give host:channel:target:lun`,
    );
  }
  return ({ path }) => {
    const own = path?.split(':').map(Number) ?? [];
    return path !== null && selector.fields.every((field, index) => field === null || field === own[index]);
  };
}
