// An array that is switched off and on: what it was told to keep of registrations and reservations (APTPL) is what LIO
// wrote to files, and is given back as LIO's tools give it back at a start.
// Sources: drivers/target/target_core_pr.c, core_scsi3_update_and_write_aptpl, and target_core_configfs.c,
// target_pr_res_aptpl_metadata_store, of Linux 6.1; restore_pr_aptpl of rtslib-fb.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabArray } from '../array.js';
import { storeFolder, type LunSpec } from '../lun-store.js';
import type { PeerNode } from './peer-node.js';

/** Where LIO keeps them, below its `dbroot`. */
const folder = '/var/target/pr';

/** Gives the array a place to keep registrations in, empty. Without it LIO refuses every registration. */
export function keepRegistrations(): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
}

/** What the array has kept of a LUN: keys as numbers, one for each registration. */
export function keptKeys(lun: LunSpec): string[] {
  return [...keptText(lun).matchAll(/^sa_res_key=(\d+)$/gm)].map(
    ([, key = '']) => `0x${BigInt(key).toString(16).padStart(16, '0')}`,
  );
}

/** Switches the array off; every disk of it vanishes, here and at the peer. */
export async function switchOff(array: LabArray, peer: PeerNode): Promise<void> {
  await peer.disconnect();
  await array.powerOff();
}

/** Switches it on again: the registrations that it was told to keep are there before anybody can do I/O. */
export async function switchOn(array: LabArray, peer: PeerNode): Promise<void> {
  await array.powerOn(restore);
  await peer.connect();
}

function restore(lun: LunSpec): void {
  const registrations = keptText(lun).split('PR_REG_START: ').slice(1);
  for (const text of registrations) {
    const fields = text.split('\n').filter((line) => line.includes('='));
    writeFileSync(join(storeFolder(lun.name), 'pr/res_aptpl_metadata'), fields.join(','));
  }
}

function keptText(lun: LunSpec): string {
  const file = join(folder, `aptpl_${lun.serial}`);
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
