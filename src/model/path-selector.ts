import { PathManagerError } from '../base/errors.js';
import { devT, type DevT } from '../base/ids.js';
import type { PathFacts } from '../discovery/facts.js';

/** How an operator names paths: a pattern of path numbers (null = any), a device node, or a device number. */
export type PathSelector =
  | { readonly kind: 'pattern'; readonly fields: readonly [Field, Field, Field, Field]; readonly text: string }
  | { readonly kind: 'node'; readonly node: string; readonly text: string }
  | { readonly kind: 'device'; readonly devT: DevT; readonly text: string };

type Field = number | null;

/**
 * Reads "4:0:0:1", "4:::", "sdc", "/dev/sdc" or "8:32".
 * Throws BAD_PATH_NUMBER for anything else, also for ":::", which would name every path there is.
 */
export function parsePathSelector(text: string): PathSelector {
  const selector = readPathSelector(text);
  if (selector !== null) return selector;
  throw new PathManagerError(
    'BAD_PATH_NUMBER',
    `${JSON.stringify(text)} is not a path; give host:channel:target:lun (fields may be empty, not all), a device node as sdc, or major:minor`,
  );
}

/** The same where a path is one of several things that a text can name; null: it names no path. */
export function readPathSelector(text: string): PathSelector | null {
  const fields = /^(\d{0,10}):(\d{0,10}):(\d{0,10}):(\d{0,16})$/.exec(text);
  if (fields !== null && text !== ':::') {
    const [a, b, c, d] = fields.slice(1).map((field) => (field === '' ? null : Number(field)));
    return { kind: 'pattern', fields: [a ?? null, b ?? null, c ?? null, d ?? null], text };
  }
  const node = /^(?:\/dev\/)?(sd[a-z]{1,6})$/.exec(text)?.[1];
  if (node !== undefined) return { kind: 'node', node, text };
  return /^\d{1,4}:\d{1,7}$/.test(text) ? { kind: 'device', devT: devT(text), text } : null;
}

/** True where the selector names this path. */
export function selects(selector: PathSelector, facts: Pick<PathFacts, 'node' | 'devT' | 'number'>): boolean {
  switch (selector.kind) {
    case 'node':
      return facts.node === selector.node;
    case 'device':
      return facts.devT === selector.devT;
    case 'pattern': {
      const own = facts.number.split(':').map(Number);
      return selector.fields.every((field, index) => field === null || field === own[index]);
    }
  }
}

/** True where the selector can name one path only: no field is left out. */
export function isExact(selector: PathSelector): boolean {
  return selector.kind !== 'pattern' || selector.fields.every((field) => field !== null);
}
