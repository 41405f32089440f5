/** The text of explain: what was named, why it is as it is, what was seen of it, what comes next. */
import { escapeControl } from '../base/text.js';
import type {
  DiskExplanation,
  ExplanationView,
  GroupExplanation,
  PathExplanation,
  Prospect,
  Seen,
  UnitExplanation,
} from '../model/explain/types.js';
import { stateText } from './format-details.js';
import { symbols } from './format-units.js';
import { labelledParagraphs, type LabelledTexts } from './paragraph.js';
import { duration } from './quantities.js';

/** Ages and waits count from the moment of the view. */
export function formatExplanation({ at, asked, units, disks }: ExplanationView): string {
  const blocks = [
    ...units.flatMap((unit) => [
      ...(asked === 'units' ? [unitBlock(unit, at)] : []),
      ...unit.paths.map((path) => pathBlock(unit, path, at, asked === 'paths' ? unit.next : [])),
    ]),
    ...disks.map(diskBlock),
  ];
  return blocks.map((lines) => lines.join('\n')).join('\n\n');
}

const roleText: Readonly<Record<GroupExplanation['role'], string>> = {
  'in-use': 'in use',
  next: 'next',
  'last-resort': 'last resort',
  failed: 'failed',
};

function unitBlock(unit: UnitExplanation, now: number): readonly string[] {
  return [
    title(`${nameOf(unit)}, WWID ${unit.wwid}`),
    ...labelledParagraphs('  ', [
      ['Balancing', [unit.balance.text]],
      ['Groups', groupTexts(unit)],
      ['Cluster', [unit.cluster.text]],
      ...reservationRow(unit),
      ['No path', [unit.noPath.text]],
      ['Next', unit.next.map((each) => prospectText(each, now))],
    ]),
  ];
}

function reservationRow({ reservation }: UnitExplanation): readonly LabelledTexts[] {
  return reservation === null ? [] : [['Reservation', [reservation.text]]];
}

function groupTexts({ groups }: UnitExplanation): readonly string[] {
  if (groups.length === 0) return ['none: no path is there'];
  return groups.map(({ role, paths, text }) => `${roleText[role]}: ${paths.join(', ')} (${text})`);
}

function pathBlock(
  unit: UnitExplanation,
  path: PathExplanation,
  now: number,
  ofUnit: readonly Prospect[],
): readonly string[] {
  const { state, number, node, devT, priority, since } = path;
  const place = `${symbols[state]} Path ${number} (${node}, ${devT}) of ${nameOf(unit)}`;
  return [
    title(`${place}, priority ${String(priority)}: ${stateText[state]} for ${duration(now - since)}`),
    ...labelledParagraphs('  ', [
      ['Why', [path.rule.text]],
      ['Seen', path.seen.map((each) => seenText(each, now))],
      ['Next', path.next.map((each) => prospectText(each, now))],
      ['Unit', ofUnit.map((each) => prospectText(each, now))],
    ]),
  ];
}

function diskBlock({ number, node, devT, wwid, text }: DiskExplanation): readonly string[] {
  return [
    title(`Disk ${node} (${number}, ${devT}), WWID ${wwid}, is no path`),
    ...labelledParagraphs('  ', [['Why', [text]]]),
  ];
}

function nameOf({ number, name }: UnitExplanation): string {
  return `LogicalUnit #${String(number)} "${name}"`;
}

const title = escapeControl;

function seenText({ at, text }: Seen, now: number): string {
  return at === null ? text : `${text}, ${duration(now - at)} ago`;
}

function prospectText({ at, text }: Prospect, now: number): string {
  if (at === null) return text;
  return at > now ? `in ${duration(at - now)}: ${text}` : `now: ${text}`;
}
