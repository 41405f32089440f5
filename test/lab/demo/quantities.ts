// Figures as the demo prints them.

/** A length of time in milliseconds, as "7 ms" or "1.25 s". */
export function time(ms: number): string {
  return ms < 999.5 ? `${ms.toFixed(ms < 9.95 ? 1 : 0)} ms` : `${(ms / 1000).toFixed(2)} s`;
}

export function count(value: number): string {
  return Math.round(value).toLocaleString('en');
}

/** A share of a whole, in percent. */
export function percent(part: number, whole: number): string {
  return whole === 0 ? 'none' : `${((100 * part) / whole).toFixed(1)} %`;
}

/** Megabytes (10^6). */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}
