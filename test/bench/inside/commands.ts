// How long whole commands take, from their start to their end.
import { spawnSync, type SpawnSyncOptions, type SpawnSyncReturns } from 'node:child_process';
import type { Listing, Samples } from '../results.js';
import { nodeProgram } from './node-program.js';

export interface TimedCommand {
  /** As people type it. */
  readonly name: string;
  readonly words: readonly string[];
  /** What its output must hold, and how often, to be the real thing: tried in a run that is not measured. */
  readonly expected?: { readonly text: string; readonly times: number };
}

/** What an empty program costs: the floor of every program in Node, and how fast the machine is just now. */
export const emptyNode: TimedCommand = { name: 'node -e 0', words: [nodeProgram, '-e', '0'] };

/** A command that takes longer is given up; no further run is begun when those of it took this long together. */
const limitMs = 120_000;
const budgetMs = 60_000;
/** The run that tries a command out warms the caches and is not counted, unless it takes so long that this is no matter. */
const slowMs = 5_000;

/** Measures the commands in turn, round after round, so that a busy moment of the machine hits all of them. */
export function timeCommands(commands: readonly TimedCommand[], rounds: number): Listing[] {
  const runs = commands.map((command) => ({ command, values: [] as number[], spent: 0 }));
  for (let round = 0; round <= rounds; round++) {
    for (const run of runs) {
      if (run.spent > budgetMs || run.values.length === rounds) continue;
      const ms = round === 0 ? tryOut(run.command) : timeOnce(run.command);
      run.spent += ms ?? limitMs;
      if (ms !== undefined && (round > 0 || ms > slowMs)) run.values.push(ms);
    }
  }
  return runs.map(({ command, values }) => ({ command: command.name, ms: samples(values, rounds) }));
}

function samples(values: readonly number[], wanted: number): Samples {
  if (values.length === 0) return { values, note: `not done within ${limitMs / 1000} s` };
  return values.length < wanted ? { values, note: `${values.length} runs` } : { values };
}

/** Runs a command and looks at what it printed; undefined when it took too long. */
function tryOut(command: TimedCommand): number | undefined {
  const started = performance.now();
  const run = start(command, { encoding: 'utf8', maxBuffer: 64 << 20 });
  if (run === undefined) return undefined;
  const ms = performance.now() - started;
  const { text, times } = command.expected ?? { text: '', times: 0 };
  const found = text === '' ? 0 : String(run.stdout).split(text).length - 1;
  if (found !== times) throw new Error(`"${command.name}" printed "${text}" ${found} times, wanted ${times}`);
  return ms;
}

function timeOnce(command: TimedCommand): number | undefined {
  const started = performance.now();
  return start(command, { stdio: 'ignore' }) === undefined ? undefined : performance.now() - started;
}

function start(command: TimedCommand, options: SpawnSyncOptions): SpawnSyncReturns<string | Buffer> | undefined {
  const [program = '', ...args] = command.words;
  const run = spawnSync(program, args, { ...options, timeout: limitMs });
  if (run.error !== undefined && 'code' in run.error && run.error.code === 'ETIMEDOUT') return undefined;
  if (run.status !== 0) throw new Error(`"${command.name}" ended with ${String(run.status)}: ${String(run.stderr)}`);
  return run;
}
