/**
 * The status text of a multipath target (drivers/md/dm-mpath.c, multipath_status, STATUSTYPE_INFO):
 *
 *   2 <queue_io> <pg_init count> 0 <#groups> <next group> { <D|A|E> <#selector words> [..] <#paths> <#words a path>
 *   { <major:minor> <A|F> <fail count> [words] }… }…
 */

import type { DevT } from '../base/ids.js';
import { Tokens } from './tokens.js';

export interface StatusPath {
  readonly devT: DevT;
  readonly failed: boolean;
  readonly failCount: number;
  /** The selector's words: I/O in flight and what else it keeps. */
  readonly words: readonly string[];
}

export interface StatusGroup {
  /** A bypassed group that is in use reads "bypassed" as well. */
  readonly state: 'active' | 'enabled' | 'bypassed';
  readonly selectorWords: readonly string[];
  readonly paths: readonly StatusPath[];
}

export interface MultipathStatus {
  /** The next I/O waits until a group is chosen and activated; so it is from a table load to the first I/O, too. */
  readonly queueIo: boolean;
  /** Activations of a group under way or waiting. */
  readonly pgInitCount: number;
  /** The group in use, or to be used with the next I/O, 1-based; 0 where there is no group. */
  readonly nextGroup: number;
  readonly groups: readonly StatusGroup[];
}

const groupStates = { D: 'bypassed', A: 'active', E: 'enabled' } as const;
const pathStates = { A: false, F: true } as const;

/** Reads a status text. Throws DM_MALFORMED. */
export function parseStatus(text: string): MultipathStatus {
  const tokens = new Tokens('status', text);
  const features = tokens.words(tokens.count('the number of feature words'), 'a feature word');
  tokens.words(tokens.count('the number of handler words'), 'a handler word');
  const groupCount = tokens.count('the number of groups', 4);
  const nextGroup = tokens.number('the number of the next group');
  const groups = Array.from({ length: groupCount }, () => parseGroup(tokens));
  tokens.end();
  return { queueIo: features[0] === '1', pgInitCount: Number(features[1] ?? 0), nextGroup, groups };
}

function parseGroup(tokens: Tokens): StatusGroup {
  const state = tokens.choice('the state of a group', groupStates);
  const selectorWords = tokens.words(tokens.count('the number of selector words'), 'a selector word');
  const pathCount = tokens.count('the number of paths');
  const wordCount = tokens.count('the number of words a path');
  const paths = Array.from({ length: pathCount }, () => ({
    devT: tokens.device("a path's device number"),
    failed: tokens.choice('the state of a path', pathStates),
    failCount: tokens.number('a count of failures'),
    words: tokens.words(wordCount, 'a word of a path'),
  }));
  return { state, selectorWords, paths };
}
