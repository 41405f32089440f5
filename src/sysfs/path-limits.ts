/** How long kernel and transport let the I/O of a disk wait, and how much of it a disk takes at once. */
import { blockFolder } from './block.js';
import { scsiPlace, type ScsiPlace } from './place.js';
import type { Sysfs } from './sysfs.js';
import { fcRemotePort, iscsiSession } from './transport.js';

/** Times in seconds; null where there is no such attribute. */
export interface PathLimits {
  /** SCSI host, as "host3". */
  readonly host: string;
  /** PCI slot of the adapter without the function, which is the port of a card: "0000:04:00"; null where it has none. */
  readonly adapter: string | null;
  /** For an I/O, until error handling begins (drivers/scsi/scsi_sysfs.c, timeout). */
  readonly timeoutSec: number | null;
  readonly queueDepth: number | null;
  /** For all error handling of the host (drivers/scsi/scsi_sysfs.c, eh_deadline). */
  readonly errorHandlingSec: number | 'off' | null;
  readonly remotePort: {
    readonly name: string;
    /** Null where that is off. */
    readonly fastIoFailSec: number | null;
    readonly devLossSec: number | null;
  } | null;
  readonly session: { readonly name: string; readonly recoverySec: number | null } | null;
}

/** Reads a handful of attributes; null where the disk is gone or is no SCSI disk. */
export function pathLimits(sysfs: Sysfs, node: string): PathLimits | null {
  const folder = blockFolder(sysfs, node);
  const place = folder === null ? null : scsiPlace(folder);
  if (place === null) return null;
  return {
    host: place.host,
    adapter: /^pci-([0-9a-f:]+)\.[0-7]$/.exec(place.hostPlace)?.[1] ?? null,
    timeoutSec: sysfs.number(`${place.deviceFolder}/timeout`),
    queueDepth: sysfs.number(`${place.deviceFolder}/queue_depth`),
    errorHandlingSec: errorHandling(sysfs, place.host),
    remotePort: remotePortOf(sysfs, place),
    session: sessionOf(sysfs, place),
  };
}

function errorHandling(sysfs: Sysfs, host: string): number | 'off' | null {
  const file = `class/scsi_host/${host}/eh_deadline`;
  return sysfs.text(file) === 'off' ? 'off' : sysfs.number(file);
}

function remotePortOf(sysfs: Sysfs, { remotePort: name }: ScsiPlace): PathLimits['remotePort'] {
  const port = name === null ? null : fcRemotePort(sysfs, name);
  if (name === null || port === null) return null;
  return { name, fastIoFailSec: port.fastIoFailSec, devLossSec: port.devLossSec };
}

function sessionOf(sysfs: Sysfs, { between, transportFolder }: ScsiPlace): PathLimits['session'] {
  const name = between.findLast((part) => /^session\d+$/.test(part));
  const session = name === undefined || transportFolder === null ? null : iscsiSession(sysfs, name, transportFolder);
  return name === undefined || session === null ? null : { name, recoverySec: session.recoverySec };
}
