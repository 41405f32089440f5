/** spscmd as its users run it: a process of its own. */
import { spawn, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The folder that these tests were compiled to, with the spscmd that they test. */
export const compiledRoot = join(import.meta.dirname, '../..');

export interface Launch {
  /** Folder with the compiled program. */
  readonly root?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Text on standard input; nothing where it is left out. */
  readonly input?: string;
  /** Folder to run it in. */
  readonly cwd?: string;
  /** User to run it as; needs root. */
  readonly uid?: number;
}

/** Runs spscmd with these words and waits for its end. */
export function spscmd(words: readonly string[], { root = compiledRoot, ...launch }: Launch = {}): Promise<Outcome> {
  return node([join(root, 'src/bin/spscmd.js'), ...words], launch);
}

/** Runs Node with these words and waits for its end. */
export function node(words: readonly string[], launch: Omit<Launch, 'root'> = {}): Promise<Outcome> {
  return run(process.execPath, words, launch);
}

/** Runs a program with these words and waits for its end. */
export async function run(
  program: string,
  words: readonly string[],
  { env, input = '', uid, cwd }: Omit<Launch, 'root'> = {},
): Promise<Outcome> {
  const options: SpawnOptions = {
    stdio: 'pipe',
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...process.env, ...env },
    // Another user cannot write into the folder of the coverage figures.
    ...(uid === undefined ? {} : { uid, gid: uid, env: { ...process.env, ...env, NODE_V8_COVERAGE: undefined } }),
  };
  const child = spawn(program, words, options);
  // A program that ends without reading is no fault of the test.
  child.stdin?.on('error', () => undefined).end(input);
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (part: string) => (output[name] += part));
  }
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, ...output };
}
