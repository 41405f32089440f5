import { PathManagerError } from '../../base/errors.js';

const unitMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * A point in time as operators write it, in milliseconds since 1970: an age ("90s", "10m", "2h", "3d"), a time of today
 * ("14:30"), a date ("2026-11-22"), both ("2026-11-22 14:30:05"), or ISO 8601 with a zone. Local where no zone is given.
 * Throws BAD_REQUEST.
 */
export function readTime(text: string, now: number): number {
  const [, age, unit] = /^(\d{1,7})([smhd])$/.exec(text) ?? [];
  if (age !== undefined) return now - Number(age) * (unitMs[unit ?? ''] ?? 0);
  const time = clockTime(text, now) ?? dateTime(text);
  if (time !== null) return time;
  throw new PathManagerError(
    'BAD_REQUEST',
    `${JSON.stringify(text)} is no time; give an age as 90s, 10m, 2h or 3d, a time as 14:30, or a date as "2026-11-22 14:30"`,
  );
}

function clockTime(text: string, now: number): number | null {
  const [, hour, minute, second = '0'] = /^(\d{1,2}):(\d\d)(?::(\d\d))?$/.exec(text) ?? [];
  if (hour === undefined || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null;
  return new Date(now).setHours(Number(hour), Number(minute), Number(second), 0);
}

const DATE = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)(Z|[+-]\d\d:\d\d)?)?$/;

function dateTime(text: string): number | null {
  const [, year, month, day, time = '00:00', zone = ''] = DATE.exec(text) ?? [];
  if (year === undefined) return null;
  // JavaScript takes the 31st of any month and means the next one.
  const exists = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() === Number(day);
  const value = Date.parse(`${year}-${month ?? ''}-${day ?? ''}T${time}${zone}`);
  return exists && !Number.isNaN(value) ? value : null;
}
