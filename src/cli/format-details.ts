/** What `getlun -v` adds: the facts of each logical unit and path, a labelled line each. */
import { escapeControl } from '../base/text.js';
import type { NoPathPolicy, PathState } from '../model/types.js';
import type { TimeoutView } from '../model/ports/view.js';
import type { PathView, UnitView } from '../model/view.js';
import type { Details } from './format-units.js';
import { duration, latency, size } from './quantities.js';

/** The path states in words. */
export /** A path's state in words. */
const stateText: Readonly<Record<PathState, string>> = {
  'in-use': 'In use',
  active: 'Active',
  standby: 'Standby',
  failed: 'Failed',
};

/** Details with ages counted up to `now` (milliseconds since 1970). */
export function detailsAt(now: number): Details {
  return {
    unit: (unit) => labelled('    ', unitFacts(unit, now)),
    path: (path) => labelled('       ', pathFacts(path, now)),
  };
}

/** Label and text; `null` where there is nothing to tell. */
type Fact = readonly [label: string, text: string] | null;

function labelled(indent: string, facts: readonly Fact[]): readonly string[] {
  const told = facts.filter((fact) => fact !== null);
  const width = Math.max(...told.map(([label]) => label.length));
  return told.map(([label, text]) => `${indent}${label.padEnd(width)} : ${escapeControl(text)}`);
}

function unitFacts(unit: UnitView, now: number): readonly Fact[] {
  const { map, problem } = unit;
  return [
    ['WWID', unit.wwid],
    ['Vendor', known(unit.vendor)],
    ['Product', unit.revision === '' ? known(unit.product) : `${known(unit.product)}, revision ${unit.revision}`],
    ['Serial', known(unit.serial)],
    ['Size', size(unit.sizeBytes)],
    [
      'Device',
      map === null ? `/dev/mapper/${unit.name} (no device now)` : `/dev/mapper/${unit.name} (${map.node}, ${map.devT})`,
    ],
    ['No path left', noPathText(unit.noPath)],
    ['Queueing', queueingText(unit, now)],
    reservationFact(unit, now),
    map?.suspended === true ? ['Suspended', 'yes, I/O waits'] : null,
    problem === null
      ? null
      : ['Problem', `${problem.message} (${problem.code}, since ${duration(now - problem.since)})`],
  ];
}

function reservationFact({ reservation, paths }: UnitView, now: number): Fact {
  if (reservation === null) return null;
  const { key, lostSince } = reservation;
  const registered = paths.filter((path) => path.registered === true).length;
  const standing =
    lostSince === null
      ? `registered on ${String(registered)} of ${String(paths.length)} paths`
      : `taken away ${duration(now - lostSince)} ago: all I/O fails until a key is registered again`;
  return ['Reservation key', `${key}, ${standing}`];
}

function noPathText(policy: NoPathPolicy): string {
  switch (policy.mode) {
    case 'fail':
      return 'I/O fails at once';
    case 'queue':
      return 'I/O waits until a path is back';
    case 'queue-for':
      return `I/O waits ${String(policy.seconds)} s for a path, then fails`;
  }
}

function queueingText(unit: UnitView, now: number): string {
  if (unit.pathlessSince === null) return unit.queueing ? 'yes' : 'no';
  return `${unit.queueing ? 'yes' : 'no'}, no path for ${duration(now - unit.pathlessSince)}`;
}

function pathFacts(path: PathView, now: number): readonly Fact[] {
  const { failure } = path;
  return [
    ['State', `${stateText[path.state]} for ${duration(now - path.since)}`],
    failure === null ? null : [failure.cause === 'registration' ? 'Kept out' : 'Failed by', failureText(failure, now)],
    ['Device', `/dev/${path.node} (${path.devT})`],
    ['Initiator', known(path.initiatorPort)],
    ['Target', `${known(path.targetPort)} (${path.transport})`],
    ...remotePortFacts(path, now),
    ['Port state', path.deviceState],
    ['ALUA', aluaText(path)],
    path.registered === null
      ? null
      : ['Registered', path.registered ? 'yes' : 'no, or to be verified: it carries no I/O'],
    ['Last check', checkText(path, now)],
    ['Failures', String(path.failureCount)],
  ];
}

function failureText({ cause, since, detail }: NonNullable<PathView['failure']>, now: number): string {
  return cause === 'registration'
    ? `for ${duration(now - since)}: ${detail}`
    : `${cause}, ${duration(now - since)} ago: ${detail}`;
}

function remotePortFacts({ remotePort: port }: PathView, now: number): readonly Fact[] {
  if (port === null) return [];
  const { lost, held, marginal } = port;
  const left =
    held?.until == null ? 'until it has stayed for a while' : `for ${duration(Math.max(0, held.until - now))} more`;
  return [
    ['Remote port', `${port.name}, ${port.portState}${lost === null ? '' : ` for ${duration(now - lost.since)}`}`],
    held === null ? null : ['Held back', `${left}: its remote port has been lost again and again`],
    marginal === null
      ? null
      : ['Degrades', `for ${duration(now - marginal.since)}: ${marginal.what}; used after the others`],
    ['Time-outs', `fast_io_fail_tmo ${timeoutText(port.fastIoFail)}, dev_loss_tmo ${timeoutText(port.devLoss)}`],
  ];
}

function timeoutText({ seconds, owner }: TimeoutView): string {
  return `${seconds === null ? 'off' : `${String(seconds)} s`}${owner === 'operator' ? ' (as an operator set it)' : ''}`;
}

function aluaText({ access, portGroup }: PathView): string {
  const group = portGroup === null ? '' : `, port group ${String(portGroup)}`;
  return access === null ? `none${group}` : `${access}${group}`;
}

function checkText({ lastProbe }: PathView, now: number): string {
  if (lastProbe === null) return 'none yet';
  const { verdict, outcome, at, latencyMs } = lastProbe;
  return `${verdict} (${outcome}), ${duration(now - at)} ago, took ${latency(latencyMs)}`;
}

function known(text: string): string {
  return text === '' ? '-' : text;
}
