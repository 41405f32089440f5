/** Ports of the SCSI transports in sysfs: Fibre Channel, iSCSI, SAS. */

import type { Sysfs } from './sysfs.js';

/** A Fibre Channel port of this machine (drivers/scsi/scsi_transport_fc.c). */
export interface FcHost {
  /** World wide port name, 16 hex digits. */
  readonly portName: string;
  readonly nodeName: string | null;
  /** As "Online", "Linkdown". */
  readonly portState: string;
  /** `dev_loss_tmo` that a new remote port starts with, in seconds; null where it cannot be read. */
  readonly devLossSec: number | null;
}

/** A Fibre Channel port at the other end. */
export interface FcRemotePort {
  readonly portName: string;
  readonly nodeName: string | null;
  /** As "Online", "Blocked", "Not Present", "Marginal". */
  readonly portState: string;
  /** As "FCP Target". */
  readonly roles: string;
  /** Seconds after which I/O to an absent port fails; null where that is off or cannot be read. */
  readonly fastIoFailSec: number | null;
  /** Seconds after which an absent port is removed; null where it cannot be read. */
  readonly devLossSec: number | null;
}

/** The port of a host, as "host2"; null where it is none of Fibre Channel or is gone. */
export function fcHost(sysfs: Sysfs, host: string): FcHost | null {
  const folder = `class/fc_host/${host}`;
  const portName = portNameOf(sysfs, `${folder}/port_name`);
  if (portName === null) return null;
  return {
    portName,
    nodeName: portNameOf(sysfs, `${folder}/node_name`),
    portState: sysfs.text(`${folder}/port_state`) ?? 'Unknown',
    devLossSec: seconds(sysfs, `${folder}/dev_loss_tmo`),
  };
}

/** Names of all remote ports, as "rport-2:0-0": targets and others. */
export function fcRemotePortNames(sysfs: Sysfs): readonly string[] {
  return sysfs.list('class/fc_remote_ports').filter((name) => fcHostOf(name) !== null);
}

/** The host of a remote port by its name, as "host2"; null for a text that is no such name. */
export function fcHostOf(rport: string): string | null {
  const host = /^rport-(\d{1,10}):\d{1,10}-\d{1,10}$/.exec(rport)?.[1];
  return host === undefined ? null : `host${host}`;
}

/** The remote port "rport-2:0-0"; null where it is gone. */
export function fcRemotePort(sysfs: Sysfs, rport: string): FcRemotePort | null {
  const folder = `class/fc_remote_ports/${rport}`;
  const portName = portNameOf(sysfs, `${folder}/port_name`);
  if (portName === null) return null;
  return {
    portName,
    nodeName: portNameOf(sysfs, `${folder}/node_name`),
    portState: sysfs.text(`${folder}/port_state`) ?? 'Unknown',
    roles: sysfs.text(`${folder}/roles`) ?? '',
    fastIoFailSec: seconds(sysfs, `${folder}/fast_io_fail_tmo`),
    devLossSec: seconds(sysfs, `${folder}/dev_loss_tmo`),
  };
}

/** A time-out, which the kernel keeps in 32 bits; null for "off" and for everything that is no such number. */
function seconds(sysfs: Sysfs, path: string): number | null {
  const value = sysfs.number(path);
  return value !== null && value <= 0xffff_ffff ? value : null;
}

/** WWPN of a host or remote port alone: one read. `kind` is "fc_host" or "fc_remote_ports". */
export function fcPortName(sysfs: Sysfs, kind: 'fc_host' | 'fc_remote_ports', name: string): string | null {
  return portNameOf(sysfs, `class/${kind}/${name}/port_name`);
}

/** A world wide name as "0x" and hex digits; ports without one read as 0 or as all ones. */
function portNameOf(sysfs: Sysfs, path: string): string | null {
  const digits = /^0x([0-9a-f]{1,16})$/i.exec(sysfs.text(path) ?? '')?.[1];
  if (digits === undefined || /^(0+|f+)$/i.test(digits)) return null;
  return digits.toLowerCase().padStart(16, '0');
}

/** An iSCSI session with its first connection (drivers/scsi/scsi_transport_iscsi.c). */
export interface IscsiSession {
  readonly targetName: string;
  readonly initiatorName: string | null;
  /** Target portal group tag. */
  readonly portalGroup: number | null;
  /** Network interface that the session is bound to; null where it takes any. */
  readonly interfaceName: string | null;
  /** Address and port of the target, as it was configured. */
  readonly portal: string | null;
  readonly state: string;
  /** Seconds after which I/O of a lost session fails. */
  readonly recoverySec: number | null;
}

/**
 * A session by its number; null where it is gone.
 * @param deviceFolder the session's folder in the device tree ("devices/.../session1"), where its connections are
 */
export function iscsiSession(sysfs: Sysfs, session: string, deviceFolder: string): IscsiSession | null {
  const folder = `class/iscsi_session/${session}`;
  const targetName = presentText(sysfs, `${folder}/targetname`);
  if (targetName === null) return null;
  const interfaceName = presentText(sysfs, `${folder}/ifacename`);
  return {
    targetName,
    initiatorName: presentText(sysfs, `${folder}/initiatorname`),
    portalGroup: sysfs.number(`${folder}/tpgt`),
    // open-iscsi calls the interface of an unbound session "default".
    interfaceName: interfaceName === 'default' ? null : interfaceName,
    portal: portalOf(sysfs, deviceFolder),
    state: sysfs.text(`${folder}/state`) ?? 'unknown',
    recoverySec: sysfs.number(`${folder}/recovery_tmo`),
  };
}

function portalOf(sysfs: Sysfs, deviceFolder: string): string | null {
  const connection = sysfs.list(deviceFolder).find((name) => /^connection\d+:\d+$/.test(name));
  if (connection === undefined) return null;
  const folder = `class/iscsi_connection/${connection}`;
  const address = presentText(sysfs, `${folder}/persistent_address`);
  if (address === null) return null;
  const host = address.includes(':') ? `[${address}]` : address;
  return `${host}:${sysfs.text(`${folder}/persistent_port`) ?? ''}`;
}

/** The kernel writes "<NULL>" for a parameter that was never set (scsi_transport_iscsi.c). */
function presentText(sysfs: Sysfs, path: string): string | null {
  const text = sysfs.text(path);
  return text === null || text === '' || text === '<NULL>' || text === '(null)' ? null : text;
}

/** SAS address of an end device ("end_device-0:0"), 16 hex digits. */
export function sasDeviceAddress(sysfs: Sysfs, endDevice: string): string | null {
  return portNameOf(sysfs, `class/sas_device/${endDevice}/sas_address`);
}

/** SAS address of a host: what the driver gives, else that of its first phy. */
export function sasHostAddress(sysfs: Sysfs, host: string): string | null {
  const own = portNameOf(sysfs, `class/scsi_host/${host}/host_sas_address`);
  return own ?? portNameOf(sysfs, `class/sas_phy/phy-${host.slice('host'.length)}:0/sas_address`);
}
