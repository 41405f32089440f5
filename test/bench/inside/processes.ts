// CPU time and memory of the processes of one side, from /proc.
import { readdirSync, readFileSync } from 'node:fs';
import type { CpuUse, Memory } from '../results.js';
import { labCpuPercent } from './lab-cpu.js';

/** USER_HZ, the unit of times in /proc/PID/stat: 100 on every Linux that Debian makes. */
const ticksPerSecond = 100;

/** The processes and all below them. */
export function withDescendants(roots: readonly number[]): number[] {
  const children = new Map<number, number[]>();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const parent = Number(stat(Number(pid))?.[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(pid)]);
  }
  const all = [...roots];
  for (const pid of all) all.push(...(children.get(pid) ?? []));
  return all;
}

/** CPU time in milliseconds, user and system, with the children that were waited for. */
export function cpuMs(pid: number): number {
  const fields = stat(pid) ?? [];
  const ticks = [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index] ?? 0), 0);
  return (ticks * 1000) / ticksPerSecond;
}

/**
 * What part of a CPU the lab uses in quiet more than it does without the daemons: kernel and SCSI commands included.
 * @param idle percent that it uses without them
 */
export async function quietCpu(checkIntervals: string, windowMs: number, idle: number): Promise<CpuUse> {
  const [before, began] = [scsiCommands(), performance.now()];
  const values = (await labCpuPercent(windowMs)).map((percent) => percent - idle);
  const [after, span] = [scsiCommands(), performance.now() - began];
  const commandsPerPathMinute = ((after.commands - before.commands) / after.disks / span) * 60_000;
  return { checkIntervals, percent: { values }, commandsPerPathMinute };
}

/** All commands that SCSI disks were ever sent. */
function scsiCommands(): { commands: number; disks: number } {
  const disks = readdirSync('/sys/block').filter((name) => name.startsWith('sd'));
  const counts = disks.map((disk) => Number(readFileSync(`/sys/block/${disk}/device/iorequest_cnt`, 'utf8')));
  return { commands: counts.reduce((sum, count) => sum + count, 0), disks: disks.length };
}

/** Memory of the processes together and one by one. */
export function memoryOf(processes: readonly number[]): Memory {
  const each = processes.map((pid) => {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    const kb = (key: string): number => Number(new RegExp(`^${key}: +(\\d+) kB`, 'm').exec(text)?.[1] ?? NaN);
    return { name: processName(pid), pssKb: kb('Pss'), rssKb: kb('Rss') };
  });
  const sum = (key: 'pssKb' | 'rssKb'): number => each.reduce((all, one) => all + one[key], 0);
  return { pssKb: sum('pssKb'), rssKb: sum('rssKb'), processes: each };
}

/** The program, by the file that Node runs where it is Node. */
function processName(pid: number): string {
  const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  const script = words.find((word) => word.endsWith('.js')) ?? words[0] ?? '';
  return script.slice(script.lastIndexOf('/') + 1).replace(/\.js$/, '');
}

/** The fields of /proc/PID/stat after the name, which may hold blanks; the parent is [1], CPU times are [11] to [14]. */
function stat(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}
