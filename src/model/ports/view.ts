/** A remote port as the API shows it with each path behind it. */
import type { Port, PortMark, Timeout } from './types.js';

export interface TimeoutView {
  /** Seconds; null is "off". */
  readonly seconds: number | null;
  /** An operator's is left as it is. */
  readonly owner: Timeout['owner'];
}

export interface PortView {
  /** "rport-2:0-0" */
  readonly name: string;
  /** The kernel's word, as "Online". */
  readonly portState: string;
  readonly lost: { readonly since: number } | null;
  /** Its failed paths are not put back before `until`, which is null while the port is lost. */
  readonly held: { readonly since: number; readonly until: number | null } | null;
  readonly marginal: PortMark | null;
  readonly fastIoFail: TimeoutView;
  readonly devLoss: TimeoutView;
}

/** Null where no port is known. */
export function portView(port: Port | undefined): PortView | null {
  if (port === undefined) return null;
  const { facts, lostSince, held, marginal, fastIoFail, devLoss } = port;
  return {
    name: facts.name,
    portState: facts.portState,
    lost: lostSince === null ? null : { since: lostSince },
    held,
    marginal,
    fastIoFail: { seconds: facts.fastIoFailSec, owner: fastIoFail.owner },
    devLoss: { seconds: facts.devLossSec, owner: devLoss.owner },
  };
}
