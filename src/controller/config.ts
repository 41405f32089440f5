/** The configuration file: YAML, strict. An unknown key or a wrong value stops the start instead of being guessed at. */
import { readFileSync } from 'node:fs';
import { z } from 'zod/mini';
import { PathManagerError } from '../base/errors.js';
import { mapName, wwid, type MapName, type Wwid } from '../base/ids.js';
import { readYaml } from '../base/yaml-text.js';
import type { PortPolicy } from '../model/ports/types.js';
import type { NoPathPolicy } from '../model/types.js';
import type { ClaimRules } from './claims.js';
import { firstIssue } from './schema-text.js';

const ruleSchema = z.strictObject({
  wwid: z.optional(z.string()),
  vendor: z.optional(z.string()),
  product: z.optional(z.string()),
  devnode: z.optional(z.string()),
});

const seconds = (least: number, most: number): z.ZodMiniNumber => z.int().check(z.minimum(least), z.maximum(most));

/** Of remote ports; times in seconds, the largest ones those of the kernel. */
const fibreChannelSchema = z.strictObject({
  /** fast_io_fail_tmo: 0 where every logical unit has another way and patient else; or always the same. */
  fastIoFail: z._default(z.union([z.enum(['adaptive', 'off']), seconds(0, 600)]), 'adaptive'),
  /** dev_loss_tmo: raised where noPath needs it; or left alone; or always the same. */
  devLoss: z._default(z.union([z.enum(['auto', 'keep']), seconds(1, 2_147_483_647)]), 'auto'),
  /** Hold a port back for `hold` that was lost so many times `within`; or never. */
  flapping: z.prefault(
    z.union([
      z.literal('off'),
      z.strictObject({
        losses: z._default(seconds(2, 100), 4),
        within: z._default(seconds(1, 86_400), 60),
        hold: z._default(seconds(1, 86_400), 60),
      }),
    ]),
    {},
  ),
});

const schema = z.strictObject({
  /** How the paths of a new logical unit start. */
  initial: z._default(z.enum(['auto', 'manual']), 'auto'),
  /** What I/O does while a logical unit has no usable path: fail, queue, or queue for so many seconds and then fail. */
  noPath: z._default(z.union([z.enum(['fail', 'queue']), z.int().check(z.minimum(1), z.maximum(86_400))]), 60),
  /** Delete disks that the array has not listed for so many seconds and that nothing uses; or keep them. */
  vanished: z._default(z.union([z.literal('keep'), z.int().check(z.minimum(1), z.maximum(86_400))]), 30),
  /** Leave queueing on when the daemon stops. Off: with nobody there to bring paths back, I/O would wait for ever. */
  queueWithoutDaemon: z._default(z.boolean(), false),
  fibreChannel: z.prefault(fibreChannelSchema, {}),
  claim: z.prefault(
    z.strictObject({
      mode: z._default(z.enum(['multiple', 'all', 'listed']), 'multiple'),
      exclude: z._default(z.array(ruleSchema), []),
      include: z._default(z.array(ruleSchema), []),
    }),
    {},
  ),
  names: z.prefault(
    z.strictObject({
      prefix: z._default(z.string().check(z.regex(/^[A-Za-z][A-Za-z0-9_-]{0,31}$/)), 'lu'),
      byWwid: z._default(z.record(z.string(), z.string()), {}),
    }),
    {},
  ),
  logLevel: z._default(z.enum(['debug', 'info', 'warn', 'error']), 'info'),
});

export interface Config {
  readonly initial: 'auto' | 'manual';
  readonly noPath: NoPathPolicy;
  /** Seconds; null: disks are kept. */
  readonly vanishedSec: number | null;
  readonly queueWithoutDaemon: boolean;
  readonly ports: PortPolicy;
  readonly claim: ClaimRules;
  readonly namePrefix: string;
  readonly names: ReadonlyMap<Wwid, MapName>;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
}

/** Reads the file; `null` or, where it may be absent, a missing file gives the defaults. Throws BAD_CONFIG. */
export function loadConfig(file: string | null, mayBeAbsent: boolean): Config {
  if (file === null) return parseConfig('', 'the defaults');
  return parseConfig(readConfig(file, mayBeAbsent), file);
}

function readConfig(file: string, mayBeAbsent: boolean): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'an error';
    if (code === 'ENOENT' && mayBeAbsent) return '';
    throw new PathManagerError('BAD_CONFIG', `Cannot read configuration "${file}": ${code}`, {}, error);
  }
}

/** The configuration in a text. Throws BAD_CONFIG, naming `source` and the first thing that is wrong. */
export function parseConfig(text: string, source: string): Config {
  const result = schema.safeParse(parseYaml(text, source) ?? {});
  if (!result.success)
    throw new PathManagerError('BAD_CONFIG', `Configuration "${source}": ${firstIssue(result.error)}`);
  const { initial, noPath, vanished, queueWithoutDaemon, fibreChannel, claim, names, logLevel } = result.data;
  return {
    initial,
    noPath: typeof noPath === 'number' ? { mode: 'queue-for', seconds: noPath } : { mode: noPath },
    vanishedSec: vanished === 'keep' ? null : vanished,
    queueWithoutDaemon,
    ports: portPolicy(fibreChannel),
    claim: { mode: claim.mode, exclude: claim.exclude.map(rule), include: claim.include.map(rule) },
    namePrefix: names.prefix,
    names: namesOf(names.byWwid, source),
    logLevel,
  };
}

function portPolicy({ fastIoFail, devLoss, flapping }: z.infer<typeof fibreChannelSchema>): PortPolicy {
  if (flapping === 'off') return { fastIoFail, devLoss, flapping: null };
  const { losses, within, hold } = flapping;
  return { fastIoFail, devLoss, flapping: { losses, withinSec: within, holdSec: hold } };
}

function parseYaml(text: string, source: string): unknown {
  try {
    return readYaml(text).value;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new PathManagerError('BAD_CONFIG', `Configuration "${source}" is not YAML: ${why}`, {}, error);
  }
}

function namesOf(byWwid: Readonly<Record<string, string>>, source: string): ReadonlyMap<Wwid, MapName> {
  try {
    const names = new Map(Object.entries(byWwid).map(([id, name]) => [wwid(id), mapName(name)]));
    if (new Set(names.values()).size !== names.size) {
      throw new PathManagerError('BAD_CONFIG', 'two logical units have one name');
    }
    return names;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new PathManagerError('BAD_CONFIG', `Configuration "${source}": "names.byWwid": ${why}`, {}, error);
  }
}

/** A rule without its absent fields. */
function rule(fields: z.infer<typeof ruleSchema>): ClaimRules['include'][number] {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
