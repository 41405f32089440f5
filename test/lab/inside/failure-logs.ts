// What helps to understand a failure in the lab: the end of the kernel log and of the daemons' logs.
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { logTails } from './log-tails.js';

const lines = 25;
/** A line of a bundled program's stack trace may be the whole program. */
const longest = 500;

export function printFailureLogs(): void {
  print('kernel log', kernelLog());
  for (const [name, text] of logTails()) print(name, text);
}

function print(name: string, text: string): void {
  const last = text.trimEnd().split('\n').slice(-lines);
  const shown = last.map((line) => `      ${line.slice(0, longest)}\n`);
  process.stdout.write(`      --- end of the ${name}\n${shown.join('')}`);
}

/** /dev/kmsg gives one record a read: "priority,number,microseconds,flags;text" and continuation lines. */
function kernelLog(): string {
  const log = openSync('/dev/kmsg', constants.O_RDONLY | constants.O_NONBLOCK);
  const buffer = Buffer.alloc(8192);
  const records: string[] = [];
  try {
    for (;;) records.push(buffer.toString('utf8', 0, readSync(log, buffer)));
  } catch {
    // EAGAIN: that was the last record.
  } finally {
    closeSync(log);
  }
  return records.map(withSeconds).join('\n');
}

function withSeconds(record: string): string {
  const [, , microseconds = '0'] = record.split(',', 3);
  const text = record.slice(record.indexOf(';') + 1).split('\n', 1)[0] ?? '';
  return `[${(Number(microseconds) / 1e6).toFixed(3)}] ${text}`;
}
