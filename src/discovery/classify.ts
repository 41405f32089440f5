/** Reads from a uevent what it means for us. Pure. */

import { pathNumber } from '../base/ids.js';
import type { PathNumber } from '../base/ids.js';
import type { Uevent } from '../netlink/uevent.js';

export interface DiskMeaning {
  readonly kind: 'disk';
  readonly action: 'present' | 'removed';
  readonly node: string;
}

export interface UnitAttentionMeaning {
  readonly kind: 'unit-attention';
  readonly number: PathNumber;
  readonly what: string;
}

/** A Fibre Channel port has come, here or at the other end. */
export interface PortMeaning {
  readonly kind: 'port';
  /** As "host3". */
  readonly host: string;
}

/** The SCSI generic device of a disk has come, perhaps after the disk: sd and sg probe side by side. */
export interface GenericMeaning {
  readonly kind: 'generic';
  readonly number: PathNumber;
}

export type Meaning = DiskMeaning | UnitAttentionMeaning | PortMeaning | GenericMeaning;

/** Null for what does not concern us; maps tell of themselves through the dm control device, which loses nothing. */
export function classify(event: Uevent): Meaning | null {
  const { action } = event;
  if (action !== 'add' && action !== 'change' && action !== 'remove') return null;
  if (event.subsystem === 'scsi') return unitAttention(event);
  if (event.subsystem === 'fc_host' || event.subsystem === 'fc_remote_ports')
    return action === 'add' ? port(event) : null;
  if (event.subsystem === 'scsi_generic') return action === 'add' ? generic(event) : null;
  if (event.subsystem !== 'block') return null;
  // Partitions go by too: their names are no names of disks.
  const node = event.devpath.slice(event.devpath.lastIndexOf('/') + 1);
  return isDiskName(node) ? { kind: 'disk', action: action === 'remove' ? 'removed' : 'present', node } : null;
}

/** Names of the sd driver (drivers/scsi/sd.c, sd_format_disk_name). */
export function isDiskName(node: string): boolean {
  return /^sd[a-z]{1,6}$/.test(node);
}

function unitAttention({ devpath, properties }: Uevent): UnitAttentionMeaning | null {
  const what = properties.get('SDEV_UA');
  const number = /\/(\d+:\d+:\d+:\d+)$/.exec(devpath)?.[1];
  if (what === undefined || number === undefined || !/^[A-Z_]{1,64}$/.test(what)) return null;
  return { kind: 'unit-attention', number: pathNumber(number), what };
}

/** The innermost host: a virtual port is a host below a host. */
function port({ devpath }: Uevent): PortMeaning | null {
  const host = devpath.split('/').findLast((part) => /^host\d{1,10}$/.test(part));
  return host === undefined ? null : { kind: 'port', host };
}

function generic({ devpath }: Uevent): GenericMeaning | null {
  const number = /\/(\d+:\d+:\d+:\d+)\/scsi_generic\/sg\d+$/.exec(devpath)?.[1];
  return number === undefined ? null : { kind: 'generic', number: pathNumber(number) };
}
