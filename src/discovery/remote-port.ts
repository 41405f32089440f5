/** What discovery knows of Fibre Channel ports at the other end. Types only. */

/** One remote port that is an FCP target: what every path through one port of this machine to one port of an array shares. */
export interface RemotePort {
  /** The kernel's name, as "rport-2:0-0"; another one after a reboot. PathFacts name it too. */
  readonly name: string;
  /** As "host2". */
  readonly host: string;
  /** World wide port names, as in PathFacts. */
  readonly initiatorPort: string;
  readonly targetPort: string;
  /** `marginal`: there, and reported as degrading. `lost`: everything else, as Blocked or Not Present. */
  readonly state: 'online' | 'marginal' | 'lost';
  /** The kernel's own word for it, for people. */
  readonly portState: string;
  /** Seconds after which I/O to an absent port fails; null where that is off or cannot be read. */
  readonly fastIoFailSec: number | null;
  /** Seconds after which an absent port is removed; null where it cannot be read. */
  readonly devLossSec: number | null;
  /** The host's dev_loss_tmo, which a new remote port starts with; null where it has none. */
  readonly hostDevLossSec: number | null;
}

/** What the fabric says of a port or of a whole host, and neither loses nor brings it. */
export interface FabricNotice {
  readonly kind: 'degraded' | 'clear';
  /** As "host2": of this machine's port. */
  readonly host: string;
  /** World wide port name of the remote port concerned; null: all behind the host. */
  readonly targetPort: string | null;
  /** One line for people, as "FPIN link integrity: loss of signal". */
  readonly what: string;
}
