/** Reads from a SCSI disk's folder in the device tree where it hangs. Pure. */

import { pathNumber } from '../base/ids.js';
import type { PathNumber } from '../base/ids.js';
import { fcHostOf } from './transport.js';

/** A SCSI disk's place: ".../pci0000:00/0000:00:04.0/host2/rport-2:0-0/target2:0:0/2:0:0:1/block/sda". */
export interface ScsiPlace {
  readonly number: PathNumber;
  /** Folder of the SCSI device. */
  readonly deviceFolder: string;
  /** As "host2". */
  readonly host: string;
  /** The host's place without its own number, which changes from boot to boot: "pci-0000:00:04.0", "tcm_loop_adapter_0". */
  readonly hostPlace: string;
  readonly channel: string;
  readonly target: string;
  readonly lun: number;
  /** Folders between host and target, as "rport-2:0-0" or "port-0:0", "end_device-0:0", outermost first. */
  readonly between: readonly string[];
  /** The Fibre Channel port at the other end, as "rport-2:0-0"; null where there is none among `between`. */
  readonly remotePort: string | null;
  /** Folder of the innermost of `between`; null where there is none. */
  readonly transportFolder: string | null;
  readonly usb: boolean;
}

const DEVICE = /^(\d{1,10}):(\d{1,10}):(\d{1,10}):(\d{1,20})$/;
const PCI_FUNCTION = /^[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/;

/** The place of a disk by its folder below the root of sysfs; null where it is no SCSI disk. */
export function scsiPlace(blockFolder: string): ScsiPlace | null {
  const parts = blockFolder.split('/');
  const device = parts.length - 3;
  const match = DEVICE.exec(parts[device] ?? '');
  // The innermost: a virtual Fibre Channel port is a host below a host.
  const host = parts.findLastIndex((part) => /^host\d+$/.test(part));
  const [number, , channel, target, lun] = match ?? [];
  if (number === undefined || channel === undefined || target === undefined || lun === undefined) return null;
  if (parts[device + 1] !== 'block' || host < 1 || host >= device) return null;
  const targetAt = parts.findLastIndex((part, index) => index < device && part.startsWith('target'));
  const between = parts.slice(host + 1, Math.max(targetAt, host + 1));
  return {
    number: pathNumber(number),
    deviceFolder: parts.slice(0, device + 1).join('/'),
    host: parts[host] ?? '',
    hostPlace: placeOf(parts.slice(1, host)),
    channel,
    target,
    lun: Number(lun),
    between,
    remotePort: between.findLast((part) => fcHostOf(part) !== null) ?? null,
    transportFolder: between.length === 0 ? null : parts.slice(0, host + 1 + between.length).join('/'),
    usb: parts.some((part) => /^usb\d+$/.test(part)),
  };
}

/**
 * The last PCI function and what hangs between it and the host; without PCI the folder above the host. A virtio device
 * is left out: its number is given in the order of discovery, and there is one to a function.
 */
function placeOf(above: readonly string[]): string {
  const pci = above.findLastIndex((part) => PCI_FUNCTION.test(part));
  if (pci < 0) return above.at(-1) ?? 'root';
  const below = above.slice(pci + 1).filter((part) => !/^virtio\d+$/.test(part));
  return ['pci', above[pci], ...below].join('-');
}
