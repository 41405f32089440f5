/** What notifications of the fabric say of our remote ports. */

import type { FpinDescriptor } from '../netlink/fpin.js';
import type { FabricNotice, RemotePort } from './remote-port.js';

/**
 * Names the ports that a notification is about. The fabric gives an all-clear for congestion only: a link that degraded
 * is taken for mended when it was down and is up again, ours (`linkUp`) or the other one (`portBack`).
 */
export class FabricNotices {
  readonly #ports: () => readonly RemotePort[];
  readonly #tell: (notice: FabricNotice) => void;
  /** Ports at the other end that were told as degraded, by host and name. */
  readonly #degraded = new Set<string>();

  constructor(ports: () => readonly RemotePort[], tell: (notice: FabricNotice) => void) {
    this.#ports = ports;
    this.#tell = tell;
  }

  /** A notification that came to a host. Ports of switches and of others are none of ours, and nothing is told of them. */
  received(host: string, descriptors: readonly FpinDescriptor[]): void {
    const ports = this.#ports().filter((port) => port.host === host);
    if (ports.length === 0) return;
    for (const descriptor of descriptors) {
      const kind = descriptor.clear ? 'clear' : 'degraded';
      const what = `FPIN ${descriptor.kind.replace('-', ' ')}: ${descriptor.what}`;
      for (const targetPort of concerned(descriptor, ports)) this.#note({ kind, host, targetPort, what });
    }
  }

  /** The host's own link is up again: what degraded before is to prove itself anew. */
  linkUp(host: string): void {
    this.#note({ kind: 'clear', host, targetPort: null, what: 'the link is up again' });
  }

  /** The port was away, and its link is another one now. */
  portBack({ host, targetPort }: RemotePort): void {
    if (!this.#degraded.has(`${host} ${targetPort}`)) return;
    this.#note({ kind: 'clear', host, targetPort, what: 'the port is back' });
  }

  #note(notice: FabricNotice): void {
    const { kind, host, targetPort } = notice;
    if (kind === 'degraded' && targetPort !== null) this.#degraded.add(`${host} ${targetPort}`);
    if (kind === 'clear') {
      for (const known of [...this.#degraded]) {
        if (targetPort === null ? known.startsWith(`${host} `) : known === `${host} ${targetPort}`) {
          this.#degraded.delete(known);
        }
      }
    }
    this.#tell(notice);
  }
}

/** Names of the remote ports concerned; null for all behind the host. */
function concerned({ attachedPort, ports: reached }: FpinDescriptor, ports: readonly RemotePort[]): (string | null)[] {
  const names = new Set(attachedPort === null ? [] : [attachedPort, ...reached]);
  const isOurs = ports.some(({ initiatorPort }) => names.has(initiatorPort));
  if (attachedPort === null || isOurs) return [null];
  return ports.map(({ targetPort }) => targetPort).filter((name) => names.has(name));
}
