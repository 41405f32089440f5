import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect } from 'chai';
import { errorCodes } from '../../../src/base/errors.js';
import { projectRoot } from '../../support/paths.js';

/** Left to right: a file may import from its own folder and from those named here. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  base: [],
  ffi: ['base'],
  scsi: ['base', 'ffi'],
  dm: ['base', 'ffi'],
  netlink: ['base', 'ffi'],
  sysfs: ['base', 'ffi', 'scsi', 'dm', 'netlink'],
  discovery: ['base', 'ffi', 'scsi', 'dm', 'netlink', 'sysfs'],
  // Pure: no shell below it but the vocabulary; types of discovery are checked apart.
  model: ['base'],
  controller: ['base', 'ffi', 'scsi', 'dm', 'netlink', 'sysfs', 'discovery', 'model'],
  services: ['base', 'ffi', 'scsi', 'dm', 'netlink', 'sysfs', 'discovery', 'model', 'controller'],
  cli: ['base', 'model', 'services'],
  commands: ['base', 'model', 'services', 'cli'],
  bin: ['base', 'controller', 'services', 'cli', 'commands'],
};

const MAX_LINES = 400;

interface Import {
  readonly from: string;
  readonly layer: string;
  readonly typeOnly: boolean;
}

const sources = [...files('src'), ...files('commands')];

describe('The source tree', () => {
  it('has layers that only look down', () => {
    const wrong = sources.flatMap((file) =>
      importsOf(file)
        .filter((each) => !isAllowed(layerOf(file), each))
        .map((each) => `${file} imports ${each.from}`),
    );
    expect(wrong).to.deep.equal([]);
  });

  it('keeps the model pure: it imports no module of Node and no package', () => {
    const wrong = sources.filter((file) => layerOf(file) === 'model' && /from '(?!\.)/.test(read(file)));
    expect(wrong).to.deep.equal([]);
  });

  it('loads shared libraries in src/ffi alone', () => {
    const wrong = sources.filter((file) => layerOf(file) !== 'ffi' && /(ffi|ref)-napi/.test(code(file)));
    expect(wrong).to.deep.equal([]);
  });

  it('starts no program but its own helper processes', () => {
    const wrong = sources.filter((file) => /child_process/.test(code(file)));
    expect(wrong).to.deep.equal([
      'src/controller/change-pool.ts',
      'src/controller/disk-removal.ts',
      'src/controller/storage-scan.ts',
    ]);
  });

  it(`has no file of more than ${String(MAX_LINES)} lines`, () => {
    const long = [...sources, ...files('test')].filter((file) => read(file).split('\n').length > MAX_LINES);
    expect(long).to.deep.equal([]);
  });

  it('uses every error code that it has', () => {
    const text = sources
      .filter((file) => file !== 'src/base/errors.ts')
      .map(code)
      .join('\n');
    expect(Object.keys(errorCodes).filter((name) => !text.includes(`'${name}'`))).to.deep.equal([]);
  });

  it('loads neither the FFI library nor the server side into the command', () => {
    const reached = new Set<string>();
    const visit = (file: string): void => {
      if (reached.has(file)) return;
      reached.add(file);
      for (const each of importsOf(file)) if (!each.typeOnly && !each.from.includes('$')) visit(each.from);
    };
    for (const file of [...files('commands'), 'src/bin/spscmd.ts']) visit(file);
    // They read plain files and load nothing else.
    for (const light of ['src/sysfs/sysfs.ts', 'src/sysfs/block.ts']) reached.delete(light);
    const heavy = [...reached].filter((file) => /^src\/(ffi|scsi|dm|netlink|sysfs|discovery|controller)\//.test(file));
    expect(heavy).to.deep.equal([]);
  });
});

function isAllowed(layer: string, { layer: target, typeOnly }: Import): boolean {
  if (layer === target) return true;
  if (layer === 'model' && target === 'discovery') return typeOnly;
  return allowed[layer]?.includes(target) ?? false;
}

function importsOf(file: string): readonly Import[] {
  const found: Import[] = [];
  const pattern = /^\s*(?:import|export)\s+(type\s)?[^;]*?from\s+'(\.[^']+)'|import\(['`](\.[^'`]+)['`]\)/gms;
  for (const match of code(file).matchAll(pattern)) {
    const target = match[2] ?? match[3] ?? '';
    const from = relative(projectRoot, join(projectRoot, file, '..', target)).replace(/\.js$/, '.ts');
    found.push({ from, layer: layerOf(from), typeOnly: match[1] !== undefined });
  }
  return found;
}

function layerOf(file: string): string {
  const [top, second] = file.split('/');
  return top === 'src' ? (second ?? '') : (top ?? '');
}

function files(folder: string): string[] {
  return readdirSync(join(projectRoot, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.d.ts'))
    .map((entry) => relative(projectRoot, join(entry.parentPath, entry.name)))
    .sort();
}

function read(file: string): string {
  return readFileSync(join(projectRoot, file), 'utf8');
}

/** The file without comments: prose may name what code must not. */
function code(file: string): string {
  return read(file)
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '');
}
