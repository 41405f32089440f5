/** What a remote port is to us, by what sysfs says of it. Pure. */

import { escapeControl } from '../base/text.js';
import type { FcHost, FcRemotePort } from '../sysfs/transport.js';
import type { RemotePort } from './remote-port.js';

/** True where the port has logged in for something: a role is given to it after its login, and taken when it is given up. */
export function hasRole({ roles }: FcRemotePort): boolean {
  return roles !== '' && roles !== 'unknown';
}

/** True where the kernel has given the port up and removed its disks (fc_timeout_deleted_rport). */
export function isDropped({ portState }: FcRemotePort): boolean {
  return portState === 'Not Present' || portState === 'Deleted';
}

/**
 * The port, or null where it is no FCP target. One without a role stays what it was, and carries no I/O: its disks are
 * unblocked when it gets the role (drivers/scsi/scsi_transport_fc.c, fc_remote_port_rolechg).
 */
export function remotePortOf(
  name: string,
  remote: FcRemotePort,
  host: { readonly name: string; readonly facts: FcHost | null },
  wasTarget: boolean,
): RemotePort | null {
  const isTarget = remote.roles.split(', ').includes('FCP Target');
  if (!isTarget && (hasRole(remote) || !wasTarget)) return null;
  return {
    name,
    host: host.name,
    initiatorPort: host.facts?.portName ?? host.name,
    targetPort: remote.portName,
    state: isTarget ? stateOf(remote.portState) : 'lost',
    portState: escapeControl(remote.portState),
    fastIoFailSec: remote.fastIoFailSec,
    devLossSec: remote.devLossSec,
    hostDevLossSec: host.facts?.devLossSec ?? null,
  };
}

function stateOf(portState: string): RemotePort['state'] {
  if (portState === 'Online') return 'online';
  return portState === 'Marginal' ? 'marginal' : 'lost';
}
