/** Remote ports as people are told of them. */
import type { RemotePort } from '../../discovery/remote-port.js';

/** "remote port rport-2:0-0 (50000972c0a1b2c3 by host2)": the name is the kernel's, the WWPN the array's. */
export function portName({ name, targetPort, host }: Pick<RemotePort, 'name' | 'targetPort' | 'host'>): string {
  return `remote port ${name} (${targetPort} by ${host})`;
}
