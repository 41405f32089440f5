// `npm test`: everything that must hold, first without, then with a kernel of our own.
import { runHostTests } from './host-tests.js';
import { runLabTests } from './lab-tests.js';
import { report } from './report.js';

const say = (line: string): void => void process.stdout.write(`\n== ${line}\n`);

say('unit, command, scenario and contract tests, on the fake kernel');
const host = await runHostTests([]);
say('lab and contract tests, on a real kernel (user-mode Linux)');
const lab = await runLabTests([]);
report([host, lab]);
