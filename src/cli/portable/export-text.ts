/** An export as a file for people: every setting, with what helps to recognise it in comments. */
import { escapeControl } from '../../base/text.js';
import type { ExportedUnit, ExportView } from '../../model/portable.js';
import type { UnitView } from '../../model/view.js';
import { size } from '../quantities.js';

const HEAD = [
  '# Settings of Storage PathManager, written by "spscmd export". "spscmd import FILE" shows what they would change;',
  '# what is left out of a file stays as it is. The last line says that the file has not been cut short.',
];

/**
 * The text, in an order that depends on the settings alone.
 * @param live what is here now: tells disks and path numbers; units and paths that are not in it are marked "away"
 */
export function exportText(view: ExportView, live: readonly UnitView[]): string {
  const { failback, cluster, clusterBalancing, watcher } = view;
  const here = new Map(live.map((unit) => [unit.wwid, unit]));
  const units = Object.entries(view.units).flatMap(([wwid, unit]) => unitLines(wwid, unit, here.get(wwid)));
  const lines = [
    ...HEAD,
    'version: 1',
    `failback: ${failback} # active or standby`,
    `cluster: ${String(cluster)}`,
    `clusterBalancing: ${String(clusterBalancing)} # in cluster mode: balanced units are allowed`,
    'watcher:',
    ...Object.entries(watcher).map(([name, value]) => `  ${name}: ${String(value)}`),
    units.length === 0 ? 'units: {}' : 'units:',
    ...units,
    '...',
  ];
  return `${lines.join('\n')}\n`;
}

function unitLines(wwid: string, unit: ExportedUnit, live: UnitView | undefined): readonly string[] {
  const numbers = new Map(live?.paths.map(({ key, number }) => [key, number]));
  const paths = Object.entries(unit.paths).map(
    ([key, { priority, enabled }]) =>
      `      ${quoted(key)}: { priority: ${String(priority)}, enabled: ${String(enabled)} } # ${comment(numbers.get(key))}`,
  );
  return [
    `  # LogicalUnit #${String(unit.number)} ${unit.name}: ${comment(live && description(live))}`,
    `  ${quoted(wwid)}:`,
    `    number: ${String(unit.number)}`,
    `    name: ${quoted(unit.name)}`,
    `    balance: ${unit.balance}`,
    paths.length === 0 ? '    paths: {}' : '    paths:',
    ...paths,
  ];
}

function description({ vendor, product, serial, sizeBytes }: UnitView): string {
  const disk = [vendor, product].filter((word) => word !== '').join(' ');
  return [disk, serial === '' ? '' : `serial ${serial}`, size(sizeBytes)].filter((part) => part !== '').join(', ');
}

/** What a device calls itself must not end the comment. */
function comment(text: string | undefined): string {
  return text === undefined ? 'away' : escapeControl(text);
}

/** A JSON string is a YAML string, and no word, number or mark in it means anything else. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
