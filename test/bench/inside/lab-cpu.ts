// CPU time as the machine round the lab counts it. The lab's own account goes by ticks of 10 ms: who is woken by a tick
// and done before the next is never charged, and that is what a daemon in quiet does.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readAttribute, until } from '../../lab/inside/until.js';
import { answerFile, request } from '../cpu-request.js';

/** Quiet is looked at this many times in a row. */
const windows = 3;

const results = process.env['LAB_RESULTS'] ?? '';
let last = 0;

/** Milliseconds of CPU that the whole lab has used so far, its kernel included. */
export async function labCpuMs(): Promise<number> {
  const id = ++last;
  process.stdout.write(request(id));
  const file = join(results, answerFile(id));
  const text = await until('the machine round the lab tells the CPU time', () => readAttribute(file));
  rmSync(file);
  return Number(text);
}

/** Looks on for some windows of time: what part of a CPU, in percent, the whole lab uses in each. */
export async function labCpuPercent(windowMs: number): Promise<number[]> {
  const values: number[] = [];
  for (let window = 0; window < windows; window++) {
    const [before, started] = [await labCpuMs(), performance.now()];
    await sleep(windowMs);
    const after = await labCpuMs();
    values.push((100 * (after - before)) / (performance.now() - started));
  }
  return values;
}
