/** Words that several explanations use. */
import type { AccessState } from '../../base/access-state.js';
import type { Path } from '../types.js';

/** An access state; an unknown one is treated as the best (see accessRank). */
export function accessWord(state: AccessState | null): string {
  return state ?? 'unknown, which counts as optimized';
}

/** "path 0:0:1:0", "paths 0:0:1:0 and 1:0:1:0". */
export function pathsWord(paths: readonly Path[]): string {
  const numbers = paths.map((path) => path.facts.number);
  return `${numbers.length === 1 ? 'path' : 'paths'} ${listed(numbers)}`;
}

/** "a", "a and b", "a, b and c". */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.slice(-1).join('')}`;
}

/** A mode in words, as "round robin". */
export function modeWord(mode: string): string {
  return mode.replaceAll('-', ' ');
}
