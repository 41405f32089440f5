// `npm run lab:test -- [--grep <text>] [compiled test files]`: the lab tests alone.
import { report } from './report.js';
import { runLabTests } from './lab-tests.js';

report([await runLabTests(process.argv.slice(2))]);
