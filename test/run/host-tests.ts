// The tests that need no kernel of their own: unit, commands, scenarios and the contract suite on the fake kernel.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../support/paths.js';
import type { Counts } from './counting-reporter.js';
import { compiled, mochaCommand, readCounts } from './mocha-command.js';

const testTimeoutMs = 10_000;

export async function runHostTests(args: readonly string[]): Promise<Counts> {
  const file = join(compiled, '../host-tests.json');
  rmSync(file, { force: true });
  const [program = '', ...rest] = mochaCommand(testTimeoutMs, [
    ...args,
    join(compiled, '{unit,commands,scenarios,contract}/**/*.test.js'),
  ]);
  const child = spawn(program, rest, {
    cwd: projectRoot,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, PATHMANAGER_COUNTS: file },
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  return readCounts(file, code !== null);
}
