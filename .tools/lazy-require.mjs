/**
 * An esbuild plugin: modules of a package load each other when they are first used instead of at their beginning. oclif's
 * Command names modules for plugins, themes, files and child processes in its first lines; a getlun uses none of them.
 *
 * It changes what TypeScript emits for an import, and only where each use is a member access:
 *   const fs_1 = require("./fs");  fs_1.read()   becomes   let fs_1$; const fs_1 = () => fs_1$ ??= require("./fs");  (fs_1()).read()
 */
import { readFileSync } from 'node:fs';

const importLine = /^(?:const|var) (\w+) = ((?:__import(?:Default|Star)\()?require\("[^"]+"\)\)?);$/gm;

/** `files`: which modules, by their path. */
export function lazyRequire(files) {
  return {
    name: 'lazy-require',
    setup(build) {
      build.onLoad({ filter: files }, ({ path }) => ({ contents: lazy(readFileSync(path, 'utf8')), loader: 'js' }));
    },
  };
}

function lazy(source) {
  let result = source;
  for (const [line, name, value] of source.matchAll(importLine)) {
    const everywhere = source.match(new RegExp(`\\b${name}\\b`, 'g'))?.length ?? 0;
    const member = new RegExp(`\\b${name}\\.`, 'g');
    const members = source.match(member)?.length ?? 0;
    if (members === 0 || everywhere !== members + 1) continue;
    result = result
      .replace(member, `(${name}()).`)
      .replace(line, () => `let ${name}$; const ${name} = () => (${name}$ ??= ${value});`);
  }
  return result;
}
