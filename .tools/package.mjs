/**
 * Makes the Debian package from what `npm run build` left in dist: .build/package/storage-pathmanager_<version>_<arch>.deb.
 * Another compiled folder and another place for the package may be given. It holds all it needs at run time but Node itself: an installation loads nothing from a network.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';

const root = join(import.meta.dirname, '..');
const parts = join(import.meta.dirname, 'debian-package');
const dist = resolve(root, process.argv[2] ?? 'dist');
const out = resolve(root, process.argv[3] ?? '.build/package');
const stage = join(out, 'root');
const { version, description } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const name = 'storage-pathmanager';
const home = `usr/lib/${name}`;
const architectures = { x64: 'amd64', arm64: 'arm64' };
const architecture = architectures[process.arch];
/** The project has no address, and names in "invalid" are nobody's (RFC 2606): who has made the package is asked. */
const maintainer = 'Storage PathManager <nobody@storage-pathmanager.invalid>';

/** The one native library with what it loads; everything else is inside the bundles. */
const packages = ['ffi-napi', 'ref-napi', 'node-gyp-build', 'debug', 'ms'];

if (architecture === undefined) fail(`There is no prebuilt FFI library for ${process.arch}: wanted x64 or arm64`);
if (!existsSync(join(dist, 'bundle/spscmd.js'))) fail('Nothing is built: run "npm run build" first');
rmSync(out, { recursive: true, force: true });
program();
libraries();
integration();
documentation();
completions();
control();
console.log(deb());

function program() {
  for (const file of readdirSync(join(dist, 'src/bin'))) {
    if (/\.(js|cache|json)$/.test(file)) install(join(dist, 'src/bin', file), `${home}/dist/src/bin/${file}`);
  }
  for (const file of ['bundle/spscmd.js', 'bundle/spscmd.js.cache', 'oclif.manifest.json'])
    install(join(dist, file), `${home}/dist/${file}`);
  install('package.json', `${home}/package.json`);
  const links = { 'usr/bin': ['spscmd'], 'usr/sbin': ['pathmanagerd', 'ispmwatcher', 'ispmlogger', 'mpathpersist'] };
  for (const [folder, programs] of Object.entries(links)) {
    for (const each of programs) {
      const target = `${home}/dist/src/bin/${each}.js`;
      if (!existsSync(join(stage, target))) continue;
      chmodSync(join(stage, target), 0o755);
      link(`../lib/${target.slice('usr/lib/'.length)}`, `${folder}/${each}`);
    }
  }
}

function libraries() {
  for (const each of packages) {
    cpSync(join(root, 'node_modules', each), join(stage, home, 'node_modules', each), {
      recursive: true,
      filter: (path) => wanted(path.slice(join(root, 'node_modules', each).length + 1)),
    });
  }
}

/** Code and this machine's binary, without sources, tests and what is for building. */
function wanted(path) {
  if (path === '' || path === 'lib' || path === 'prebuilds') return true;
  if (path.startsWith('prebuilds/'))
    return path.startsWith(`prebuilds/linux-${process.arch}`) && !path.includes('electron');
  return path === 'package.json' || /^(lib\/|src$|src\/[^/]+\.js$|index\.js$|[a-z-]+\.js$)/.test(path);
}

function integration() {
  for (const file of readdirSync(join(root, 'systemd'))) {
    if (file.endsWith('.service')) install(`systemd/${file}`, `lib/systemd/system/${file}`);
    if (file.endsWith('.catalog')) install(`systemd/${file}`, `usr/lib/systemd/catalog/${file}`);
  }
  install('systemd/pathmanager.tmpfiles.conf', 'usr/lib/tmpfiles.d/pathmanager.conf');
  for (const file of readdirSync(join(root, 'udev'))) install(`udev/${file}`, `lib/udev/rules.d/${file}`);
  install('src/ocf/lu', 'usr/lib/ocf/resource.d/pathmanager/lu');
  install('.tools/debian-package/pathmanager.yaml', 'etc/pathmanager/pathmanager.yaml');
  install('.tools/debian-package/lintian-overrides', `usr/share/lintian/overrides/${name}`);
  mkdirSync(join(stage, 'etc/pathmanager/state'), { recursive: true });
}

function documentation() {
  const doc = `usr/share/doc/${name}`;
  write(`${doc}/copyright`, copyright());
  compress(`${doc}/changelog.gz`, debianChangelog());
  const manual = join(out, 'man');
  run(join(root, '.tools/man-pages.mjs'), dist, manual);
  for (const file of readdirSync(manual)) {
    compress(`usr/share/man/man${file.at(-1)}/${file}.gz`, readFileSync(join(manual, file)));
  }
}

/** Where each shell looks for what packages bring. */
function completions() {
  const files = {
    bash: 'usr/share/bash-completion/completions/spscmd',
    zsh: 'usr/share/zsh/vendor-completions/_spscmd',
    fish: 'usr/share/fish/vendor_completions.d/spscmd.fish',
  };
  for (const [shell, file] of Object.entries(files)) {
    write(file, run(join(dist, 'src/bin/spscmd.js'), 'completion', shell));
  }
}

/** Standard output of a program for Node. */
function run(...words) {
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  if (status !== 0) fail(`"${words.join(' ')}" ended with ${String(status)}: ${stderr}`);
  return stdout;
}

function copyright() {
  const licences = packages.map((each) => {
    const { version, license, homepage } = JSON.parse(
      readFileSync(join(root, 'node_modules', each, 'package.json'), 'utf8'),
    );
    return `  ${each} ${version}: ${license}${homepage ? `, ${homepage}` : ''}`;
  });
  return [
    `${description}.`,
    'Copyright 2026 the developers of Storage PathManager.',
    '',
    'It holds these packages of the npm registry, each under its own licence, which stands in its package.json:',
    ...licences,
    'and, inside the bundles, the packages named as dependencies in package.json and what those need, under MIT-style licences.',
    '',
  ].join('\n');
}

function debianChangelog() {
  const date = new Date(statSync(join(root, 'CHANGELOG.md')).mtimeMs).toUTCString().replace('GMT', '+0000');
  return `${name} (${version}) unstable; urgency=medium\n\n  * See CHANGELOG.md of the source.\n\n -- ${maintainer}  ${date}\n`;
}

function control() {
  for (const script of ['preinst', 'postinst', 'prerm', 'postrm']) {
    write(`DEBIAN/${script}`, readFileSync(join(parts, script), 'utf8'));
    chmodSync(join(stage, 'DEBIAN', script), 0o755);
  }
  write('DEBIAN/conffiles', '/etc/pathmanager/pathmanager.yaml\n');
  write(
    'DEBIAN/control',
    `Package: ${name}
Version: ${version}
Architecture: ${architecture}
Maintainer: ${maintainer}
Section: admin
Priority: optional
Depends: nodejs (>= 20.19), udev, dmsetup, kmod, libc6 (>= 2.28), libstdc++6
Installed-Size: ${Math.ceil(sizeOf(stage) / 1024)}
Description: path manager for disk arrays over dm-multipath
 A server reaches its disk array by several paths: host bus adapter, cable,
 switch, array port. Storage PathManager makes one disk of them. When a path
 fails the I/O goes on by another, when it is back it is used again, and while
 all is well the load is spread. Operators steer it with spscmd.
`,
  );
}

function deb() {
  for (const entry of readdirSync(stage, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) chmodSync(path, 0o755);
    else if (entry.isFile()) chmodSync(path, isProgram(path) ? 0o755 : 0o644);
    // Symbols for a debugger; where there is no strip they stay.
    if (path.endsWith('.node')) spawnSync('strip', ['--strip-unneeded', '--remove-section=.comment', path]);
  }
  writeFileSync(join(stage, 'DEBIAN/md5sums'), checksums());
  const file = join(out, `${name}_${version}_${architecture}.deb`);
  const { status, stderr } = spawnSync('dpkg-deb', ['--root-owner-group', '--build', stage, file], {
    encoding: 'utf8',
  });
  if (status !== 0) fail(`dpkg-deb: ${stderr}`);
  return file;
}

/** What "dpkg --verify" compares the installed files with. */
function checksums() {
  const files = readdirSync(stage, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => relative(stage, join(entry.parentPath, entry.name)));
  return paths
    .filter((path) => !path.startsWith('DEBIAN/') && !path.startsWith('etc/'))
    .sort()
    .map(
      (path) =>
        `${createHash('md5')
          .update(readFileSync(join(stage, path)))
          .digest('hex')}  ${path}\n`,
    )
    .join('');
}

function isProgram(path) {
  return readFileSync(path).subarray(0, 2).toString() === '#!';
}

function install(from, to) {
  mkdirSync(dirname(join(stage, to)), { recursive: true });
  cpSync(resolve(root, from), join(stage, to));
  chmodSync(join(stage, to), 0o644);
}

function write(to, text) {
  mkdirSync(dirname(join(stage, to)), { recursive: true });
  writeFileSync(join(stage, to), text);
}

function compress(to, content) {
  mkdirSync(dirname(join(stage, to)), { recursive: true });
  writeFileSync(join(stage, to), gzipSync(content, { level: 9 }));
}

function link(target, to) {
  mkdirSync(dirname(join(stage, to)), { recursive: true });
  symlinkSync(target, join(stage, to));
}

function sizeOf(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

function fail(text) {
  process.stderr.write(`${basename(import.meta.filename)}: ${text}\n`);
  process.exit(1);
}
