/** What the kernel knows of a disk that it takes for empty: it has asked for the identity when the disk appeared. */
import { hasCode } from '../base/errors.js';
import type { Wwid } from '../base/ids.js';
import type { SkippedDisk } from '../discovery/inputs.js';
import { wwidFromSysfsText, wwidFromVpd83 } from '../scsi/vpd.js';
import { blockFolder } from '../sysfs/block.js';
import { scsiPlace } from '../sysfs/place.js';
import { vpdPage } from '../sysfs/scsi-device.js';
import type { Sysfs } from '../sysfs/sysfs.js';
import type { EmptyDisk } from './ports.js';

/** Null where the disk is no path for another reason, and where nobody knows whose it is. */
export function emptyDisk(sysfs: Sysfs, { node, devT, reason }: SkippedDisk): EmptyDisk | null {
  const place = reason === 'no-capacity' ? scsiPlace(blockFolder(sysfs, node) ?? '') : null;
  const wwid = place === null ? null : identity(sysfs, place.deviceFolder);
  return place === null || devT === null || wwid === null ? null : { devT, number: place.number, wwid };
}

function identity(sysfs: Sysfs, deviceFolder: string): Wwid | null {
  try {
    const page = vpdPage(sysfs, deviceFolder, '83');
    if (page !== null) return wwidFromVpd83(page);
    const text = sysfs.text(`${deviceFolder}/wwid`) ?? '';
    return text === '' ? null : wwidFromSysfsText(text);
  } catch (error) {
    if (!hasCode(error, 'SCSI_MALFORMED')) throw error;
    return null;
  }
}
