/** What was seen of a path last, newest first where the time is known: the inputs that its state follows from. */
import type { EventRecord } from '../catalogue.js';
import { catalogue } from '../catalogue.js';
import { kernelMark } from '../kernel-mark.js';
import type { Port } from '../ports/types.js';
import type { Path, PathFailure, Unit } from '../types.js';
import { registrationSeen } from './reservation.js';
import type { Circumstances, Seen } from './types.js';
import { accessWord } from './words.js';

const ENABLEMENT_CHANGED = 275;
/** What tells how the path came back, by whose word. */
const WAYS_BACK: readonly number[] = [263, 273];
const failureIds: readonly number[] = [270, 271, 1005, 1040];

export function seenOf(
  unit: Unit,
  path: Path,
  port: Port | undefined,
  circumstances: Pick<Circumstances, 'records' | 'probeAskedAt'>,
): readonly Seen[] {
  const records = circumstances.records(unit.wwid, path.facts.number);
  return [
    ...openProbe(circumstances.probeAskedAt(unit.wwid, path.key)),
    probeSeen(path),
    ...failureSeen(path),
    ...suspicionSeen(path),
    ...eventsSeen(path, records),
    enablementSeen(path, records),
    accessSeen(path),
    ...registrationSeen(unit, path),
    kernelSeen(unit, path),
    ...portSeen(port),
    { kind: 'device', at: null, text: `device "${path.facts.node}" is ${path.facts.state}` },
  ];
}

function openProbe(at: number | null): readonly Seen[] {
  return at === null ? [] : [{ kind: 'probe', at, text: 'a probe was asked for and has not ended yet' }];
}

function probeSeen({ lastProbe }: Path): Seen {
  if (lastProbe === null) return { kind: 'probe', at: null, text: 'no probe has ended since the controller started' };
  const { at, verdict, outcome, latencyMs } = lastProbe;
  return { kind: 'probe', at, text: `last probe: ${verdict} (${outcome}), after ${latencyMs.toFixed(1)} ms` };
}

function failureSeen({ failure, failureCount }: Path): readonly Seen[] {
  if (failure === null) return [];
  const times = failureCount > 1 ? `, failure ${String(failureCount)} since the controller started` : '';
  return [{ kind: 'failure', at: failure.since, text: `${wordOf(failure)}: ${failure.detail}${times}` }];
}

function wordOf({ cause }: PathFailure): string {
  return cause === 'registration' ? 'kept out for its registration' : `failed by the ${cause}`;
}

function suspicionSeen({ suspicion }: Path): readonly Seen[] {
  if (suspicion === null) return [];
  return [{ kind: 'suspicion', at: suspicion.since, text: `suspected by the ${suspicion.cause}: ${suspicion.detail}` }];
}

/** The failure that lasts is told from the state; what concerns enablement has a line of its own. */
function eventsSeen({ failure }: Path, records: readonly EventRecord[]): readonly Seen[] {
  return records
    .filter(({ id }) => id !== ENABLEMENT_CHANGED)
    .filter(({ id, at }) => !(failureIds.includes(id) && at === failure?.since))
    .map(({ id, at, detail }) => ({
      kind: 'event',
      at,
      text: detail === '' ? catalogue[id].title : `${catalogue[id].title}: ${detail}`,
    }));
}

function enablementSeen({ enabled }: Path, records: readonly EventRecord[]): Seen {
  const word = enabled ? 'enabled' : 'disabled';
  const set = records.find(({ id, detail }) => id === ENABLEMENT_CHANGED && detail === word);
  if (set !== undefined) return { kind: 'enablement', at: set.at, text: `${word} by an operator` };
  const back = records.find(({ id }) => WAYS_BACK.includes(id));
  if (!enabled && back !== undefined) {
    return { kind: 'enablement', at: back.at, text: 'disabled as it came back: the failback mode was standby' };
  }
  return { kind: 'enablement', at: null, text: `${word} since before the controller started, or since its discovery` };
}

function accessSeen({ access, steadyAccess, standbyByProbe, facts }: Path): Seen {
  const group = facts.portGroup === null ? '' : `, target port group ${String(facts.portGroup)}`;
  const from = standbyByProbe ? ', as a probe was answered' : '';
  const before = access === 'transitioning' && steadyAccess !== access ? `, before it ${accessWord(steadyAccess)}` : '';
  const text =
    access === null ? `the array tells no access state${group}` : `access state ${access}${from}${before}${group}`;
  return { kind: 'access', at: null, text };
}

function portSeen(port: Port | undefined): readonly Seen[] {
  if (port === undefined) return [];
  const { facts, lostSince, held, marginal, fastIoFail, devLoss } = port;
  const fast = facts.fastIoFailSec === null ? 'off' : String(facts.fastIoFailSec);
  const theirs = [
    ...(fastIoFail.owner === 'operator' ? [`fast_io_fail_tmo ${fast}`] : []),
    ...(devLoss.owner === 'operator' ? [`dev_loss_tmo ${String(facts.devLossSec)}`] : []),
  ];
  const seen = (at: number | null, text: string): Seen => ({ kind: 'port', at, text });
  return [
    seen(lostSince, `remote port ${facts.name} is ${facts.portState}`),
    ...(held === null ? [] : [seen(held.since, `remote port ${facts.name} is held back: it was lost again and again`)]),
    ...(marginal === null ? [] : [seen(marginal.since, `remote port ${facts.name} degrades: ${marginal.what}`)]),
    ...(theirs.length === 0
      ? []
      : [seen(null, `remote port ${facts.name} has ${theirs.join(' and ')} of an operator, left as set`)]),
  ];
}

function kernelSeen({ map }: Unit, { facts }: Path): Seen {
  const mark = kernelMark(map, facts.devT);
  if (mark === undefined) {
    return {
      kind: 'kernel',
      at: null,
      text: map === null ? 'the kernel has no map yet' : "it is not in the kernel's table",
    };
  }
  const state = mark.failed ? 'failed' : 'active';
  return {
    kind: 'kernel',
    at: null,
    text: `the kernel has it ${state}, fail count ${String(mark.failCount)} since its table was loaded`,
  };
}
