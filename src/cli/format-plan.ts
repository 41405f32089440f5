/** The text of plan: what would change in the kernel for each logical unit, and why it has not been done. */
import { escapeControl } from '../base/text.js';
import { modeWord } from '../model/explain/words.js';
import type { OperationView, PlanResultView, PlanView, TableView, UnitPlanView, Waiting } from '../model/plan-view.js';
import { labelledParagraphs, type LabelledTexts } from './paragraph.js';
import { duration, size } from './quantities.js';

export function formatPlan({ at, compared, units }: PlanView): string {
  if (units.length === 0) {
    const which = compared === 1 ? 'the one logical unit' : `all ${String(compared)} logical units`;
    return compared === 0
      ? 'Nothing to do: no logical unit is known'
      : `Nothing to do: the kernel has what is wanted of ${which}`;
  }
  return units
    .map((unit) => {
      const rows: LabelledTexts[] = [
        ...workRows('To do', 'Table now', unit.operations),
        ['Waits', [waitText(unit.waits, at)]],
      ];
      return [nameOf(unit), ...labelledParagraphs('  ', rows)].join('\n');
    })
    .join('\n\n');
}

export function formatPlanResult({ at, units }: PlanResultView): string {
  if (units.length === 0) return 'Nothing to do: the kernel has what is wanted';
  return units
    .map(({ done, waits, operations, ...unit }) => {
      const rows: LabelledTexts[] = [
        ...(done ? workRows('Done', 'Old table', operations) : workRows('Left', 'Table now', operations)),
        ['Waits', waits === null ? [] : [waitText(waits, at)]],
      ];
      return [`${nameOf(unit)}: ${done ? 'done' : 'not done'}`, ...labelledParagraphs('  ', rows)].join('\n');
    })
    .join('\n\n');
}

function nameOf({ number, name }: Pick<UnitPlanView, 'number' | 'name'>): string {
  return escapeControl(`LogicalUnit #${String(number)} "${name}"`);
}

/** The steps in their order, and the tables where one is loaded. */
function workRows(label: string, present: string, operations: readonly OperationView[]): readonly LabelledTexts[] {
  const tables = (which: 'before' | 'after'): readonly string[] =>
    operations.flatMap(({ [which]: table }) => (table === null ? [] : [tableText(table)]));
  return [
    [label, operations.map(({ text }, index) => `${String(index + 1)}. ${text}`)],
    [present, tables('before')],
    ['New table', tables('after')],
  ];
}

function tableText({ sizeBytes, queueIfNoPath, groups }: TableView): string {
  const listed = groups.map(({ selector, bypassed, paths }) => {
    return `[${modeWord(selector)}${bypassed ? ', last resort' : ''}: ${paths.join(', ')}]`;
  });
  const withoutPath = queueIfNoPath ? 'I/O waits without a path' : 'I/O fails without a path';
  return `${listed.length === 0 ? 'no path' : listed.join(' ')}; ${size(sizeBytes)}; ${withoutPath}`;
}

function waitText({ at, text }: Waiting, now: number): string {
  return at === null ? text : `${text}; it is tried again ${at > now ? `in ${duration(at - now)}` : 'now'}`;
}
