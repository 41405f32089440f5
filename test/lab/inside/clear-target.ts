// Takes apart whatever LIO holds, made by whom it may be: also what a test that failed half-way left behind.
import { existsSync, readdirSync, rmdirSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** LIO's root in configfs. */
export const target = '/sys/kernel/config/target';
export const loopback = join(target, 'loopback');
export const store = join(target, 'core/fileio_0');
/** Where the content of the LUNs is. */
export const storeFiles = '/run/lab/array';

/** Removes all LUNs, ports, fabrics and backstores. The kernel has dropped their disks and hosts when it returns. */
export function clearTarget(): void {
  for (const fabric of foldersIn(loopback, 'naa.')) {
    for (const port of foldersIn(fabric, 'tpgt_')) {
      for (const lun of foldersIn(join(port, 'lun'), 'lun_')) removeMapping(lun);
      writeFileSync(join(port, 'nexus'), 'NULL');
      rmdirSync(port);
    }
    rmdirSync(fabric);
  }
  for (const folder of foldersIn(store, '')) if (existsSync(join(folder, 'alua'))) removeStore(folder);
  rmSync(storeFiles, { recursive: true, force: true });
}

/** Removes a LUN from a port, by its folder there. */
export function removeMapping(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isSymbolicLink()) unlinkSync(join(folder, entry.name));
  rmdirSync(folder);
}

/** Removes a backstore that no port shows any more. */
export function removeStore(folder: string): void {
  for (const group of foldersIn(join(folder, 'alua'), 'group')) rmdirSync(group);
  rmdirSync(folder);
}

function foldersIn(folder: string, prefix: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.startsWith(prefix))
    .map((name) => join(folder, name));
}
