// CPU time of a lab, seen from the machine round it.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { answerFile, requestOn } from './cpu-request.js';

/** USER_HZ, the unit of times in /proc/PID/stat: 100 on every Linux that Debian makes. */
const ticksPerSecond = 100;

/**
 * Answers the lab's requests, line by line of its console: gives what of the text is to be shown.
 * @param results the lab's results folder
 * @param group the process group of the lab, once it is known
 */
export function answerRequests(results: string, group: () => number | undefined): (text: string) => string {
  let rest = '';
  return (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    const shown: string[] = [];
    for (const line of lines) {
      const id = requestOn(line);
      if (id === undefined) shown.push(`${line}\n`);
      else writeFileSync(join(results, answerFile(id)), String(groupCpuMs(group() ?? 0)));
    }
    return shown.join('');
  };
}

/** Milliseconds of CPU that a process group has used, with its children that have ended. */
function groupCpuMs(group: number): number {
  const ticks = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => statFields(Number(name)))
    .filter((fields) => Number(fields[2]) === group)
    .flatMap((fields) => [11, 12, 13, 14].map((index) => Number(fields[index])))
    .reduce((sum, count) => sum + count, 0);
  return (ticks * 1000) / ticksPerSecond;
}

/** The fields of /proc/PID/stat behind the name, which may hold blanks: the group is [2], CPU times are [11] to [14]. */
function statFields(pid: number): string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}
