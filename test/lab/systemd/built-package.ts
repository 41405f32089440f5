// The package that machines of the lab get installed.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../support/paths.js';

/** Makes the package of what is built; gives its file. PATHMANAGER_PACKAGE names the folder of one that is there. */
export function builtPackage(): string {
  const folder = process.env['PATHMANAGER_PACKAGE'] ?? makePackage();
  const file = readdirSync(folder).find((name) => name.endsWith('.deb'));
  if (file === undefined) throw new Error(`There is no package in "${folder}": run "npm run package"`);
  return join(folder, file);
}

function makePackage(): string {
  const folder = join(projectRoot, '.build/systemd-package');
  const { status, stderr } = spawnSync(process.execPath, ['.tools/package.mjs', 'dist', folder], {
    cwd: projectRoot,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`Cannot make the package: ${stderr}`);
  return folder;
}
