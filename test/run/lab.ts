// `npm run lab:test`, `npm run lab:fc`: the tests of one lab alone. --fc: the Fibre Channel lab's. What follows is mocha's:
// --grep <text>, compiled test files.
import { report } from './report.js';
import { runLabTests } from './lab-tests.js';

const [first, ...rest] = process.argv.slice(2);
report([await (first === '--fc' ? runLabTests('fc', rest) : runLabTests('uml', process.argv.slice(2)))]);
