// A table of results, for the terminal and as markdown for the README.
import Table from 'cli-table3';

export interface Sheet {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export function terminalText(sheets: readonly Sheet[]): string {
  return sheets
    .map(({ title, head, rows }) => {
      const table = new Table({ head: [...head], style: { head: [], border: [] } });
      table.push(...rows.map((row) => [...row]));
      return `${title}\n${table.toString()}\n`;
    })
    .join('\n');
}

export function markdownText(sheets: readonly Sheet[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  return sheets
    .map(
      ({ title, head, rows }) =>
        `${title}\n\n${line(head)}${line(head.map(() => '---'))}${rows.map((row) => line(row)).join('')}`,
    )
    .join('\n');
}
