/**
 * Runs after tsc and makes the programs start fast: an operator's getlun must not take much longer than Node itself. The programs
 * run without it too, from dist as tsc leaves it. Another compiled folder than dist may be given.
 *
 *   dist/bundle/spscmd.js          the program with its packages, as one script
 *   dist/bundle/spscmd.js.cache    V8's compiled code of it
 *   dist/oclif.manifest.json       what help needs to know of the commands
 *   dist/src/bin/                  the entry points as CommonJS, which spares them the start of Node's ESM loader: spscmd, and
 *                                  each other program with its packages in one file, with V8's compiled code of it
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { Script } from 'node:vm';
import { Plugin } from '@oclif/core/config';
import { build, transform } from 'esbuild';
import { lazyRequire } from './lazy-require.mjs';

const root = join(import.meta.dirname, '..');
const dist = resolve(root, process.argv[2] ?? 'dist');
const bundle = join(dist, 'bundle/spscmd.js');

/** Programs whose compiled code is worth keeping: they carry packages, or are called often. */
const programs = ['pathmanagerd', 'ispmwatcher', 'ispmlogger', 'mpathpersist'];

/** What an ES module says otherwise than a CommonJS one. */
const commonJs = { 'import.meta.dirname': '__dirname' };

/** What a controller answers to GET /v1/units: one logical unit with one path is enough to touch the code. */
const sampleUnits = {
  sequence: 1,
  units: [{ number: 0, balance: 'none', paths: [{ number: '0:0:0:0', priority: 1, state: 'in-use' }] }],
};

rmSync(dirname(bundle), { recursive: true, force: true });
await bundleCommand();
await writeManifest();
await writeCodeCache();
await writeEntryPoints();

async function bundleCommand() {
  await build({
    // The two parts that src/bin/spscmd.ts otherwise loads from the compiled files.
    stdin: {
      contents:
        "export { runProgram } from './src/cli/program.js'; export const loadCommand = (name) => import(`./commands/${name}.js`);",
      resolveDir: dist,
    },
    outfile: bundle,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    minifySyntax: true,
    minifyWhitespace: true,
    define: commonJs,
    // A script whose value is a function: only a script can be handed to V8 together with its compiled code.
    banner: { js: '(function (require, module, exports, __dirname) {' },
    footer: { js: '})' },
    // oclif asks for these where it runs TypeScript unbuilt.
    external: ['typescript', 'ts-node'],
    plugins: [lazyRequire(/node_modules\/@oclif\/core\/lib\/.*\.js$/)],
    logLevel: 'warning',
  });
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
async function writeCodeCache() {
  const script = new Script(readFileSync(bundle, 'latin1'), { filename: bundle });
  const module = { exports: {} };
  script.runInThisContext()(createRequire(bundle), module, module.exports, dirname(bundle));
  const { runProgram, loadCommand } = module.exports;
  const runDir = mkdtempSync(join(tmpdir(), 'spscmd-cache-'));
  const controller = createServer((request, answer) => {
    answer.setHeader('content-type', 'application/json');
    answer.end(JSON.stringify(sampleUnits));
  });
  await new Promise((resolve) => controller.listen(join(runDir, 'status.sock'), resolve));
  const write = process.stdout.write;
  process.stdout.write = () => true;
  let status;
  try {
    status = await runProgram(['getlun', '-s2', '--run-dir', runDir], { root: dist, loadCommand });
  } finally {
    process.stdout.write = write;
    controller.close();
    rmSync(runDir, { recursive: true });
  }
  if (status !== 0) throw new Error('getlun failed while its code was being kept');
  writeFileSync(`${bundle}.cache`, script.createCachedData());
}

/**
 * A daemon is one file with its packages, too: three processes that load hundreds of modules each take longer to start, and
 * more memory for good. Only the native FFI library stays a package.
 */
async function writeEntryPoints() {
  const bin = join(dist, 'src/bin');
  writeFileSync(join(bin, 'package.json'), '{ "type": "commonjs" }\n');
  copyFileSync(join(root, '.tools/start-bundle.cjs'), join(bin, 'start-bundle.js'));
  for (const source of readdirSync(join(root, 'src/bin'))) {
    const name = basename(source, '.ts');
    if (name === 'spscmd') await writeCommand(join(root, 'src/bin', source), join(bin, 'spscmd.js'));
    else await writeDaemon(join(root, 'src/bin', source), bin, name);
  }
}

/** From the source: the compiled file may be one that an earlier run has written here. */
async function writeCommand(source, target) {
  const options = { loader: 'ts', platform: 'node', target: 'node20', format: 'cjs', define: commonJs };
  const { code } = await transform(readFileSync(source, 'utf8'), options);
  writeFileSync(target, code);
}

async function writeDaemon(source, bin, name) {
  const outfile = join(bin, `${name}.bundle.js`);
  await build({
    entryPoints: [source],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    define: { ...commonJs, 'import.meta.url': '__filename' },
    banner: { js: '(function (require, module, exports, __filename, __dirname) {' },
    footer: { js: '})' },
    external: ['ffi-napi', 'ref-napi', 'dtrace-provider', 'mv', 'source-map-support', 'moment'],
    minifySyntax: true,
    minifyWhitespace: true,
    logLevel: 'warning',
  });
  const ffi = readFileSync(outfile, 'latin1').includes('ffi-napi/lib/bindings');
  const start = `startBundle(require.resolve('./${name}.bundle.js'), { ffi: ${ffi} })`;
  writeFileSync(join(bin, `${name}.js`), `#!/usr/bin/env node\nrequire('./start-bundle.js').${start};\n`);
  // Its packages are compiled when it is told to do nothing but say its version; a helper has none.
  if (programs.includes(name))
    execFileSync(process.execPath, [join(root, '.tools/keep-code.cjs'), outfile, '--version']);
}
