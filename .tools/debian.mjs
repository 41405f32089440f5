// Debian packages unpacked into a folder of the project, each under its own name, never installed into the system.
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** A failure whose message already says what is wrong and what to do about it. */
export class SetupError extends Error {}

/** The mend for everything that a user without root's rights cannot do about apt. */
const updateLists = 'run "apt-get update" as root once';

/**
 * Puts the packages, and those libraries they need that the system lacks, under `folder`/<package>.
 * @param {string} folder
 * @param {readonly string[]} packages
 * @param {(line: string) => void} say
 */
export function unpackPackages(folder, packages, say) {
  if (!hasProgram('apt-get') || !hasProgram('dpkg'))
    throw new SetupError(
      `Cannot get ${packages.join(', ')}: this system has no apt-get. Run on Debian 12 or later, or in a container of it`,
    );
  if (unknown(packages).length > 0) refreshLists(packages, say);
  const wanted = withLibraries(packages).filter((name) => !existsSync(join(folder, name)));
  if (wanted.length === 0) return;
  say(`unpacks ${wanted.join(', ')} into ${folder}`);
  mkdirSync(folder, { recursive: true });
  const work = mkdtempSync(join(folder, '.unpack-'));
  try {
    if (!download(wanted, work)) {
      refreshLists(packages, say);
      if (!download(wanted, work))
        throw new SetupError(
          `Cannot download ${wanted.join(', ')} with "apt-get download": see its message above. Check /etc/apt/sources.list and the network, then ${updateLists}`,
        );
    }
    for (const file of readdirSync(work).filter((name) => name.endsWith('.deb'))) unpack(folder, work, file);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The package of the newest kernel that the system's sources have. */
export function debianKernel() {
  const find = () => /^ {2}Depends: (linux-image-\S+)$/m.exec(run('apt-cache', ['depends', 'linux-image-amd64']))?.[1];
  const known = find();
  if (known !== undefined) return known;
  refreshLists(['linux-image-amd64'], (line) => process.stdout.write(`setup: ${line}\n`));
  const found = find();
  if (found === undefined)
    throw new SetupError('Cannot tell which kernel linux-image-amd64 stands for: is this Debian on amd64?');
  return found;
}

/** Unpacks beside its place and renames, so a folder that is there is whole, whoever else sets up at the same time. */
function unpack(folder, work, file) {
  const name = file.slice(0, file.indexOf('_'));
  const fresh = join(work, name);
  const result = spawnSync('dpkg', ['-x', join(work, file), fresh], { stdio: 'inherit' });
  if (result.status !== 0) throw new SetupError(`Cannot unpack "${file}": is the disk full?`);
  keepLinksInside(fresh);
  try {
    renameSync(fresh, join(folder, name));
  } catch (error) {
    if (!existsSync(join(folder, name))) throw error;
  }
}

/** Debian names programs by absolute links (/sbin/modprobe is /bin/kmod): here they must lead to the unpacked file. */
function keepLinksInside(folder) {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) continue;
    const link = join(entry.parentPath, entry.name);
    const target = readlinkSync(link);
    if (!target.startsWith('/') || !existsSync(join(folder, target))) continue;
    rmSync(link);
    symlinkSync(relative(dirname(link), join(folder, target)), link);
  }
}

function download(names, folder) {
  // As root apt would drop to its own user, who may not write here: the warning about that helps nobody.
  const options = isRoot() ? ['-o', 'APT::Sandbox::User=root'] : [];
  return (
    spawnSync('apt-get', ['-qq', ...options, 'download', ...names], { cwd: folder, stdio: 'inherit' }).status === 0
  );
}

function refreshLists(packages, say) {
  if (!isRoot())
    throw new SetupError(`Cannot get ${packages.join(', ')}: apt's package lists are missing or old; ${updateLists}`);
  say('refreshes the package lists (apt-get update)');
  if (spawnSync('apt-get', ['-qq', 'update'], { stdio: 'inherit' }).status !== 0)
    throw new SetupError(
      'Cannot refresh the package lists: "apt-get update" failed. Check /etc/apt/sources.list and the network',
    );
  const missing = unknown(packages);
  if (missing.length > 0)
    throw new SetupError(
      `This system's package sources have no ${missing.join(', ')}: check the network if apt-get complained above; otherwise use Debian 12 or later on amd64, with "main" in /etc/apt/sources.list`,
    );
}

/** The packages with every library package below them that is not installed: only names in "lib", nothing else is followed. */
function withLibraries(packages) {
  const all = new Set(packages);
  const installed = installedPackages();
  // Each question costs half a second, however many packages it is about.
  for (let asked = packages; asked.length > 0;) {
    asked = [...new Set(libraries(asked))].filter((name) => !all.has(name) && !installed.has(name));
    for (const name of asked) all.add(name);
  }
  return [...all];
}

/** The library packages that the packages depend on directly. */
function libraries(packages) {
  const lines = run('apt-cache', ['depends', '--important', ...packages]).split('\n');
  return lines.flatMap((line) => /^ {2}(?:Pre)?Depends: (lib[^\s]+)$/.exec(line)?.[1] ?? []);
}

/** Those that no source has. */
function unknown(packages) {
  const known = run('apt-cache', ['policy', ...packages]).matchAll(/^(\S+):\n.*\n {2}Candidate: (?!\(none\))/gm);
  const names = new Set([...known].map(([, name]) => name));
  return packages.filter((name) => !names.has(name));
}

function installedPackages() {
  const lines = run('dpkg-query', ['-W', '-f=${db:Status-Status} ${Package}\\n']).split('\n');
  return new Set(lines.flatMap((line) => /^installed (\S+)$/.exec(line)?.[1] ?? []));
}

/** Standard output of a command that may fail, in the C locale. */
function run(command, args) {
  const result = spawnSync(command, args, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
  return result.stdout ?? '';
}

/** True when a program of that name is on this system. */
export function hasProgram(name) {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/usr/bin', '/sbin', '/bin'];
  return folders.some((folder) => folder !== '' && existsSync(join(folder, name)));
}

function isRoot() {
  return process.getuid?.() === 0;
}
