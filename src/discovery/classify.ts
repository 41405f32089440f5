/** Reads from a uevent what it means for us. Pure. */

import { pathNumber } from '../base/ids.js';
import type { PathNumber } from '../base/ids.js';
import type { Uevent } from '../netlink/uevent.js';
import { fcHostOf } from '../sysfs/transport.js';

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

/** A Fibre Channel port of this machine has come or gone. */
export interface HostPortMeaning {
  readonly kind: 'host-port';
  readonly action: 'present' | 'added' | 'removed';
  /** As "host3". */
  readonly host: string;
}

/** A Fibre Channel port at the other end has come or gone. */
export interface RemotePortMeaning {
  readonly kind: 'remote-port';
  readonly action: 'present' | 'removed';
  /** As "rport-3:0-0". */
  readonly name: string;
}

/** The SCSI generic device of a disk has come, perhaps after the disk: sd and sg probe side by side. */
export interface GenericMeaning {
  readonly kind: 'generic';
  readonly number: PathNumber;
}

export type Meaning = DiskMeaning | UnitAttentionMeaning | HostPortMeaning | RemotePortMeaning | GenericMeaning;

/** Null for what does not concern us; maps tell of themselves through the dm control device, which loses nothing. */
export function classify(event: Uevent): Meaning | null {
  const { action } = event;
  if (action !== 'add' && action !== 'change' && action !== 'remove') return null;
  if (event.subsystem === 'scsi') return unitAttention(event);
  if (event.subsystem === 'fc_host') return hostPort(event, action);
  if (event.subsystem === 'fc_remote_ports') return remotePort(event, action);
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

/** The device is named as its host: ".../host3/fc_host/host3", below another host where it is virtual. */
function hostPort({ devpath }: Uevent, action: 'add' | 'change' | 'remove'): HostPortMeaning | null {
  const host = devpath.slice(devpath.lastIndexOf('/') + 1);
  if (!/^host\d{1,10}$/.test(host)) return null;
  return { kind: 'host-port', action: ({ add: 'added', change: 'present', remove: 'removed' } as const)[action], host };
}

function remotePort({ devpath }: Uevent, action: 'add' | 'change' | 'remove'): RemotePortMeaning | null {
  const name = devpath.slice(devpath.lastIndexOf('/') + 1);
  if (fcHostOf(name) === null) return null;
  return { kind: 'remote-port', action: action === 'remove' ? 'removed' : 'present', name };
}

function generic({ devpath }: Uevent): GenericMeaning | null {
  const number = /\/(\d+:\d+:\d+:\d+)\/scsi_generic\/sg\d+$/.exec(devpath)?.[1];
  return number === undefined ? null : { kind: 'generic', number: pathNumber(number) };
}
