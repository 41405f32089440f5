// mocha's root hooks in the lab: a test that fails is followed by the end of the kernel log and of the daemons' logs.
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { logTails } from './log-tails.js';

const lines = 25;

export const mochaHooks: Mocha.RootHookObject = {
  afterEach(this: Mocha.Context) {
    if (this.currentTest?.state !== 'failed') return;
    print('kernel log', kernelLog());
    for (const [name, text] of logTails()) print(name, text);
  },
};

function print(name: string, text: string): void {
  const last = text.trimEnd().split('\n').slice(-lines);
  process.stdout.write(`      --- end of the ${name}\n${last.map((line) => `      ${line}\n`).join('')}`);
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
