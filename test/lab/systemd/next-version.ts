// The package as its next version would be: the same content under a higher number.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/** Makes it in a folder, from the file of a package. */
export function nextVersion(file: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  const work = mkdtempSync(join(tmpdir(), 'pathmanager-package-'));
  try {
    dpkgDeb('--raw-extract', file, join(work, 'root'));
    const control = join(work, 'root/DEBIAN/control');
    writeFileSync(control, readFileSync(control, 'utf8').replace(/^Version: .*$/m, '$&+next'));
    dpkgDeb('--root-owner-group', '--build', join(work, 'root'), join(folder, basename(file)));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function dpkgDeb(...args: string[]): void {
  const { status, stderr } = spawnSync('dpkg-deb', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`dpkg-deb ${args.join(' ')} failed: ${stderr}`);
}
