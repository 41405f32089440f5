/**
 * The parameter text of a multipath target and its object, both ways (drivers/md/dm-mpath.c, multipath_ctr and
 * multipath_status):
 *
 *   <#feature words> [features] <#handler words> [handler] <#groups> <first group> { <selector> <#selector words> [..]
 *   <#paths> <#words a path> { <major:minor> [words] }… }…
 *
 * The kernel takes fewer words than it prints: it adds defaults (service-time prints its throughput), the hardware
 * handler that it found attached, and leaves a blank at the end. So tables are compared as objects, never as text.
 */

import type { DevT } from '../base/ids.js';
import type { MapTable, SelectorName } from '../base/map-facts.js';
import { Tokens } from './tokens.js';

export interface TableFeatures {
  /** Keeps I/O while no path is usable, instead of failing it. */
  readonly queueIfNoPath: boolean;
  /** Uses the hardware handler that the SCSI layer has attached. */
  readonly retainHandler: boolean;
  /** "bio", "rq" or "mq"; null for the kernel's default. */
  readonly queueMode: string | null;
  readonly pgInitRetries: number | null;
  readonly pgInitDelayMs: number | null;
  /** Words of features that are not known here; printed back as they came. */
  readonly others: readonly string[];
}

export interface TablePath {
  readonly devT: DevT;
  /** The selector's words for the path: repeat count, and for service-time the relative throughput. */
  readonly args: readonly string[];
}

export interface TableGroup {
  /** The selector's name; one that the project does not use comes from a table that somebody else loaded. */
  readonly selector: string;
  readonly selectorArgs: readonly string[];
  readonly paths: readonly TablePath[];
}

export interface MultipathTable {
  readonly features: TableFeatures;
  /** Name and arguments; empty where there is none. */
  readonly handler: readonly string[];
  /** The group to begin with, 1-based; 0 where there is no group. */
  readonly firstGroup: number;
  readonly groups: readonly TableGroup[];
}

/** Words that each selector has for a path where nothing else is wanted, as the kernel prints them. */
const defaultPathArgs: Readonly<Record<SelectorName, readonly string[]>> = {
  'round-robin': ['1'],
  'queue-length': ['1'],
  'service-time': ['1', '1'],
  'historical-service-time': ['0'],
};

export const selectorNames = Object.keys(defaultPathArgs) as readonly SelectorName[];

/** True for a selector that the project uses. */
export function isSelectorName(text: string): text is SelectorName {
  return Object.hasOwn(defaultPathArgs, text);
}

/**
 * The table that the kernel is to load.
 *
 * It says retain_attached_hw_handler, so that the kernel activates a group through the handler (scsi_dh_alua) where the
 * SCSI layer has one attached: explicit ALUA needs that, and without a handler it does nothing.
 */
export function tableFrom(wanted: MapTable): MultipathTable {
  return {
    features: { ...noFeatures, queueIfNoPath: wanted.queueIfNoPath, retainHandler: true },
    handler: [],
    firstGroup: wanted.groups.length === 0 ? 0 : 1,
    groups: wanted.groups.map(({ selector, paths }) => ({
      selector,
      selectorArgs: [],
      // What the kernel's default says is left to it; the repeat count cannot be left out by older kernels.
      paths: paths.map((path) => ({ devT: path, args: ['1'] })),
    })),
  };
}

const noFeatures: TableFeatures = {
  queueIfNoPath: false,
  retainHandler: false,
  queueMode: null,
  pgInitRetries: null,
  pgInitDelayMs: null,
  others: [],
};

/** Reads a table's text, as the kernel prints or takes it. Throws DM_MALFORMED. */
export function parseTable(text: string): MultipathTable {
  const tokens = new Tokens('table', text);
  const features = parseFeatures(tokens.words(tokens.count('the number of feature words'), 'a feature'));
  const handler = tokens.words(tokens.count('the number of handler words'), 'the hardware handler');
  const groupCount = tokens.count('the number of groups', 4);
  const firstGroup = tokens.number('the number of the first group');
  const groups = Array.from({ length: groupCount }, () => parseGroup(tokens));
  tokens.end();
  return { features, handler, firstGroup, groups };
}

function parseGroup(tokens: Tokens): TableGroup {
  const selector = tokens.word("a selector's name");
  const selectorArgs = tokens.words(tokens.count('the number of selector words'), 'a selector word');
  const pathCount = tokens.count('the number of paths');
  const wordCount = tokens.count('the number of words a path');
  const paths = Array.from({ length: pathCount }, () => ({
    devT: tokens.device("a path's device number"),
    args: tokens.words(wordCount, 'a word of a path'),
  }));
  return { selector, selectorArgs, paths };
}

function parseFeatures(words: readonly string[]): TableFeatures {
  let features = noFeatures;
  const tokens = new Tokens('table', words.join(' '));
  while (tokens.left > 0) {
    const word = tokens.word('a feature');
    if (word === 'queue_if_no_path') features = { ...features, queueIfNoPath: true };
    else if (word === 'retain_attached_hw_handler') features = { ...features, retainHandler: true };
    else if (word === 'queue_mode') features = { ...features, queueMode: tokens.word('a queue mode') };
    else if (word === 'pg_init_retries') features = { ...features, pgInitRetries: tokens.number('a count of retries') };
    else if (word === 'pg_init_delay_msecs') features = { ...features, pgInitDelayMs: tokens.number('a delay') };
    else features = { ...features, others: [...features.others, word] };
  }
  return features;
}

/** The text that the kernel takes. */
export function printTable(table: MultipathTable): string {
  const features = featureWords(table.features);
  const words = [
    ...counted(features),
    ...counted(table.handler),
    String(table.groups.length),
    String(table.firstGroup),
    ...table.groups.flatMap(groupWords),
  ];
  return words.join(' ');
}

function featureWords(features: TableFeatures): string[] {
  return [
    ...(features.queueIfNoPath ? ['queue_if_no_path'] : []),
    ...(features.pgInitRetries === null ? [] : ['pg_init_retries', String(features.pgInitRetries)]),
    ...(features.pgInitDelayMs === null ? [] : ['pg_init_delay_msecs', String(features.pgInitDelayMs)]),
    ...(features.retainHandler ? ['retain_attached_hw_handler'] : []),
    ...(features.queueMode === null ? [] : ['queue_mode', features.queueMode]),
    ...features.others,
  ];
}

function groupWords(group: TableGroup): string[] {
  const perPath = group.paths[0]?.args.length ?? 0;
  return [
    group.selector,
    ...counted(group.selectorArgs),
    String(group.paths.length),
    String(perPath),
    ...group.paths.flatMap((path) => [path.devT, ...path.args.slice(0, perPath)]),
  ];
}

function counted(words: readonly string[]): string[] {
  return [String(words.length), ...words];
}

/**
 * True where both tables make the kernel do the same: defaults are filled in, "rq" and "mq" are the default queue mode,
 * "bio" implies that an attached handler is kept, the handler counts only where it is not the one found attached, and the
 * first group counts not at all (it moves with every switch).
 */
export function sameTable(one: MultipathTable, other: MultipathTable): boolean {
  return JSON.stringify(canonical(one)) === JSON.stringify(canonical(other));
}

function canonical(table: MultipathTable): unknown {
  const { features } = table;
  const queueMode = features.queueMode === 'bio' ? 'bio' : null;
  const retainHandler = features.retainHandler || queueMode === 'bio';
  return {
    features: { ...features, queueMode, retainHandler, others: [...features.others].sort() },
    handler: retainHandler ? [] : table.handler,
    groups: table.groups.map((group) => ({
      selector: group.selector,
      selectorArgs: group.selectorArgs,
      paths: group.paths.map((path) => [path.devT, ...canonicalArgs(group.selector, path.args)]),
    })),
  };
}

function canonicalArgs(selector: string, args: readonly string[]): readonly string[] {
  if (!isSelectorName(selector)) return args;
  // Historical-service-time ignores a repeat count and prints 0 for it (dm-ps-historical-service-time.c, hst_status).
  if (selector === 'historical-service-time') return [];
  return [...args, ...defaultPathArgs[selector].slice(args.length)];
}
