// The program of an I/O process: argv[2] is an IoPlan in JSON, requests come by IPC.
import { constants, fsync, openSync, read, write } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { alignedBuffer, blockSize } from './aligned-buffer.js';
import { BlockLedger } from './block-ledger.js';
import type { IoPlan, IoReply, IoRequest, IoStats } from './io-types.js';

const mostBlocksAtOnce = 8;
const keptProblems = 5;

const plan = JSON.parse(process.argv[2] ?? '') as IoPlan;
const access = plan.kind === 'read' ? constants.O_RDONLY : constants.O_RDWR;
const disk = openSync(plan.device, access | constants.O_DIRECT);
const ledger = new BlockLedger(plan.blocks);
const began = performance.now();
const counts = { reads: 0, writes: 0, bytes: 0, errors: 0, mismatches: 0 };
const problems: string[] = [];
/** When each I/O in flight was given to the kernel. */
const inFlight = new Set<number>();
let worstStallMs = 0;
let state: 'running' | 'paused' | 'stopping' = 'running';

function stats(): IoStats {
  const now = performance.now();
  const stall = Math.max(worstStallMs, ...[...inFlight].map((start) => now - start));
  return { ...counts, problems, worstStallMs: stall, elapsedMs: now - began };
}

/** One I/O, timed; gives whether all of it was done. */
function transfer(kind: 'read' | 'write', buffer: Buffer, block: number): Promise<boolean> {
  const start = performance.now();
  inFlight.add(start);
  return new Promise((resolve) => {
    const done = (error: NodeJS.ErrnoException | null, length: number): void => {
      inFlight.delete(start);
      worstStallMs = Math.max(worstStallMs, performance.now() - start);
      const whole = error === null && length === buffer.length;
      if (whole) {
        counts[kind === 'read' ? 'reads' : 'writes']++;
        counts.bytes += length;
      } else {
        counts.errors++;
        report(`${kind} of block ${block}: ${error?.code ?? `${length} of ${buffer.length} bytes`}`);
      }
      resolve(whole);
    };
    if (kind === 'read') read(disk, buffer, 0, buffer.length, block * blockSize, done);
    else write(disk, buffer, 0, buffer.length, block * blockSize, done);
  });
}

function report(problem: string): void {
  if (problems.length < keptProblems)
    problems.push(`${problem}, ${Math.round(performance.now() - began)} ms from the start`);
}

/** One stream of I/O on a part of the disk that is its own, so that no two of its I/Os meet. */
async function stream(first: number, count: number): Promise<void> {
  const buffer = alignedBuffer(Math.min(mostBlocksAtOnce, count) * blockSize);
  while (state !== 'stopping') {
    if (state === 'running') await oneTransfer(buffer, first, count);
    await sleep(plan.pauseMs);
  }
}

async function oneTransfer(buffer: Buffer, first: number, count: number): Promise<void> {
  const length = plan.kind === 'read' ? 1 : 1 + Math.floor(Math.random() * (buffer.length / blockSize));
  const block = first + Math.floor(Math.random() * (count - length + 1));
  const part = buffer.subarray(0, length * blockSize);
  if (plan.kind === 'read') await transfer('read', part, block);
  else if (Math.random() < 1 / 3) await check(part, block);
  else {
    ledger.fill(part, block);
    ledger.settle(part, block, await transfer('write', part, block));
  }
}

async function check(buffer: Buffer, block: number): Promise<void> {
  if (!(await transfer('read', buffer, block))) return;
  for (const problem of ledger.check(buffer, block)) {
    counts.mismatches++;
    report(problem);
  }
}

/** Reads all again, after the disk's own cache was emptied. */
async function checkAll(): Promise<void> {
  await new Promise<void>((resolve) =>
    fsync(disk, (error) => {
      if (error !== null) {
        counts.errors++;
        report(`flush: ${error.code ?? error.message}`);
      }
      resolve();
    }),
  );
  const buffer = alignedBuffer(blockSize);
  for (let block = 0; block < plan.blocks; block++) await check(buffer, block);
}

const perStream = Math.floor(plan.blocks / plan.depth);
const streams = Array.from({ length: plan.depth }, (_, index) => stream(index * perStream, perStream));

async function carryOut({ command }: IoRequest): Promise<void> {
  if (command === 'reset') worstStallMs = 0;
  else if (command === 'resume') state = 'running';
  else if (command === 'pause') {
    state = 'paused';
    while (inFlight.size > 0) await sleep(1);
  } else if (command === 'stop') {
    state = 'stopping';
    await Promise.all(streams);
    if (plan.kind === 'verify') await checkAll();
  }
}

process.on('message', (message) => {
  const request = message as IoRequest;
  void carryOut(request).then(() => process.send?.({ id: request.id, stats: stats() } satisfies IoReply));
});
process.on('disconnect', () => process.exit());
