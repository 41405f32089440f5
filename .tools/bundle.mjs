/**
 * Runs after tsc: makes one file of each program, because loading a few hundred modules takes longer than what they do.
 * The programs run without it too, from dist as tsc leaves it. Another compiled folder than dist may be given.
 *
 *   dist/bundle/spscmd.js              the program with its packages
 *   dist/bundle/spscmd.js.cache        V8's compiled code of it
 *   dist/oclif.manifest.json           what help needs to know of the commands
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { Script } from 'node:vm';
import { Plugin } from '@oclif/core/config';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..');
const dist = resolve(root, process.argv[2] ?? 'dist');

/**
 * The programs: a daemon is one more line here. `wrap` is what src/bin/spscmd.ts needs to hand the file to V8 with its
 * compiled code: a script whose value is a function.
 */
const programs = [
  {
    name: 'spscmd',
    entry: 'spscmd-program.js',
    wrap: { banner: { js: '(function (require, module, exports, __dirname) {' }, footer: { js: '})' } },
  },
];

/** Packages that cannot be bundled (native code), and those that oclif asks for only where TypeScript runs unbuilt. */
const external = ['ffi-napi', 'ref-napi', 'typescript', 'ts-node'];

/** What a controller answers to GET /v1/units: one logical unit with one path is enough to touch the code. */
const sampleUnits = {
  sequence: 1,
  units: [{ number: 0, balance: 'none', paths: [{ number: '0:0:0:0', priority: 1, state: 'in-use' }] }],
};

rmSync(join(dist, 'bundle'), { recursive: true, force: true });
for (const { name, entry, wrap } of programs) {
  await build({
    entryPoints: [join(dist, 'src/bin', entry)],
    outfile: bundleOf(name),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    define: { 'import.meta.dirname': '__dirname' },
    minifySyntax: true,
    minifyWhitespace: true,
    external,
    logLevel: 'warning',
    ...wrap,
  });
}
await writeManifest();
await writeCodeCache(bundleOf('spscmd'));

function bundleOf(name) {
  return join(dist, 'bundle', `${name}.js`);
}

/** As `oclif manifest` does it, but beside the compiled commands instead of at the project's top. */
async function writeManifest() {
  const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const plugin = new Plugin({
    root: dist,
    isRoot: true,
    ignoreManifest: true,
    errorOnManifestCreate: true,
    pjson: { name, version, type: 'module', oclif: { commands: './commands' } },
  });
  await plugin.load();
  writeFileSync(join(dist, 'oclif.manifest.json'), JSON.stringify(plugin.manifest));
}

/**
 * Keeps the code of a getlun compiled. V8 compiles a function when it is first called, so the command is run once,
 * against a controller that answers just that, before the code is taken.
 */
async function writeCodeCache(bundle) {
  const script = new Script(readFileSync(bundle, 'latin1'), { filename: bundle });
  const module = { exports: {} };
  script.runInThisContext()(createRequire(bundle), module, module.exports, dirname(bundle));
  const runDir = mkdtempSync(join(tmpdir(), 'spscmd-cache-'));
  const controller = createServer((request, answer) => {
    answer.setHeader('content-type', 'application/json');
    answer.end(JSON.stringify(sampleUnits));
  });
  await new Promise((resolve) => controller.listen(join(runDir, 'status.sock'), resolve));
  const write = process.stdout.write;
  process.stdout.write = () => true;
  try {
    await module.exports.main(['getlun', '-s2', '--run-dir', runDir], dist);
  } finally {
    process.stdout.write = write;
    controller.close();
    rmSync(runDir, { recursive: true });
  }
  if (process.exitCode !== 0) throw new Error('getlun failed while its code was being kept');
  writeFileSync(`${bundle}.cache`, script.createCachedData());
}
