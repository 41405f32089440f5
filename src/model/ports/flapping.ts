/** Ports that come and go: one that is lost again and again is held back until it has stayed for a while. */
import type { Turn } from '../turn.js';
import type { Hold, Port } from './types.js';
import { portName } from './words.js';

/** Counts a loss, and begins a hold or begins it anew. */
export function holdAfterLoss(turn: Turn, port: Port): Pick<Port, 'losses' | 'held'> {
  const { flapping } = turn.policy.ports;
  if (flapping === null) return { losses: [], held: null };
  const recent = [...port.losses, turn.at].filter((at) => turn.at - at < flapping.withinSec * 1000);
  const losses = recent.slice(-flapping.losses);
  if (port.held !== null) return { losses, held: { since: port.held.since, until: null } };
  if (losses.length < flapping.losses) return { losses, held: null };
  turn.recordPort(
    1031,
    portName(port.facts),
    `lost ${String(losses.length)} times within ${String(flapping.withinSec)} s; it must stay for ${String(flapping.holdSec)} s`,
  );
  return { losses, held: { since: turn.at, until: null } };
}

/** From its return on the port must stay. */
export function holdAfterReturn({ at, policy }: Turn, { held }: Port): Hold | null {
  if (held === null || policy.ports.flapping === null) return null;
  return { since: held.since, until: at + policy.ports.flapping.holdSec * 1000 };
}

/** The port without its hold where that is over; undefined where none is. Losses from before do not count any more. */
export function endHold(turn: Turn, name: string): Port | undefined {
  const port = turn.ports.get(name);
  if (port?.held?.until == null || port.held.until > turn.at) return undefined;
  turn.recordPort(1032, portName(port.facts), 'its failed paths are probed now');
  return { ...port, losses: [], held: null };
}
