/** SCSI devices (logical units as one path sees them) and their hosts in sysfs: drivers/scsi/scsi_sysfs.c. */

import { accessStateFromSysfs } from '../base/access-state.js';
import type { AccessState } from '../base/access-state.js';
import { VPD_PAGE_BYTES } from './sysfs.js';
import type { Sysfs } from './sysfs.js';

/** `state` of a SCSI device (scsi_sysfs.c, sdev_states). */
export type SdevState =
  | 'created'
  | 'running'
  | 'cancel'
  | 'deleted'
  | 'quiesce'
  | 'offline'
  | 'transport-offline'
  | 'blocked'
  | 'created-blocked'
  | 'unknown';

const SDEV_STATES: ReadonlySet<string> = new Set<SdevState>([
  'created',
  'running',
  'cancel',
  'deleted',
  'quiesce',
  'offline',
  'transport-offline',
  'blocked',
  'created-blocked',
]);

/** Standard INQUIRY data are at most 255 + 5 bytes (SPC-4 6.4.2), one page with room to spare. */
const INQUIRY_BYTES = 4096;

/** State of the device whose folder is given; null where it is gone, 'unknown' for a state of a later kernel. */
export function sdevState(sysfs: Sysfs, folder: string): SdevState | null {
  const text = sysfs.text(`${folder}/state`);
  if (text === null) return null;
  return isSdevState(text) ? text : 'unknown';
}

function isSdevState(text: string): text is SdevState {
  return SDEV_STATES.has(text);
}

/** Standard INQUIRY data as the device gave them at its scan; null where the kernel keeps none. */
export function inquiryData(sysfs: Sysfs, folder: string): Buffer | null {
  return sysfs.binary(`${folder}/inquiry`, INQUIRY_BYTES);
}

/** A VPD page as the kernel read it at the last scan; null where the device has none. */
export function vpdPage(sysfs: Sysfs, folder: string, page: '80' | '83'): Buffer | null {
  return sysfs.binary(`${folder}/vpd_pg${page}`, VPD_PAGE_BYTES);
}

/** Name of the SCSI generic device, as "sg2"; null while the sg driver has none. */
export function genericName(sysfs: Sysfs, folder: string): string | null {
  return /^scsi_generic\/(sg\d+)$/.exec(sysfs.link(`${folder}/generic`) ?? '')?.[1] ?? null;
}

/** ALUA state that a device handler keeps (scsi_dh_alua); null where none is attached. */
export function accessState(sysfs: Sysfs, folder: string): AccessState | null {
  // Most devices have none: asking first is a quarter of the cost of an exception.
  const text = sysfs.exists(`${folder}/access_state`) ? sysfs.text(`${folder}/access_state`) : null;
  return text === null ? null : accessStateFromSysfs(text);
}

/** A SCSI host adapter. */
export interface ScsiHost {
  /** Driver, as "qla2xxx". */
  readonly driver: string;
  readonly state: string;
  /** Commands it works at now, and how many it can. */
  readonly busy: number | null;
  readonly canQueue: number | null;
}

/** The host "host4"; null where there is none. */
export function scsiHost(sysfs: Sysfs, host: string): ScsiHost | null {
  const folder = `class/scsi_host/${host}`;
  const state = sysfs.text(`${folder}/state`);
  if (state === null) return null;
  return {
    driver: sysfs.text(`${folder}/proc_name`) ?? '',
    state,
    busy: sysfs.number(`${folder}/host_busy`),
    canQueue: sysfs.number(`${folder}/can_queue`),
  };
}
