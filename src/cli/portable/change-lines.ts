/** Changes of settings as lines for people. */
import { escapeControl } from '../../base/text.js';
import type { MissingPart, SettingChange } from '../../model/portable.js';

const LATER = ' (when its map is made anew, at the next start of the machine)';

export function changeLine({ unit, key, path, setting, from, to, deferred }: SettingChange): string {
  const place =
    unit === null ? '' : `LogicalUnit #${String(unit)}${key === null ? '' : `, path ${path ?? `${key} (away)`}`}: `;
  return escapeControl(`${place}${setting} ${String(from)} -> ${String(to)}${deferred ? LATER : ''}`);
}

export function missingLine({ wwid, unit, key }: MissingPart): string {
  const what = key === null ? `logical unit ${wwid}` : `path ${key} of LogicalUnit #${String(unit)}`;
  return escapeControl(`Not known here: ${what}`);
}
