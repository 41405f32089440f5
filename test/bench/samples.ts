// Samples as cells of a table.
import type { Samples, Side } from './results.js';
import { median } from './statistics.js';

export const sideNames: Readonly<Record<Side, string>> = { peer: 'multipathd', ours: 'Storage PathManager' };
/** Where nothing was measured. */
export const nothing = '–';

/** Samples of milliseconds. */
export function seconds(samples: Samples): string {
  return withSpread(samples, (value) => (value / 1000).toFixed(2), 's');
}

/** The median, with the smallest and the largest where there are several. */
export function withSpread({ values, note }: Samples, text: (value: number) => string, unit: string): string {
  const spread = `${text(Math.min(...values))} to ${text(Math.max(...values))}`;
  const parts = [...(values.length > 1 ? [spread] : []), ...(note === undefined ? [] : [note])];
  const middle = values.length === 0 ? nothing : `${text(median(values))} ${unit}`;
  return parts.length === 0 ? middle : `${middle} (${parts.join('; ')})`;
}
