#!/usr/bin/env node
/**
 * Starts spscmd: from the bundle and V8's code cache beside it (made by .tools/bundle.mjs) where they are, otherwise from
 * the compiled files one by one, which takes three times as long and does the same.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';
import type { Program, runProgram } from '../cli/program.js';

/** What the bundle exports. */
interface Parts {
  readonly runProgram: typeof runProgram;
  readonly loadCommand: Program['loadCommand'];
}

/** The folder that holds the compiled commands/ and src/. */
const root = join(import.meta.dirname, '../..');
const bundle = join(root, 'bundle/spscmd.js');

async function compiledFiles(): Promise<Parts> {
  const program = await import('../cli/program.js');
  const loadCommand = (name: string) => import(`../../commands/${name}.js`) as ReturnType<Program['loadCommand']>;
  return { runProgram: program.runProgram, loadCommand };
}

/** V8 itself refuses a cache that another release or another source made, and then compiles as usual. */
function bundledFile(source: Buffer): Parts {
  const cachedData = read(`${bundle}.cache`);
  const script = new Script(source.toString('latin1'), { filename: bundle, ...(cachedData && { cachedData }) });
  const load = script.runInThisContext() as (...parts: unknown[]) => void;
  const module = { exports: {} };
  load(createRequire(bundle), module, module.exports, dirname(bundle));
  return module.exports as Parts;
}

function read(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

async function start(): Promise<void> {
  const source = read(bundle);
  const { runProgram, loadCommand } = source === undefined ? await compiledFiles() : bundledFile(source);
  process.exitCode = await runProgram(process.argv.slice(2), { root, loadCommand });
}

// Not awaited: the build makes a CommonJS file of this one, which Node starts several milliseconds sooner.
void start();
