// A lab on one CPU of the machine.
import { readdirSync, readFileSync } from 'node:fs';

/**
 * What stands before a command to keep it on one CPU, the one that has the fewest labs. User-mode Linux has one CPU and
 * hands it from process to process of the machine round it: where these are on several, each handover wakes an idle CPU,
 * and the lab takes three times as long (measured on a virtual machine with two).
 */
export function onOneCpu(kernel: string): readonly string[] {
  const labs = processesOf(kernel).map((status) => cpuList(status));
  const counts = cpuList(statusOf('self')).map((cpu) => ({
    cpu,
    labs: labs.filter((cpus) => cpus.length === 1 && cpus[0] === cpu).length,
  }));
  const [best] = counts.sort((left, right) => left.labs - right.labs || Math.random() - 0.5);
  return best === undefined ? [] : ['taskset', '--cpu-list', String(best.cpu)];
}

/** What /proc says of the processes of other labs: each lab's kernel and what runs in it have its name. */
function processesOf(kernel: string): string[] {
  const name = kernel.slice(kernel.lastIndexOf('/') + 1).slice(0, 15);
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(statusOf)
    .filter((status) => status.startsWith(`Name:\t${name}\n`));
}

function statusOf(process: string): string {
  try {
    return readFileSync(`/proc/${process}/status`, 'utf8');
  } catch {
    return '';
  }
}

/** The CPUs that a process may use, from "Cpus_allowed_list: 0-2,5" in its status. */
function cpuList(status: string): readonly number[] {
  const text = /^Cpus_allowed_list:\s*(\S+)/m.exec(status)?.[1] ?? '';
  const ranges = text.split(',').map((range) => range.split('-').map(Number));
  return ranges.flatMap(([from = NaN, to = from]) => Array.from({ length: to - from + 1 || 0 }, (_, n) => from + n));
}
