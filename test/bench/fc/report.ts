// The results of the Fibre Channel benchmark as tables.
import { markdownText, terminalText, type Sheet } from '../sheet.js';
import { median } from '../statistics.js';
import { sideNames, type FcResult, type FcSide, type FcSideResult, type Pull } from './results.js';

export interface FcResults {
  readonly results: readonly FcResult[];
  /** Load averages of the machine round the lab, at the start and the end, and its CPUs. */
  readonly hostLoad: readonly [number, number];
  readonly hostCpus: number;
}

export function terminal(results: FcResults): string {
  return terminalText(sheets(results));
}

export function markdown(results: FcResults): string {
  return markdownText(sheets(results));
}

function sheets({ results, hostLoad, hostCpus }: FcResults): Sheet[] {
  const machine = `machine with ${hostCpus} CPUs, load average ${hostLoad.map((load) => load.toFixed(1)).join(' to ')}`;
  return results.map((result) => sheet(result, machine));
}

function sheet({ units, sides, kernel }: FcResult, machine: string): Sheet {
  const measured = (Object.keys(sideNames) as FcSide[]).filter((side) => sides[side] !== undefined);
  const row = (name: string, of: (side: FcSideResult) => string): string[] => [
    name,
    ...measured.map((side) => {
      const found = sides[side];
      return found === undefined ? '' : of(found);
    }),
  ];
  const time = (name: string, of: (pull: Pull) => number): string[] => row(name, ({ pulls }) => spread(pulls.map(of)));
  const pulls = Math.max(...measured.map((side) => sides[side]?.pulls.length ?? 0));
  return {
    title: `${units} logical unit${units === 1 ? '' : 's'} x 2 paths, ${pulls} pulls each, median and worst (Linux ${kernel} in QEMU without KVM, ${machine})`,
    head: ['', ...measured.map((side) => sideNames[side])],
    rows: [
      time('longest stall of a reader', ({ readerStall }) => readerStall),
      time('longest stall of a verifying writer', ({ writerStall }) => writerStall),
      time('pull until its path is marked failed', ({ firstFailed }) => firstFailed),
      ...(units === 1 ? [] : [time('the same, all logical units', ({ allFailed }) => allFailed)]),
      time('port Online until its path is in use', ({ firstBack }) => firstBack),
      ...(units === 1 ? [] : [time('the same, all logical units', ({ allBack }) => allBack)]),
      row('failed I/O', ({ errors }) => String(errors)),
      row('SCSI commands a minute of quiet', ({ commandsPerMinute }) => commandsPerMinute.toFixed(0)),
      row('CPU of the daemons in quiet', ({ cpuPercent }) => `${cpuPercent.toFixed(1)} %`),
    ],
  };
}

function spread(values: readonly number[]): string {
  const text = (ms: number): string =>
    Number.isNaN(ms) ? 'never' : ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(2)} s`;
  const worst = values.some(Number.isNaN) ? NaN : Math.max(...values);
  return `${text(median(values.map((ms) => (Number.isNaN(ms) ? Infinity : ms))))} (${text(worst)})`;
}
