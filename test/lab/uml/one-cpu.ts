// A lab on one CPU of the machine.
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long the CPUs are watched to see which has least to do. */
const lookMs = 50;

/**
 * What stands before a command to keep it on the CPU that has least to do. User-mode Linux has one CPU and hands it from
 * process to process of the machine round it: where these are on several, each handover wakes an idle CPU, and the lab
 * takes three times as long (measured on a virtual machine with two).
 */
export async function onOneCpu(): Promise<readonly string[]> {
  const before = idleTicks();
  await sleep(lookMs);
  const gained = [...idleTicks()].map(([cpu, ticks]) => ({ cpu, ticks: ticks - (before.get(cpu) ?? ticks) }));
  const [best] = gained.sort((left, right) => right.ticks - left.ticks || Math.random() - 0.5);
  return best === undefined ? [] : ['taskset', '--cpu-list', best.cpu];
}

/** Idle time of each CPU that this process may use, by its number: the fourth count in /proc/stat. */
function idleTicks(): ReadonlyMap<string, number> {
  const allowed = cpuList(/^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '');
  const lines = readFileSync('/proc/stat', 'utf8').matchAll(/^cpu(\d+) \d+ \d+ \d+ (\d+)/gm);
  const ticks = [...lines].map(([, cpu = '', idle]) => [cpu, Number(idle)] as const);
  return new Map(ticks.filter(([cpu]) => allowed.has(cpu)));
}

/** "0-2,5" */
function cpuList(text: string): ReadonlySet<string> {
  const ranges = text.split(',').map((range) => range.split('-').map(Number));
  return new Set(
    ranges.flatMap(([from = NaN, to = from]) =>
      Array.from({ length: to - from + 1 || 0 }, (_, index) => `${from + index}`),
    ),
  );
}
