/**
 * Remote ports that come, go and come back. One input concerns every path behind the port: all of them fail in one step, and
 * are probed in one step. A loss is acted on at once; a return only makes us look.
 */
import type { RemotePort } from '../../discovery/remote-port.js';
import type { Turn } from '../turn.js';
import { askDue, asking } from './asking.js';
import { endHold, holdAfterLoss, holdAfterReturn } from './flapping.js';
import { markAfter, markPaths } from './marginal.js';
import { failBehind, probeBehind } from './paths.js';
import { atFirstSight, observed } from './timeouts.js';
import type { Port } from './types.js';
import { portName } from './words.js';

/** What an input says of a port besides its facts. */
export interface Turned {
  readonly name: string;
  readonly isBack: boolean;
}

/** A port is new, or has changed. */
export function takePort(turn: Turn, facts: RemotePort): void {
  follow(turn, [note(turn, facts)]);
}

/** Every port there is, as part of the whole truth: before the paths behind them. `follow` comes after these. */
export function notePorts(turn: Turn, listed: readonly RemotePort[]): readonly Turned[] {
  const names = new Set(listed.map(({ name }) => name));
  for (const name of [...turn.ports.keys()].filter((each) => !names.has(each))) removePort(turn, name);
  return listed.map((facts) => {
    // What was written and not seen since may have been refused.
    turn.rewritten.add(facts.name);
    return note(turn, facts);
  });
}

/** Does what follows for the paths. Those behind a lost port fail also where that is no news: they may have come since. */
export function follow(turn: Turn, turned: readonly Turned[]): void {
  failBehind(
    turn,
    turned.map(({ name }) => name),
  );
  for (const { name, isBack } of turned) if (isBack) probeBehind(turn, name);
}

/** A port is no more. Its disks go with it, and are told one by one. */
export function removePort(turn: Turn, name: string): void {
  const port = turn.ports.get(name);
  if (port === undefined) return;
  if (port.lostSince === null) {
    turn.putPort(lost(turn, port, { ...port.facts, state: 'lost', portState: 'removed' }));
    failBehind(turn, [name]);
  }
  markPaths(turn, port, { ...port, marginal: null });
  turn.forgetPort(name);
}

/** Which ports carry disks that are no paths; nothing where that is known. */
export function takeShared(turn: Turn, names: readonly string[]): void {
  const { sharedPorts } = turn;
  if (names.length === sharedPorts.size && names.every((name) => sharedPorts.has(name))) return;
  turn.sharedPorts = new Set(names);
}

/** What was put off until now: probes that are asked again, holds that end. */
export function takeTime(turn: Turn): void {
  for (const name of turn.ports.keys()) {
    const ended = endHold(turn, name);
    if (ended !== undefined) {
      turn.putPort({ ...ended, asking: asking(turn) });
      probeBehind(turn, name);
    }
    askDue(turn, name);
  }
}

function note(turn: Turn, facts: RemotePort): Turned {
  const known = turn.ports.get(facts.name);
  const before = known !== undefined && isSame(known.facts, facts) ? known : fresh(turn, facts);
  const isLost = facts.state === 'lost';
  const isBack = before.lostSince !== null && !isLost;
  const moved = moveOf(turn, before, facts, isLost, isBack);
  if (moved !== known) turn.putPort(moved);
  markPaths(turn, known, moved);
  return { name: facts.name, isBack };
}

function moveOf(turn: Turn, before: Port, facts: RemotePort, isLost: boolean, isBack: boolean): Port {
  if (isLost && before.lostSince === null) return lost(turn, before, facts);
  if (isBack) return back(turn, before, facts);
  return JSON.stringify(before.facts) === JSON.stringify(facts) ? before : changed(turn, before, facts);
}

function lost(turn: Turn, before: Port, facts: RemotePort): Port {
  turn.recordPort(1029, portName(facts), facts.portState);
  const port = changed(turn, before, facts);
  return { ...port, lostSince: turn.at, asking: null, ...holdAfterLoss(turn, port) };
}

function back(turn: Turn, before: Port, facts: RemotePort): Port {
  turn.recordPort(1030, portName(facts), facts.portState);
  // The kernel takes no time-outs for a port that is away.
  turn.rewritten.add(facts.name);
  const port = changed(turn, before, facts);
  return { ...port, lostSince: null, asking: asking(turn), held: holdAfterReturn(turn, port) };
}

/** The port with other facts. */
function changed(turn: Turn, before: Port, facts: RemotePort): Port {
  return { ...before, facts, marginal: markAfter(turn, before, facts), ...observed(before, facts) };
}

function fresh(turn: Turn, facts: RemotePort): Port {
  const port: Port = {
    facts,
    lostSince: null,
    losses: [],
    held: null,
    marginal: null,
    asking: null,
    ...atFirstSight(turn, facts),
  };
  return { ...port, marginal: markAfter(turn, port, facts) };
}

/** False where the name has gone to another port. */
function isSame(a: RemotePort, b: RemotePort): boolean {
  return a.initiatorPort === b.initiatorPort && a.targetPort === b.targetPort;
}
