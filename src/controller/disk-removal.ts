/**
 * Has the kernel forget disks that the array serves no more. The write lasts until the storage has answered, or for ever
 * where it does not, so a process of its own makes it, after a last look that nobody uses the disk.
 */
import { fork } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { asPathManagerError } from '../base/errors.js';
import { diskUse, readUsage } from '../discovery/usage.js';
import type { PathFacts } from '../discovery/facts.js';
import { wwidFromVpd83 } from '../scsi/vpd.js';
import { blockFolder, diskNumbers } from '../sysfs/block.js';
import { scsiPlace } from '../sysfs/place.js';
import { vpdPage } from '../sysfs/scsi-device.js';
import { Sysfs } from '../sysfs/sysfs.js';
import type { DiskRemoval } from './ports.js';

/** What the helper is told: enough to be sure that it is still the same disk. */
export type DoomedDisk = Pick<PathFacts, 'node' | 'devT' | 'number' | 'wwid'>;

/** First word of the command line by which the helper knows its task. */
export const DELETE = 'delete';

/** What the helper does. Gives the reason where the disk is kept, null where it is deleted or has gone before. */
export async function deleteDisk(disk: DoomedDisk, sysfs = new Sysfs(), procRoot?: string): Promise<string | null> {
  try {
    const folder = blockFolder(sysfs, disk.node);
    if (folder === null) return null;
    const obstacle = obstacleTo(disk, sysfs, folder, procRoot);
    if (obstacle !== null) return obstacle;
    await writeFile(`${sysfs.root}/class/scsi_device/${disk.number}/device/delete`, '1');
    return null;
  } catch (error) {
    return asPathManagerError(error).message;
  }
}

function obstacleTo(disk: DoomedDisk, sysfs: Sysfs, folder: string, procRoot?: string): string | null {
  const place = scsiPlace(folder);
  const page = place === null ? null : vpdPage(sysfs, place.deviceFolder, '83');
  const isSame = diskNumbers(sysfs, folder)?.devT === disk.devT && place?.number === disk.number;
  if (!isSame || (page !== null && wwidFromVpd83(page) !== disk.wwid)) return `"${disk.node}" is another disk now`;
  const { obstacle, holders } = diskUse(sysfs, folder, disk.node, disk.devT, readUsage(sysfs, procRoot));
  if (obstacle !== null) return `"${disk.node}" is ${obstacle.reason}: "${obstacle.by}"`;
  // Not even by its own map: with I/O under way the kernel's removal could wait for it.
  return holders.length === 0 ? null : `"${disk.node}" is held: "${holders.join(', ')}"`;
}

export class HelperDiskRemoval implements DiskRemoval {
  readonly #program: string;

  /** `program` is the compiled entry point of the helper (src/bin/storage-scanner). */
  constructor(program: string) {
    this.#program = program;
  }

  remove({ node, devT, number, wwid }: DoomedDisk): Promise<string | null> {
    return new Promise((resolve) => {
      const helper = fork(this.#program, [DELETE, JSON.stringify({ node, devT, number, wwid })], {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
        detached: true,
      });
      helper.unref();
      helper.channel?.unref();
      helper.once('message', (reason) => resolve(reason as string | null));
      helper.once('error', (error) => resolve(error.message));
      helper.once('exit', () => resolve('the helper process ended'));
    });
  }
}
