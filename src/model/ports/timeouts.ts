/**
 * The time-outs of remote ports: what they should be, whose they are, and what is to be written.
 *
 * Facts of the kernel it rests on (drivers/scsi/scsi_transport_fc.c):
 * - fast_io_fail_tmo: the seconds after which I/O to a lost port fails; at 0 it fails at once. "off" waits for dev_loss_tmo;
 * - dev_loss_tmo: the seconds after which a lost port is removed with its disks. Without fast_io_fail_tmo it is 600 at most;
 * - fast_io_fail_tmo must be shorter than dev_loss_tmo, and is 600 at most;
 * - neither is taken while the port is lost.
 */
import type { RemotePort } from '../../discovery/remote-port.js';
import type { Turn } from '../turn.js';
import type { ModelState, NoPathPolicy, Settings } from '../types.js';
import { portUses, type PortUse } from './uses.js';
import type { Port, PortPolicy, PortTimeoutsEffect, SavedPort, Timeout } from './types.js';
import { portName } from './words.js';

/** fast_io_fail_tmo of a port that carries the last way to some logical unit: long enough for a link that only blinks. */
export const PATIENT_SEC = 5;
/** How much longer than the no-path time dev_loss_tmo is: a port may be lost well before the last path is. */
const DEV_LOSS_MARGIN_SEC = 30;
const DEV_LOSS_MAX_SEC = 2_147_483_647;
/** SCSI_DEVICE_BLOCK_MAX_TIMEOUT */
const BLOCK_MAX_SEC = 600;
/** Values of ours that are kept of a port. */
const SAVED_VALUES = 8;

type Value = number | null;

/** Whose the time-outs of a new port are: a value is ours if we wrote it, if the kernel set it, or if the configuration says. */
export function atFirstSight(turn: Turn, facts: RemotePort): Pick<Port, 'fastIoFail' | 'devLoss'> {
  const { fastIoFail, devLoss } = turn.policy.ports;
  const saved = turn.savedPorts.get(portId(facts));
  const isOurs = (value: Value, values: readonly number[] = []): boolean => value === null || values.includes(value);
  const fastIsOurs = fastIoFail !== 'adaptive' || isOurs(facts.fastIoFailSec, saved?.fastIoFailSec);
  const lossIsOurs =
    devLoss !== 'auto' || facts.devLossSec === facts.hostDevLossSec || isOurs(facts.devLossSec, saved?.devLossSec);
  const timeout = (ours: boolean): Timeout => ({ owner: ours ? 'ours' : 'operator', wrote: null, told: false });
  return { fastIoFail: timeout(fastIsOurs), devLoss: timeout(lossIsOurs) };
}

/** Whose they are after the kernel has told them anew. */
export function observed(before: Port, facts: RemotePort): Pick<Port, 'fastIoFail' | 'devLoss'> {
  return {
    fastIoFail: afterSight(before.fastIoFail, before.facts.fastIoFailSec, facts.fastIoFailSec),
    devLoss: afterSight(before.devLoss, before.facts.devLossSec, facts.devLossSec),
  };
}

function afterSight(timeout: Timeout, before: Value, now: Value): Timeout {
  const { owner, wrote } = timeout;
  if (owner === 'operator') return timeout;
  const theirs: Timeout = { owner: 'operator', wrote: null, told: false };
  if (wrote === null) return now === before ? timeout : theirs;
  if (now === wrote.value) return wrote.over.length === 0 ? timeout : { ...timeout, wrote: { ...wrote, over: [] } };
  // A write is under way: what it was written over is no word of anybody's.
  return wrote.over.includes(now) ? timeout : theirs;
}

/** By which world wide names a port is known again after a restart. */
export function portId({ initiatorPort, targetPort }: Pick<RemotePort, 'initiatorPort' | 'targetPort'>): string {
  return `${initiatorPort}|${targetPort}`;
}

/** What is to be written after this step; notes it, and what has become an operator's. */
export function settleTimeouts(turn: Turn): readonly PortTimeoutsEffect[] {
  const effects: PortTimeoutsEffect[] = [];
  for (const [name, use] of portUses(turn)) {
    const known = turn.ports.get(name);
    if (known === undefined) continue;
    const port = leftToOperators(turn, known);
    const effect = port.lostSince === null ? write(turn, port, use) : null;
    if (effect !== null) effects.push(effect);
  }
  return effects;
}

/**
 * What is to be written when nobody watches any more: the patient value, because the last way of a logical unit may be lost
 * without anybody knowing.
 */
export function portsAtRest(state: ModelState): readonly PortTimeoutsEffect[] {
  if (state.policy.ports.fastIoFail !== 'adaptive') return [];
  return [...state.ports.values()].flatMap(({ facts, lostSince, fastIoFail: { owner, wrote } }) => {
    const value = shorter(PATIENT_SEC, facts.devLossSec ?? Infinity);
    const isTouched = owner === 'ours' && wrote !== null && lostSince === null;
    return isTouched && wrote.value !== value
      ? [{ kind: 'set-port-timeouts', port: facts.name, fastIoFailSec: value } as const]
      : [];
  });
}

function write(turn: Turn, port: Port, use: PortUse): PortTimeoutsEffect | null {
  const { facts } = port;
  const again = turn.rewritten.has(facts.name);
  const loss = due(port.devLoss, facts.devLossSec, wantedLoss(turn, port), again);
  const fast = due(
    port.fastIoFail,
    facts.fastIoFailSec,
    wantedFast(turn.policy.ports, use, Math.min(facts.devLossSec ?? Infinity, loss ?? Infinity)),
    again,
  );
  if (fast === undefined && loss === undefined) return null;
  turn.putPort({
    ...port,
    fastIoFail: fast === undefined ? port.fastIoFail : writing(port.fastIoFail, facts.fastIoFailSec, fast),
    devLoss: loss === undefined ? port.devLoss : writing(port.devLoss, facts.devLossSec, loss),
  });
  save(turn, facts, fast, loss);
  return {
    kind: 'set-port-timeouts',
    port: facts.name,
    ...(fast === undefined ? {} : { fastIoFailSec: fast }),
    ...(loss === undefined ? {} : { devLossSec: loss }),
  };
}

/** What to write; undefined where nothing. */
function due<Wanted extends Value>(
  { owner, wrote }: Timeout,
  present: Value,
  wanted: Wanted | undefined,
  again: boolean,
): Wanted | undefined {
  if (wanted === undefined || owner === 'operator') return undefined;
  const isUnseen = wrote !== null && wrote.over.length > 0;
  return wanted !== (wrote === null ? present : wrote.value) || (again && isUnseen) ? wanted : undefined;
}

function writing(timeout: Timeout, present: Value, value: Value): Timeout {
  const over = new Set([present, ...(timeout.wrote === null ? [] : [timeout.wrote.value, ...timeout.wrote.over])]);
  over.delete(value);
  return { ...timeout, wrote: { value, over: [...over] } };
}

/** @param devLossSec the shorter one of the dev_loss_tmo that the kernel has and the one that it is to have */
function wantedFast({ fastIoFail }: PortPolicy, { isLastWay }: PortUse, devLossSec: number): Value {
  if (fastIoFail === 'off') return null;
  if (fastIoFail === 'adaptive') return isLastWay ? shorter(PATIENT_SEC, devLossSec) : 0;
  return shorter(fastIoFail, devLossSec);
}

function shorter(seconds: number, devLossSec: number): number {
  return Math.max(0, Math.min(seconds, devLossSec - 1));
}

/** Undefined where it is left as it is. */
function wantedLoss(turn: Turn, port: Port): number | undefined {
  const { devLossSec, fastIoFailSec } = port.facts;
  const { devLoss, fastIoFail: policy } = turn.policy.ports;
  if (devLossSec === null || devLoss === 'keep') return undefined;
  const least = devLoss === 'auto' ? (port.devLoss.wrote?.value ?? devLossSec) : 1;
  const needed = devLoss === 'auto' ? Math.max(least, neededLoss(turn.policy.noPath, turn.settings)) : devLoss;
  const ours = policy === 'off' ? null : 0;
  const fast = port.fastIoFail.owner === 'operator' ? fastIoFailSec : ours;
  if (fast !== null) return Math.max(needed, fast + 1);
  // What the kernel has it may keep; a longer one that was written and not seen it would refuse now.
  return Math.min(needed, Math.max(BLOCK_MAX_SEC, devLoss === 'auto' ? devLossSec : 1));
}

/** So long disks must stay, for I/O that waits for them. */
function neededLoss(noPath: NoPathPolicy, { cluster }: Settings): number {
  if (cluster || noPath.mode === 'fail') return 0;
  return noPath.mode === 'queue' ? DEV_LOSS_MAX_SEC : noPath.seconds + DEV_LOSS_MARGIN_SEC;
}

/** Keeps values before they are written: whoever starts after us must not take them for an operator's. */
function save(turn: Turn, { initiatorPort, targetPort }: RemotePort, fast?: Value, loss?: number): void {
  const id = portId({ initiatorPort, targetPort });
  const before = turn.savedPorts.get(id) ?? { initiatorPort, targetPort, fastIoFailSec: [], devLossSec: [] };
  const adaptive = turn.policy.ports.fastIoFail === 'adaptive' ? [0, PATIENT_SEC] : [];
  keep(turn, {
    ...before,
    fastIoFailSec: fast == null ? before.fastIoFailSec : joined(before.fastIoFailSec, [...adaptive, fast]),
    devLossSec: loss === undefined ? before.devLossSec : joined(before.devLossSec, [loss]),
  });
}

function joined(values: readonly number[], more: readonly number[]): readonly number[] {
  return [...new Set([...values, ...more])].slice(-SAVED_VALUES);
}

/** A value of an operator's is no value of ours after a restart either. */
function leftToOperators(turn: Turn, port: Port): Port {
  const { facts, fastIoFail, devLoss } = port;
  const news = [
    ...(isNews(fastIoFail)
      ? [`fast_io_fail_tmo ${facts.fastIoFailSec === null ? 'off' : String(facts.fastIoFailSec)}`]
      : []),
    ...(isNews(devLoss) ? [`dev_loss_tmo ${String(facts.devLossSec)}`] : []),
  ];
  if (news.length === 0) return port;
  turn.recordPort(1035, portName(facts), news.join(', '));
  const told: Port = { ...port, fastIoFail: { ...fastIoFail, told: true }, devLoss: { ...devLoss, told: true } };
  turn.putPort(told);
  const saved = turn.savedPorts.get(portId(facts));
  if (saved === undefined) return told;
  keep(turn, {
    ...saved,
    fastIoFailSec: fastIoFail.owner === 'operator' ? [] : saved.fastIoFailSec,
    devLossSec: devLoss.owner === 'operator' ? [] : saved.devLossSec,
  });
  return told;
}

function isNews({ owner, told }: Timeout): boolean {
  return owner === 'operator' && !told;
}

function keep(turn: Turn, saved: SavedPort): void {
  const id = portId(saved);
  if (JSON.stringify(turn.savedPorts.get(id)) === JSON.stringify(saved)) return;
  turn.savedPorts = new Map(turn.savedPorts).set(id, saved);
}
