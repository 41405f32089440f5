import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder that holds package.json, found from wherever the tests were compiled to. */
export const projectRoot = findRoot(import.meta.dirname);

/** The path of a file under fixtures/, as `fixture('scsi/vpd83.hex')`. */
export function fixture(name: string): string {
  return join(projectRoot, 'fixtures', name);
}

function findRoot(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error('package.json was not found above the tests');
  return findRoot(parent);
}
