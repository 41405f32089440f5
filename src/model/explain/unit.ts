/** Why a logical unit is as it is: its balancing, its groups, what happens without a path, and what is to come. */
import { carriesIo } from '../../base/access-state.js';
import { arrange, carriers, type ArrangedGroup } from '../arrangement.js';
import { availableCount, isAvailable } from '../availability.js';
import { excludesBalancing } from '../balance.js';
import { DEFAULT_SELECTOR, wantedMap } from '../grouping.js';
import { queueingEndsAt, queuesIo } from '../no-path.js';
import { plan } from '../plan.js';
import { isLockedOut } from '../reservations/standing.js';
import type { ModelState, Path, Pending, PendingChange, Policy, Settings, Unit } from '../types.js';
import { pathNext } from './path-next.js';
import { explainReservation } from './reservation.js';
import { ruleOf } from './rule.js';
import { seenOf } from './seen.js';
import type { Circumstances, GroupExplanation, PathExplanation, Prospect, UnitExplanation, Work } from './types.js';
import { accessWord, listed, modeWord } from './words.js';

/** @param paths those of the unit's paths to explain */
export function explainUnit(
  state: ModelState,
  unit: Unit,
  paths: readonly Path[],
  circumstances: Circumstances,
): UnitExplanation {
  const { policy, settings } = state;
  return {
    number: unit.number,
    wwid: unit.wwid,
    name: unit.map?.name ?? unit.name,
    balance: { mode: unit.balance, text: balanceText(unit, policy, settings) },
    groups: groupsOf(unit),
    cluster: { on: settings.cluster, text: clusterText(settings) },
    reservation: explainReservation(unit),
    noPath: {
      policy: policy.noPath,
      pathlessSince: unit.pathlessSince,
      endsAt: queueingEndsAt(unit, policy, settings),
      text: noPathText(unit, policy, settings),
    },
    next: unitNext(state, unit, circumstances.work(unit.wwid)),
    paths: paths.map((path) => explainPath(state, unit, path, circumstances)),
  };
}

function explainPath(state: ModelState, unit: Unit, path: Path, circumstances: Circumstances): PathExplanation {
  const { facts } = path;
  const port = state.ports.get(facts.remotePort ?? '');
  return {
    number: facts.number,
    node: facts.node,
    devT: facts.devT,
    state: path.shown,
    since: path.since,
    priority: path.priority,
    enabled: path.enabled,
    access: path.access,
    rule: ruleOf(unit, path, port),
    seen: seenOf(unit, path, port, circumstances),
    next: pathNext(unit, path, port, state.settings, circumstances.watcher),
  };
}

function balanceText(unit: Unit, policy: Policy, settings: Settings): string {
  const mode = unit.balance === 'none' ? 'not balanced' : `balanced by ${modeWord(unit.balance)}`;
  return `${mode}, ${balanceReason(unit, policy, settings)}${selectorText(unit, policy)}`;
}

function balanceReason(unit: Unit, policy: Policy, settings: Settings): string {
  if (unit.balanceChosen) return 'as an operator chose or as its map was when it was found';
  if (unit.balance !== 'none') return 'by default, because it has had more than one optimized path';
  if (excludesBalancing(settings)) return 'because cluster mode is on';
  if (policy.initial === 'manual') return 'because the configuration says "initial: manual"';
  if (!policy.selectors.includes(DEFAULT_SELECTOR)) {
    return `because the kernel has no path selector for ${modeWord(DEFAULT_SELECTOR)}`;
  }
  return 'by default, because it has never had two optimized paths at once';
}

/** What the kernel is given where it lacks what a unit wants (grouping.ts). */
function selectorText(unit: Unit, policy: Policy): string {
  if (unit.balance === 'none' || policy.selectors.includes(unit.balance)) return '';
  return `; the running kernel has no path selector for it, so ${policy.selectors.slice(0, 1).map(modeWord).join('')} is used`;
}

function groupsOf(unit: Unit): readonly GroupExplanation[] {
  const carrying = carriers(unit);
  return arrange(unit).map((group) => {
    const numbers = group.paths.map((path) => path.facts.number);
    return { role: roleOf(group, carrying), paths: numbers, text: `${groupText(unit, group)}${failedText(group)}` };
  });
}

/** Failed paths keep their place in a group that others carry. */
function failedText({ paths }: ArrangedGroup): string {
  const failed = paths.filter((path) => !isAvailable(path)).map((path) => path.facts.number);
  return failed.length === 0 || failed.length === paths.length ? '' : `; failed: ${failed.join(', ')}`;
}

function roleOf({ bypassed, paths }: ArrangedGroup, carrying: readonly Path[]): GroupExplanation['role'] {
  if (paths.some((path) => carrying.includes(path))) return 'in-use';
  if (!paths.some(isAvailable)) return 'failed';
  return bypassed ? 'last-resort' : 'next';
}

function groupText(unit: Unit, { bypassed, paths }: ArrangedGroup): string {
  if (bypassed) return listed(paths.flatMap(lastResortReasons));
  if (unit.balance === 'none')
    return `priority ${paths.map((path) => String(path.priority)).join()}${degrading(paths)}`;
  const states = [...new Set(paths.map((path) => accessWord(path.access)))];
  return `enabled, access state ${states.join(' or ')}${degrading(paths)}`;
}

function degrading(paths: readonly Path[]): string {
  return paths.some(({ marginal }) => marginal !== null) ? '; behind a remote port that degrades' : '';
}

function lastResortReasons({ enabled, access, steadyAccess }: Path): readonly string[] {
  return [
    ...(enabled ? [] : ['disabled']),
    ...(carriesIo(steadyAccess) ? [] : [`its target port (${accessWord(access)}) refuses I/O`]),
  ];
}

function clusterText({ cluster, clusterBalancing }: Settings): string {
  if (!cluster) return 'off';
  const balancing = clusterBalancing
    ? 'and balanced units are allowed, with reservations under which every registered path may do I/O'
    : 'and none is balanced';
  return `on: a unit without a path fails its I/O at once, ${balancing}`;
}

function noPathText(unit: Unit, policy: Policy, settings: Settings): string {
  if (isLockedOut(unit)) return 'I/O fails, as the reservation key of this node was taken away';
  const would = wouldText(policy, settings);
  if (unit.pathlessSince === null) {
    return `${would}; ${String(availableCount(unit))} of ${String(unit.paths.length)} paths can be used`;
  }
  if (queuesIo(unit, policy, settings)) return `no path is left and I/O waits; ${would}`;
  return unit.queueingEnded
    ? 'no path is left; the time for which I/O waits is over, and I/O fails until a path is back'
    : `no path is left and I/O fails; ${would}`;
}

function wouldText({ noPath }: Policy, { cluster }: Settings): string {
  if (cluster) return 'without a path I/O fails at once, as cluster mode is on';
  switch (noPath.mode) {
    case 'fail':
      return 'without a path I/O fails at once';
    case 'queue':
      return 'without a path I/O waits until one is back';
    case 'queue-for':
      return `without a path I/O waits ${String(noPath.seconds)} s for one, then fails`;
  }
}

function unitNext(state: ModelState, unit: Unit, work: Work): readonly Prospect[] {
  return [
    ...noPathEnd(state, unit),
    ...kernelWork(state, unit, work),
    ...unit.pending.map(pendingNext),
    ...newcomers(state, unit),
    ...absent(unit),
  ];
}

function noPathEnd({ policy, settings }: ModelState, unit: Unit): readonly Prospect[] {
  const at = queueingEndsAt(unit, policy, settings);
  return at === null ? [] : [{ code: 'no-path-end', at, text: 'the no-path time ends: I/O that waits fails' }];
}

/** Why the kernel has not what is wanted. */
function kernelWork({ policy, settings }: ModelState, unit: Unit, { running, retryAt }: Work): readonly Prospect[] {
  if (running) {
    const before = unit.problem === null ? '' : `; the attempt before: ${unit.problem.message}`;
    return [{ code: 'change-running', at: null, text: `a change of its map is being carried out now${before}` }];
  }
  if (unit.problem !== null) {
    const { code, message } = unit.problem;
    const what = code === 'APPLY_PENDING' ? 'a change of its map waits' : 'the kernel has refused a change of its map';
    return [{ code: 'change-put-off', at: retryAt, text: `${what}, and is tried again: ${message}` }];
  }
  const open = plan(wantedMap(unit, policy, settings), unit.map).length > 0;
  return open
    ? [{ code: 'change-due', at: retryAt, text: 'its map differs from what is wanted; "spscmd plan" shows how' }]
    : [];
}

const changes: Readonly<Record<PendingChange, string>> = {
  priority: 'a change of priority',
  balance: 'a change of the balancing mode',
  enablement: 'a change of enablement',
  failback: 'a failback',
};

function pendingNext({ change, path, detail }: Pending): Prospect {
  const what = `${changes[change]}${path === null ? '' : ` of path ${path}`}`;
  const particulars = detail === '' ? '' : ` (${detail})`;
  return { code: 'pending', at: null, text: `${what}${particulars} was asked for and is not done yet` };
}

function newcomers({ refused }: ModelState, unit: Unit): readonly Prospect[] {
  return [...refused.values()]
    .filter(({ facts }) => facts.wwid === unit.wwid)
    .map(({ facts, reason }) => ({
      code: 'refused-path',
      at: null,
      text: `disk "${facts.node}" (${facts.number}) is not let in: ${reason}`,
    }));
}

function absent({ remembered }: Unit): readonly Prospect[] {
  if (remembered.length === 0) return [];
  const count = `${String(remembered.length)} ${remembered.length === 1 ? 'path that was here is' : 'paths that were here are'}`;
  return [
    {
      code: 'absent-paths',
      at: null,
      text: `${count} away; a path that returns gets its priority and enablement back`,
    },
  ];
}
