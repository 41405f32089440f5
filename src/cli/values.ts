/** What operators type, read and checked before the controller is asked. */
import { PathManagerError } from '../base/errors.js';
import { PRIORITY_MAX, PRIORITY_MIN } from '../base/ids.js';
import { modeWord } from '../model/explain/words.js';
import { parsePathSelector } from '../model/path-selector.js';
import type { BalanceMode, FailbackMode, WatcherSettings } from '../model/types.js';

/** PATH as it is sent: the operator's own text, once it is known to have the form. Throws BAD_PATH_NUMBER. */
export function pathText(text: string): string {
  return parsePathSelector(text).text;
}

/** PRIORITY. Throws BAD_PRIORITY. */
export function readPriority(text: string): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (value >= PRIORITY_MIN && value <= PRIORITY_MAX) return value;
  throw new PathManagerError(
    'BAD_PRIORITY',
    `Priority ${JSON.stringify(text)} is not an integer from ${String(PRIORITY_MIN)} to ${String(PRIORITY_MAX)}`,
  );
}

/** The balancing modes by the number that spscmd gives them. */
export const balanceModes: readonly BalanceMode[] = [
  'none',
  'round-robin',
  'queue-length',
  'service-time',
  'historical-service-time',
];

/** A balancing mode in words, as header lines show it: "round robin". */
export const balanceText: (mode: BalanceMode) => string = modeWord;

/** MODE of lbmode. Throws BAD_MODE. */
export function readBalanceMode(text: string): BalanceMode {
  const mode = /^\d$/.test(text) ? balanceModes[Number(text)] : undefined;
  if (mode !== undefined) return mode;
  const known = balanceModes.map((each, index) => `${String(index)} (${balanceText(each)})`).join(', ');
  throw new PathManagerError('BAD_MODE', `${JSON.stringify(text)} is not a balancing mode; give one of ${known}`);
}

/** STATE of setfbmode: Active, A, Standby or S in any case. Throws BAD_MODE. */
export function readFailbackMode(text: string): FailbackMode {
  const word = text.toLowerCase();
  if (word === 'active' || word === 'a') return 'active';
  if (word === 'standby' || word === 's') return 'standby';
  throw new PathManagerError('BAD_MODE', `${JSON.stringify(text)} is not a failback mode; give Active or Standby`);
}

/** STATE of setmscsmode: Enable, E, Disable or D in any case. Throws BAD_MODE. */
export function readClusterMode(text: string): boolean {
  const word = text.toLowerCase();
  if (word === 'enable' || word === 'e') return true;
  if (word === 'disable' || word === 'd') return false;
  throw new PathManagerError('BAD_MODE', `${JSON.stringify(text)} is not a cluster mode; give Enable or Disable`);
}

interface WatcherField {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly setting: (value: number) => Partial<WatcherSettings>;
}

/** f1 to f4 of setwatcher. */
const watcherFields: readonly WatcherField[] = [
  {
    name: 'checks (f1: 0 none, 1 health, 2 recovery, 3 both)',
    min: 0,
    max: 3,
    setting: (value) => ({ healthCheck: (value & 1) !== 0, recoveryCheck: (value & 2) !== 0 }),
  },
  { name: 'request interval (f2, seconds)', min: 1, max: 3600, setting: (value) => ({ intervalSec: value }) },
  { name: 'threshold (f3, seconds)', min: 0, max: 3600, setting: (value) => ({ thresholdSec: value }) },
  { name: 'time-out (f4, seconds)', min: 1, max: 600, setting: (value) => ({ timeoutSec: value }) },
];

/** PARAM of setwatcher, "f1:f2:f3:f4"; an empty field is left out. Throws BAD_WATCHER_FIELD. */
export function readWatcher(text: string): Partial<WatcherSettings> {
  const fields = text.split(':');
  if (fields.length !== watcherFields.length || fields.every((field) => field === '')) {
    throw new PathManagerError(
      'BAD_WATCHER_FIELD',
      `${JSON.stringify(text)} is not f1:f2:f3:f4; give at least one field and three colons, as 3:60:60:120 or :90::`,
    );
  }
  const read = (field: WatcherField, index: number): Partial<WatcherSettings> =>
    watcherSetting(field, fields[index] ?? '');
  return Object.assign({}, ...watcherFields.map(read)) as Partial<WatcherSettings>;
}

function watcherSetting({ name, min, max, setting }: WatcherField, text: string): Partial<WatcherSettings> {
  if (text === '') return {};
  const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (value >= min && value <= max) return setting(value);
  throw new PathManagerError(
    'BAD_WATCHER_FIELD',
    `Watcher field ${name}: ${JSON.stringify(text)} is not an integer from ${String(min)} to ${String(max)}`,
  );
}

/** SECONDS of endqueue. Throws BAD_REQUEST. */
export function readSeconds(text: string): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (value <= 3600) return value;
  throw new PathManagerError('BAD_REQUEST', `${JSON.stringify(text)} is not a number of seconds from 0 to 3600`);
}
