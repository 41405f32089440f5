/** Ports that degrade: there, and reported as losing frames. Their paths are used after the others. */
import type { FabricNotice, RemotePort } from '../../discovery/remote-port.js';
import type { Turn } from '../turn.js';
import type { Port, PortMark } from './types.js';
import { portName } from './words.js';

/** What the fabric says: of one port, or of all behind a host. */
export function takeNotice(turn: Turn, { kind, host, targetPort, what }: FabricNotice): void {
  for (const port of turn.ports.values()) {
    const { facts } = port;
    if (facts.host !== host || (targetPort !== null && targetPort !== facts.targetPort)) continue;
    // The kernel's own word goes further than the all-clear: it ends when the kernel says so.
    const mark = kind === 'degraded' ? begun(turn, port, what) : facts.state === 'marginal' ? port.marginal : null;
    const marked = { ...port, marginal: ended(turn, port, mark, what) };
    turn.putPort(marked);
    markPaths(turn, port, marked);
  }
}

/** The mark of a port whose facts are these now. It ends by the kernel's word, and with a loss that is over. */
export function markAfter(turn: Turn, before: Port, facts: RemotePort): PortMark | null {
  if (facts.state === 'marginal') return begun(turn, before, `the kernel has it as ${facts.portState}`);
  const isOver = facts.state === 'online' && (before.facts.state === 'marginal' || before.lostSince !== null);
  return isOver ? ended(turn, before, null, `it is ${facts.portState}`) : before.marginal;
}

/** Gives the paths behind the port its mark, where that has changed. */
export function markPaths(turn: Turn, before: Port | undefined, { facts, marginal }: Port): void {
  if ((before?.marginal ?? null) === marginal) return;
  for (const unit of turn.units.values()) {
    if (!unit.paths.some((path) => path.facts.remotePort === facts.name)) continue;
    const paths = unit.paths.map((path) => (path.facts.remotePort === facts.name ? { ...path, marginal } : path));
    turn.put({ ...unit, paths });
  }
}

function begun(turn: Turn, { facts, marginal }: Port, what: string): PortMark {
  if (marginal !== null) return marginal;
  turn.recordPort(1033, portName(facts), what);
  return { since: turn.at, what };
}

function ended(turn: Turn, { facts, marginal }: Port, mark: PortMark | null, what: string): PortMark | null {
  if (marginal !== null && mark === null) turn.recordPort(1034, portName(facts), what);
  return mark;
}
