// Makes a fresh clone ready to run: Node's age, npm's packages, the build, the lab's Debian packages. Needs nothing but
// Node and Debian; each step says what it does in one line, and is silent when there is nothing left to do.
//   --fc       also gets the Fibre Channel lab (QEMU and Debian's kernel)
//   --cluster  also gets the programs of a cluster (sg3-utils, corosync, Pacemaker and its agents)
//   --bench    also gets what the benchmark compares with (multipath-tools)
//   --program  makes nothing but the program itself: no lab, no tests
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { debianKernel, hasProgram, SetupError, unpackPackages } from './debian.mjs';

const root = join(import.meta.dirname, '..');
const oldestNode = [20, 19];

/** What the lab needs: the package to unpack when none of the programs is on the system. User-mode Linux always comes from its package: the modules must be those of the kernel. */
const labPackages = [
  { name: 'user-mode-linux', programs: [] },
  { name: 'kmod', programs: ['modprobe'] },
  { name: 'udev', programs: ['udevadm'] },
  { name: 'dmsetup', programs: ['dmsetup'] },
  { name: 'systemd', programs: ['systemctl', 'systemd-analyze'] },
  { name: 'lvm2', programs: ['lvm'] },
  { name: 'e2fsprogs', programs: ['mkfs.ext4'] },
  { name: 'iproute2', programs: ['ip', 'tc'] },
];
/** What the Fibre Channel lab needs besides: a machine in software, and beside it the kernel of the distribution. */
const fcPackages = ['qemu-system-x86', 'qemu-system-common', 'qemu-system-data', 'seabios', 'busybox-static'];
/**
 * What the stories of a cluster need: the other node's own tool for reservations, and a whole cluster. Agents are written
 * in Python and test their own descriptions with xmllint and gawk; what the system has of these is taken from there.
 */
const clusterPackages = [
  { name: 'sg3-utils', programs: [] },
  { name: 'corosync', programs: [] },
  { name: 'pacemaker', programs: [] },
  { name: 'pacemaker-common', programs: [] },
  { name: 'pacemaker-cli-utils', programs: [] },
  { name: 'resource-agents', programs: [] },
  { name: 'fence-agents', programs: [] },
  { name: 'python3-pexpect', programs: [] },
  { name: 'python3-ptyprocess', programs: [] },
  { name: 'python3-pycurl', programs: [] },
  { name: 'python3-minimal', programs: ['python3'] },
  { name: 'python3.11-minimal', programs: ['python3.11'] },
  { name: 'libpython3.11-stdlib', programs: ['python3.11'] },
  { name: 'gawk', programs: ['gawk'] },
  { name: 'bc', programs: ['bc'] },
  { name: 'libxml2-utils', programs: ['xmllint'] },
];
const benchPackages = [{ name: 'multipath-tools', programs: ['multipathd'] }];

const onlyProgram = process.argv.includes('--program');

const say = (line) => process.stdout.write(`setup: ${line}\n`);

function checkMachine() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1]))
    throw new SetupError(`Node ${process.versions.node} is too old: install Node ${oldestNode.join('.')} or later`);
  if (!onlyProgram && (process.platform !== 'linux' || process.arch !== 'x64'))
    throw new SetupError(`The lab needs Linux on x64, this is ${process.platform} on ${process.arch}`);
}

function installPackages() {
  if (packagesAreInstalled()) return;
  say('installs the npm packages of the lock file (npm ci)');
  mustRun('npm', ['ci', '--include=dev', '--no-progress'], 'see the message of npm above; it needs the npm registry');
}

/** Compares the lock with npm's own record of what it installed. Packages for other systems are not expected. */
function packagesAreInstalled() {
  const record = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(record)) return false;
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages;
  const locked = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(locked).every(
    ([place, entry]) =>
      place === '' ||
      installed[place]?.version === entry.version ||
      (entry.os && !entry.os.includes(process.platform)) ||
      (entry.cpu && !entry.cpu.includes(process.arch)),
  );
}

function build() {
  const stamp = join(root, '.build/main/.built');
  const sources = ['src', 'commands', 'test', '.tools', 'package.json', 'package-lock.json', 'tsconfig.json'];
  if (existsSync(stamp) && newest(sources.map((name) => join(root, name))) < statSync(stamp).mtimeMs) return;
  say('builds the program and its tests (tsc)');
  const started = new Date();
  removeOrphans('.build/main');
  buildProgram();
  tsc('test');
  mkdirSync(join(root, '.build/main'), { recursive: true });
  writeFileSync(stamp, '');
  // What was edited while it was being built counts as newer.
  utimesSync(stamp, started, started);
}

function buildProgram() {
  removeOrphans('dist');
  tsc('.');
  mustRun(process.execPath, ['.tools/bundle.mjs'], 'see the message above');
}

function tsc(project) {
  mustRun(process.execPath, ['node_modules/typescript/bin/tsc', '-p', project], 'the compiler found the errors above');
}

/** Deletes compiled files whose source is gone: a test that was removed must not run on. */
function removeOrphans(out) {
  for (const file of filesBelow(join(root, out)).filter((name) => name.endsWith('.js'))) {
    const source = file.replace(join(root, out), root).replace(/\.js$/, '.ts');
    const ours = /^\/(src|commands|test)\//.test(source.slice(root.length));
    if (ours && !existsSync(source)) for (const end of ['', '.map']) rmSync(file + end, { force: true });
  }
}

/** The newest change of a file or of a folder's listing, in milliseconds since 1970. */
function newest(places) {
  const all = places.flatMap((place) => [place, ...below(place).map((entry) => join(entry.parentPath, entry.name))]);
  return Math.max(...all.map((place) => statSync(place).mtimeMs));
}

function filesBelow(folder) {
  return below(folder)
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function below(place) {
  if (!existsSync(place) || !statSync(place).isDirectory()) return [];
  return readdirSync(place, { recursive: true, withFileTypes: true });
}

function prepareLab(packages) {
  const folder = join(root, '.cache/lab/packages');
  unpackMissing(folder, packages);
  linkModules(folder);
}

/** Kept apart: none of it is for a machine that only gets our package. */
function prepareClusterLab() {
  unpackMissing(join(root, '.cache/lab/cluster-packages'), clusterPackages);
}

function unpackMissing(folder, packages) {
  const missing = packages.filter(({ name, programs }) => {
    const onSystem = programs.length > 0 && programs.every(hasProgram);
    return !onSystem && !existsSync(join(folder, name));
  });
  if (missing.length > 0)
    unpackPackages(
      folder,
      missing.map(({ name }) => name),
      say,
    );
}

/** QEMU, a kernel that has Fibre Channel, and that kernel's modules with the list that modprobe reads. */
function prepareFcLab() {
  const folder = join(root, '.cache/lab/fc-packages');
  const kernels = existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith('linux-image-')) : [];
  const [kernel = debianKernel()] = kernels;
  const missing = [...fcPackages, kernel].filter((name) => !existsSync(join(folder, name)));
  if (missing.length > 0) unpackPackages(folder, missing, say);
  const release = kernel.slice('linux-image-'.length);
  if (existsSync(join(folder, kernel, 'lib/modules', release, 'modules.dep'))) return;
  const tools = join(root, '.cache/lab/packages/kmod/sbin/depmod');
  mustRun(existsSync(tools) ? tools : 'depmod', ['-b', join(folder, kernel), release], 'is the disk full?');
}

/** modprobe wants the modules under lib/modules/<release>; the package has them elsewhere. */
function linkModules(folder) {
  const tree = join(root, '.cache/lab/modules/lib/modules');
  const modules = join(folder, 'user-mode-linux/usr/lib/uml/modules');
  mkdirSync(tree, { recursive: true });
  for (const release of readdirSync(modules)) {
    if (existsSync(join(tree, release))) continue;
    symlinkSync(join('../../../packages/user-mode-linux/usr/lib/uml/modules', release), join(tree, release));
  }
}

function mustRun(command, args, hint) {
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (result.error) throw new SetupError(`Cannot run "${command}": ${result.error.message}`);
  if (result.status !== 0) throw new SetupError(`"${command} ${args.join(' ')}" failed: ${hint}`);
}

try {
  checkMachine();
  if (!onlyProgram) {
    prepareLab(process.argv.includes('--bench') ? [...labPackages, ...benchPackages] : labPackages);
    if (process.argv.includes('--fc')) prepareFcLab();
    if (process.argv.includes('--cluster')) prepareClusterLab();
  }
  installPackages();
  if (onlyProgram) buildProgram();
  else build();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`setup: ${error.message}\n`);
  process.exitCode = 1;
}
