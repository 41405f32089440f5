/** Which disks become logical units of ours. */

import type { Wwid } from '../base/ids.js';
import type { PathFacts } from './facts.js';

/** A rule of the configuration: every field that is given must match. Texts may hold * and ?. */
export interface ClaimRule {
  readonly wwid?: string;
  readonly vendor?: string;
  readonly product?: string;
  /** Kernel name of the disk, as "sda". It may be another disk's at the next boot. */
  readonly devnode?: string;
}

export interface ClaimPolicy {
  /**
   * `multiple`: two or more paths, or known before; `all`: every disk; `listed`: known before or included by a rule.
   */
  readonly mode: 'multiple' | 'all' | 'listed';
  /** Logical units we had before: one path of theirs is enough. */
  readonly known: ReadonlySet<Wwid>;
  /** Paths that are left alone. */
  readonly exclude: readonly ClaimRule[];
  /** Paths that are taken although an exclude rule matches, or although there is only one of them. */
  readonly include: readonly ClaimRule[];
}

/** Why a logical unit is left alone. */
export type DeclineReason = 'excluded' | 'in-use' | 'single-path' | 'not-listed';

export interface Declined {
  readonly wwid: Wwid;
  readonly reason: DeclineReason;
  /** One line for people. */
  readonly detail: string;
  readonly paths: readonly PathFacts[];
}

export interface ClaimDecision {
  /** The logical units to make, each with the paths to use, in the order in which they came. */
  readonly claimed: ReadonlyMap<Wwid, readonly PathFacts[]>;
  readonly declined: readonly Declined[];
}

/** Decides for all paths that are there. Pure: the same facts and policy give the same answer. */
export function mayClaim(facts: readonly PathFacts[], policy: ClaimPolicy): ClaimDecision {
  const claimed = new Map<Wwid, readonly PathFacts[]>();
  const declined: Declined[] = [];
  for (const [wwid, paths] of groupByWwid(facts)) {
    const verdict = judge(wwid, paths, policy);
    if ('usable' in verdict) claimed.set(wwid, verdict.usable);
    else declined.push({ wwid, paths, ...verdict });
  }
  return { claimed, declined };
}

/** A disk that is left alone, though it leads to storage. */
export interface LeftOut {
  readonly facts: PathFacts;
  readonly reason: DeclineReason;
  /** One line for people. */
  readonly detail: string;
}

/** The disks that are no paths by this decision: those of declined units, and single ones of units that are ours. */
export function leftOut(facts: readonly PathFacts[], { claimed, declined }: ClaimDecision): readonly LeftOut[] {
  const ofDeclined = declined.flatMap(({ reason, detail, paths }) =>
    paths.map((path) => ({ facts: path, reason, detail })),
  );
  const unused = facts.filter((path) => claimed.get(path.wwid)?.includes(path) === false);
  return [...ofDeclined, ...unused.map((path) => ({ facts: path, ...whyUnused(path) }))];
}

function whyUnused({ node, obstacle }: PathFacts): Pick<LeftOut, 'reason' | 'detail'> {
  if (obstacle === null) return { reason: 'excluded', detail: 'a rule of the configuration excludes it' };
  return { reason: 'in-use', detail: `"${node}" is ${obstacle.reason}: "${obstacle.by}"` };
}

type Verdict = { readonly usable: readonly PathFacts[] } | { readonly reason: DeclineReason; readonly detail: string };

function judge(wwid: Wwid, paths: readonly PathFacts[], policy: ClaimPolicy): Verdict {
  const allowed = paths.filter((path) => matches(path, policy.include) || !matches(path, policy.exclude));
  if (allowed.length === 0) return { reason: 'excluded', detail: 'a rule of the configuration excludes it' };

  // Who uses one path past the map would use the disk twice: such a unit is left alone altogether. One that has its map
  // already keeps it, without the path concerned.
  const inMap = paths.some((path) => path.obstacle === null && path.holders.length > 0);
  const taken = paths.find((path) => path.obstacle !== null);
  if (taken?.obstacle && !inMap) {
    return { reason: 'in-use', detail: `"${taken.node}" is ${taken.obstacle.reason}: "${taken.obstacle.by}"` };
  }
  const usable = allowed.filter((path) => path.obstacle === null);
  if (usable.length === 0) return { reason: 'excluded', detail: 'a rule excludes each path that is free' };

  if (policy.known.has(wwid) || policy.mode === 'all' || usable.some((path) => matches(path, policy.include))) {
    return { usable };
  }
  if (policy.mode === 'listed') return { reason: 'not-listed', detail: 'no include rule names it' };
  return usable.length > 1 ? { usable } : { reason: 'single-path', detail: 'it has one path only' };
}

function groupByWwid(facts: readonly PathFacts[]): ReadonlyMap<Wwid, readonly PathFacts[]> {
  const groups = new Map<Wwid, PathFacts[]>();
  for (const path of facts) {
    const group = groups.get(path.wwid);
    if (group === undefined) groups.set(path.wwid, [path]);
    else group.push(path);
  }
  return groups;
}

function matches(path: PathFacts, rules: readonly ClaimRule[]): boolean {
  return rules.some((rule) => {
    const fields = [
      [rule.wwid, path.wwid],
      [rule.vendor, path.vendor],
      [rule.product, path.product],
      [rule.devnode, path.node],
    ] as const;
    const given = fields.filter(([pattern]) => pattern !== undefined);
    // A rule without a field says nothing: it must not match everything by a slip.
    return given.length > 0 && given.every(([pattern, text]) => globMatches(pattern ?? '', text));
  });
}

/** True where the whole text matches; * stands for any text and ? for one character. Linear in both for every pattern. */
export function globMatches(pattern: string, text: string): boolean {
  let at = 0;
  let from = 0;
  let star = -1;
  let starFrom = 0;
  while (from < text.length) {
    if (pattern[at] === '*') {
      star = at++;
      starFrom = from;
    } else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === text[from])) {
      at++;
      from++;
    } else if (star >= 0) {
      at = star + 1;
      from = ++starFrom;
    } else {
      return false;
    }
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
}
