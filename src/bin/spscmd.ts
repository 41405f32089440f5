#!/usr/bin/env node
/**
 * Starts spscmd: from the bundle and V8's code cache beside it (made by .tools/bundle.mjs) where they are, otherwise from
 * the compiled files one by one, which takes three times as long and does the same.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';

type Main = (words: readonly string[], root: string) => Promise<void>;

const root = join(import.meta.dirname, '../..');
const bundle = join(root, 'bundle/spscmd.js');

function read(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

/** V8 itself refuses a cache that another release or another source made, and then compiles as usual. */
function loadBundle(source: Buffer): Main {
  const cachedData = read(`${bundle}.cache`);
  const script = new Script(source.toString('latin1'), { filename: bundle, ...(cachedData && { cachedData }) });
  const load = script.runInThisContext() as (...parts: unknown[]) => void;
  const module = { exports: {} };
  load(createRequire(bundle), module, module.exports, dirname(bundle));
  return (module.exports as { main: Main }).main;
}

const source = read(bundle);
const main = source === undefined ? (await import('./spscmd-program.js')).main : loadBundle(source);
await main(process.argv.slice(2), root);
