// CPU time as the machine round the lab counts it. The lab's own account goes by ticks of 10 ms: who is woken by a tick
// and done before the next is never charged, and that is what a daemon in quiet does.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { readAttribute, until } from '../../lab/inside/until.js';
import { answerFile, request } from '../cpu-request.js';

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
